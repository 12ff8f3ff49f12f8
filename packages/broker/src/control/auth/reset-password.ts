import { existsSync, rmSync, statSync } from 'node:fs';
import { mayUseMq } from '@pulsemq/protocol';
import { StartupError } from '../startup-error.js';
import { copyBeforeMigration } from '../store/backup/migration-copy.js';
import type { UserRow } from '../store/rows.js';
import { BrokerLock } from '../store/sqlite/broker-lock.js';
import { databaseFileAt } from '../store/sqlite/database-file.js';
import { openSqlite } from '../store/sqlite/open-sqlite.js';
import type { Store } from '../store/store.js';
import { readCredentials, setFileAside, writeCredentials } from './credentials-file.js';
import { passwordMaxLength, passwordMinLength } from './password-length.js';
import { Passwords } from './passwords.js';
import { generatePassword, generateToken, hashToken } from './token.js';

/** What a reset needs. */
export interface PasswordReset {
  readonly databasePath: string;
  readonly username: string;
  /** File that gets the new password; null for none, and then `password` must be given. */
  readonly credentialsPath: string | null;
  /** Default: a random one. */
  readonly password?: string | undefined;
  /** Also gives the user a new token. Sessions and programs that use the old one end with it. */
  readonly newToken: boolean;
}

/** What a reset did. */
export interface PasswordResetDone {
  /** The file has a token that counts. */
  readonly hasToken: boolean;
  /** Where another file of that name was moved. */
  readonly setAside: string | undefined;
  readonly user: UserRow;
}

/**
 * Gives a user a new password on the database of a stopped broker, and ends its admin log-ins. Throws a StartupError when there is no
 * such database or user, or when a broker has the database.
 */
export async function resetPassword(reset: PasswordReset): Promise<PasswordResetDone> {
  const { databasePath: path, username, password } = reset;
  if (password !== undefined) refuseLength(password);
  if (databaseFileAt(path) !== 'pulsemq') {
    throw new StartupError(
      `there is no database of a broker at ${path}; run the command in the folder of the broker, or give --config or --db-path`,
    );
  }
  refuseOldFile(path);
  const lock = BrokerLock.take(
    path,
    (pid) =>
      `is in use by a broker, process ${pid}; stop it first, or let another administrator run: pulsemq user password ${username}`,
  );
  try {
    await copyBeforeMigration(path);
    const store = await openSqlite(path);
    return await withPassword(store, reset).finally(() => store.close());
  } finally {
    lock.release();
  }
}

/** A broker that moved to PostgreSQL leaves its file behind. A password in that file would count nowhere. */
function refuseOldFile(path: string): void {
  const shared = `${path}.postgres.lock`;
  if (startedAt(shared) <= startedAt(`${path}.lock`)) return;
  throw new StartupError(
    `the last broker of this folder did not use ${path}: its database is in PostgreSQL. Give its settings with --config; ` +
      `where the file is its database again, remove ${shared}`,
  );
}

/** A broker writes its lock when it starts. */
const startedAt = (path: string): number => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;

function refuseLength({ length }: string): void {
  if (length >= passwordMinLength && length <= passwordMaxLength) return;
  throw new StartupError(
    `the new password has ${length} characters; it must have ${passwordMinLength} to ${passwordMaxLength}`,
  );
}

async function withPassword(store: Store, reset: PasswordReset): Promise<PasswordResetDone> {
  const before = await existing(store, reset.username);
  const password = reset.password ?? generatePassword();
  const token = reset.newToken && mayUseMq(before.userType) ? generateToken() : undefined;
  const passwords = new Passwords();
  const passwordHash = await passwords.hash(password).finally(() => passwords.close());
  const known = token ?? knownToken(before, reset);
  let setAside: string | undefined;
  const user = await store.transaction(async (inner) => {
    const tokenHash = token === undefined ? undefined : hashToken(token);
    const changed = await inner.users.update(before.id, {
      passwordHash,
      tokenHash,
      mustChangePassword: reset.password === undefined,
      tokenVersion: before.tokenVersion + 1,
    });
    await inner.audit.add(auditEntry(reset));
    if (reset.credentialsPath !== null) {
      setAside = writeFile(reset.credentialsPath, before, { password, token: known });
    }
    return changed!;
  });
  return { user, setAside, hasToken: known !== undefined };
}

async function existing(store: Store, username: string): Promise<UserRow> {
  const user = await store.users.byName(username);
  if (user !== undefined) return user;
  const names = (await store.users.all())
    .filter(({ userType }) => userType === 'super_admin')
    .map((one) => one.username);
  throw new StartupError(
    `there is no user ${JSON.stringify(username)} in the database; users of type super_admin: ${names.join(', ') || 'none'}`,
  );
}

/** The token that the file has already, if it still counts. */
function knownToken({ username, tokenHash }: UserRow, { credentialsPath }: PasswordReset): string | undefined {
  const file = credentialsPath === null ? undefined : readCredentials(credentialsPath);
  if (file?.username !== username || typeof file.token !== 'string') return undefined;
  return hashToken(file.token) === tokenHash ? file.token : undefined;
}

/** Replaces a file of the same user, and moves any other aside. Returns where. */
function writeFile(
  path: string,
  { username, userType }: UserRow,
  secrets: { readonly password: string; readonly token: string | undefined },
): string | undefined {
  const moved = existsSync(path) ? setFileAside(path) : undefined;
  const isOwn = moved !== undefined && readCredentials(moved)?.username === username;
  writeCredentials(path, { username, ...secrets, role: userType });
  if (!isOwn) return moved;
  rmSync(moved, { force: true });
  return undefined;
}

/** The operator is not one of the users: the command works on the file itself. */
const auditEntry = ({ username, newToken }: PasswordReset) => ({
  opType: 'user.password',
  targetType: 'user',
  operator: 'offline',
  address: '',
  target: username,
  namespace: null,
  oldValue: null,
  newValue: JSON.stringify({ new_token: newToken }),
  result: 'ok',
  requestId: '',
});
