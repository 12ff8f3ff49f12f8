import { existsSync } from 'node:fs';
import type { CommandRun } from '../command-run.js';
import { CommandError, ExitCode, usageError } from '../exit-code.js';
import { readPrivateFile } from './private-file.js';

/** A file that the broker writes for its first admin, or `user create --save` for a new user. */
export interface CredentialsFile {
  readonly username?: string;
  readonly token?: string;
  readonly password?: string;
}

/** The file of the first admin; the broker creates it in its working directory. */
const firstAdminFile = '.pulsemq_admin';

/** Throws a CommandError when the file does not exist or is not of this form. */
export function readCredentialsFile(run: CommandRun, path: string): CredentialsFile {
  const content = readPrivateFile(run, path);
  if (content === undefined) throw new CommandError(ExitCode.missingFile, `credentials file not found: ${path}`);
  const { username, token, password } = content;
  for (const value of [username, token, password]) {
    if (value !== undefined && typeof value !== 'string') {
      throw usageError(`${path}: username, token and password must be texts`);
    }
  }
  return content as CredentialsFile;
}

/** The first admin's credentials, if the broker was started in this folder; only for a broker on this machine. */
export function firstAdminCredentials(run: CommandRun, host: string): CredentialsFile | undefined {
  if (!isLoopback(host) || !existsSync(run.path(firstAdminFile))) return undefined;
  return readCredentialsFile(run, firstAdminFile);
}

/** True for this machine. Credentials that the user did not name are sent only here. */
export const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host);
