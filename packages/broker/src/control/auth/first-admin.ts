import { existsSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { errorText } from '../error-text.js';
import { StartupError } from '../startup-error.js';
import type { Store } from '../store/store.js';
import type { Passwords } from './passwords.js';
import { generatePassword, generateToken, hashToken } from './token.js';

/** The file with the credentials of the first admin. */
export const credentialsFileName = '.pulsemq_admin';

const username = 'admin';
const userType = 'super_admin';

/** The credentials file. */
export interface FirstAdmin {
  readonly path: string;
  /** Where an older file of that name was moved. */
  readonly setAside: string | undefined;
}

/**
 * Creates the first admin when there is no user, and writes its credentials as a JSON object that Python's `eval` can read too. A file
 * that exists already belongs to another database and is moved aside. Throws a StartupError when the folder cannot be written to.
 */
export async function makeFirstAdmin(
  store: Store,
  passwords: Passwords,
  workingDirectory: string,
): Promise<FirstAdmin | undefined> {
  const { total } = await store.users.list({}, { limit: 1, offset: 0 });
  if (total > 0) return undefined;
  const [password, token] = [generatePassword(), generateToken()];
  const path = join(workingDirectory, credentialsFileName);
  const passwordHash = await passwords.hash(password);
  let setAside: string | undefined;
  await store.transaction(async (inner) => {
    await inner.users.add({ username, userType, passwordHash, tokenHash: hashToken(token), mustChangePassword: true });
    setAside = setFileAside(path);
    writeCredentials(path, { username, password, token, role: userType });
  });
  return { path, setAside };
}

function setFileAside(path: string): string | undefined {
  if (!existsSync(path)) return undefined;
  let count = 1;
  while (existsSync(`${path}.${count}`)) count += 1;
  renameSync(path, `${path}.${count}`);
  return `${path}.${count}`;
}

function writeCredentials(path: string, credentials: Record<string, string>): void {
  try {
    writeFileSync(path, `${JSON.stringify(credentials, null, 2)}\n`, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    throw new StartupError(`the first admin's credentials cannot be written to ${path}: ${errorText(error)}`, 2, {
      cause: error,
    });
  }
}
