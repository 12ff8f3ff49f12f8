import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { errorText } from '../error-text.js';
import { StartupError } from '../startup-error.js';

/** The file with the credentials of the first admin. */
export const credentialsFileName = '.pulsemq_admin';

/** Content of the file: a JSON object that Python's `eval` can read too. */
export interface Credentials {
  readonly username: string;
  readonly password: string;
  /** Missing where the token is not known. */
  readonly token?: string | undefined;
  readonly role: string;
}

/** Moves a file aside, under a name with a number. Returns that path; undefined when there is no file. */
export function setFileAside(path: string): string | undefined {
  if (!existsSync(path)) return undefined;
  let count = 1;
  while (existsSync(`${path}.${count}`)) count += 1;
  renameSync(path, `${path}.${count}`);
  return `${path}.${count}`;
}

/** Writes a new file that only its owner can read. Throws a StartupError. */
export function writeCredentials(path: string, credentials: Credentials): void {
  try {
    writeFileSync(path, `${JSON.stringify(credentials, null, 2)}\n`, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    throw new StartupError(
      `the credentials of ${credentials.username} cannot be written to ${path}: ${errorText(error)}`,
      2,
      {
        cause: error,
      },
    );
  }
}

/** What a file has, when it is one with credentials; else undefined. */
export function readCredentials(path: string): Partial<Credentials> | undefined {
  try {
    const content: unknown = JSON.parse(readFileSync(path, 'utf8'));
    return typeof content === 'object' && content !== null ? content : undefined;
  } catch {
    // A file that is missing or damaged has no credentials to keep.
    return undefined;
  }
}
