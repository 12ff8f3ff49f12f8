import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Logger } from '../logging/logging.js';
import type { Store } from '../store/store.js';
import { credentialsFileName, setFileAside, writeCredentials } from './credentials-file.js';
import type { Passwords } from './passwords.js';
import { generatePassword, generateToken, hashToken } from './token.js';

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
  if (await hasUsers(store)) return undefined;
  const [password, token] = [generatePassword(), generateToken()];
  const path = join(workingDirectory, credentialsFileName);
  const passwordHash = await passwords.hash(password);
  return store.transaction(async (inner) => {
    // Another broker on the same database may have been faster.
    if (await hasUsers(inner)) return undefined;
    await inner.users.add({ username, userType, passwordHash, tokenHash: hashToken(token), mustChangePassword: true });
    const setAside = setFileAside(path);
    writeCredentials(path, { username, password, token, role: userType });
    return { path, setAside };
  });
}

async function hasUsers({ users }: Store): Promise<boolean> {
  return (await users.list({}, { limit: 1, offset: 0 })).total > 0;
}

/**
 * Makes the first admin if there is none, as `makeFirstAdmin` does, and logs where its credentials are, or how to replace lost ones. A
 * database that brokers share (`isShared`) is no file that the command could open.
 */
export async function ensureFirstAdmin(
  store: Store,
  passwords: Passwords,
  workingDirectory: string,
  log: Logger,
  isShared: boolean,
): Promise<void> {
  const made = await makeFirstAdmin(store, passwords, workingDirectory);
  if (made !== undefined) {
    log.info(`first admin created; username, password and token are in ${made.path}`);
    if (made.setAside !== undefined) log.warn(`an older file of that name was moved to ${made.setAside}`);
  } else if (!existsSync(join(workingDirectory, credentialsFileName))) {
    const remedy = isShared
      ? 'let another administrator run: pulsemq user password admin'
      : 'stop the broker and run: pulsemq admin reset-password';
    log.info(`there is no ${credentialsFileName} in this folder; where its password is lost, ${remedy}`);
  }
}
