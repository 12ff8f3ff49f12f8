import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { StartupError } from '../startup-error.js';
import type { Store } from '../store/store.js';
import type { Passwords } from './passwords.js';
import { generatePassword, generateToken, hashToken } from './token.js';

/** Where the first admin's credentials are written, once. */
export const credentialsFileName = '.pulsemq_admin';

const username = 'admin';
const userType = 'super_admin';

/**
 * Makes the first admin when there is no user at all, and writes its credentials as a JSON object that a Python `eval` reads too.
 * Returns the path of the file, or undefined when there was nothing to do. An existing file is never overwritten: throws a
 * StartupError.
 */
export async function makeFirstAdmin(
  store: Store,
  passwords: Passwords,
  workingDirectory: string,
): Promise<string | undefined> {
  const { total } = await store.users.list({}, { limit: 1, offset: 0 });
  if (total > 0) return undefined;
  const [password, token] = [generatePassword(), generateToken()];
  const path = join(workingDirectory, credentialsFileName);
  const passwordHash = await passwords.hash(password);
  await store.transaction(async (inner) => {
    await inner.users.add({ username, userType, passwordHash, tokenHash: hashToken(token), mustChangePassword: true });
    writeCredentials(path, { username, password, token, role: userType });
  });
  return path;
}

function writeCredentials(path: string, credentials: Record<string, string>): void {
  try {
    writeFileSync(path, `${JSON.stringify(credentials, null, 2)}\n`, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const reason = code === 'EEXIST' ? 'it is there already, from another database; move it away' : message;
    throw new StartupError(`the first admin's credentials cannot be written to ${path}: ${reason}`);
  }
}
