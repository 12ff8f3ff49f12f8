import { existsSync } from 'node:fs';
import type { CommandRun } from '../command-run.js';
import { CommandError, ExitCode, usageError } from '../exit-code.js';
import { readPrivateFile } from './private-file.js';

/** What the broker writes for its first admin, and `user create --save` for a new user. */
export interface CredentialsFile {
  readonly username?: string;
  readonly token?: string;
  readonly password?: string;
}

/** What the broker writes into the folder it is started in. */
const firstAdminFile = '.pulsemq_admin';

export function readCredentialsFile(run: CommandRun, path: string): CredentialsFile {
  const content = readPrivateFile(run, path);
  if (content === undefined) throw new CommandError(ExitCode.missingFile, `credentials file not found: ${path}`);
  const { username, token, password } = content;
  for (const value of [username, token, password]) {
    if (value !== undefined && typeof value !== 'string') {
      throw usageError(`${path}: username, token and password are texts`);
    }
  }
  return content as CredentialsFile;
}

/** The first admin's, where the broker was started in this folder; only for a broker on this machine. */
export function firstAdminCredentials(run: CommandRun, host: string): CredentialsFile | undefined {
  if (!isLoopback(host) || !existsSync(run.path(firstAdminFile))) return undefined;
  return readCredentialsFile(run, firstAdminFile);
}

/** Credentials that were found, not named, go nowhere else. */
export const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host);
