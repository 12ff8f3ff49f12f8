import type { LoginTokens } from '../../auth/login-tokens.js';
import type { Passwords } from '../../auth/passwords.js';
import { generateToken, hashToken } from '../../auth/token.js';
import type { UserRow } from '../../store/rows.js';
import type { Store } from '../../store/store.js';
import { ApiError, forbidden } from '../api-error.js';
import type { Caller } from '../caller.js';

const wrongToken = (): ApiError => new ApiError(401, 'WRONG_TOKEN', 'unknown username or wrong token');
const wrongLogin = (): ApiError => new ApiError(401, 'WRONG_LOGIN', 'unknown username or wrong password');
const notAuthenticated = (): ApiError =>
  new ApiError(401, 'NOT_AUTHENTICATED', 'this log-in is not valid or has ended; log in again');

/** Admin log-ins: checks passwords, finds the caller behind a token, and ends log-ins before they expire. */
export class LogIns {
  readonly #store: Store;
  readonly #passwords: Passwords;
  readonly #tokens: LoginTokens;
  /** Ids of log-ins that were logged out, at this broker or, as far as it has heard, at one that shares the database. */
  readonly #revoked = new Set<string>();
  /** Hash of a random password, checked for unknown usernames so that they take as long as wrong passwords. */
  #decoyHash: Promise<string> | null = null;

  constructor(store: Store, passwords: Passwords, tokens: LoginTokens) {
    this.#store = store;
    this.#passwords = passwords;
    this.#tokens = tokens;
  }

  /** Reads the log-ins that were logged out before the last restart, and at other brokers. */
  async load(): Promise<void> {
    const nowSeconds = Date.now() / 1_000;
    for (const id of await this.#store.revokedTokens.all(nowSeconds)) this.#revoked.add(id);
  }

  /** Removes the log-ins that have expired from the store. */
  async removeExpired(): Promise<void> {
    await this.#store.revokedTokens.removeExpired(Date.now() / 1_000);
  }

  /**
   * The user with this password. Throws 401, with the same text for an unknown name and a wrong password, and 403 for a user without admin
   * rights. `isUrgent`: before the attempts of strangers.
   */
  async checkPassword(username: string, password: string, isUrgent = false): Promise<UserRow> {
    const found = await this.#store.users.byName(username);
    const hash = found?.passwordHash ?? (await this.#decoy());
    const matches = await this.#passwords.verify(password, hash, { isUrgent });
    // Verifying takes time, and the user may have changed meanwhile.
    const user = await this.#store.users.byId(found?.id ?? 0);
    if (!matches || user?.passwordHash == null || user.passwordHash !== found?.passwordHash) throw wrongLogin();
    if (!user.isActive) throw wrongLogin();
    if (!isAdministrator(user) && (await this.#managedNamespaceIds(user)).size === 0) {
      throw forbidden(`users of type ${user.userType} need the role admin in a namespace to log in here`);
    }
    return user.passwordHash.startsWith('$2') ? this.#rehash(user, password) : user;
  }

  /**
   * The user with this token, as on the wire. Throws 401. Two hashes that differ tell nothing of the token.
   */
  async userOfToken(username: string, token: string): Promise<UserRow> {
    const user = await this.#store.users.byName(username);
    if (user === undefined || !user.isActive || user.tokenHash !== hashToken(token)) throw wrongToken();
    return user;
  }

  sign(user: UserRow): Promise<{ token: string; expiresAtSeconds: number }> {
    return this.#tokens.sign(user);
  }

  /** The caller behind a token. Throws 401. Looks the user up each time, so that changes apply at once. */
  async callerOf(token: string): Promise<Caller> {
    const claims = await this.#tokens.verify(token);
    if (claims === undefined || this.#revoked.has(claims.id)) throw notAuthenticated();
    const user = await this.#store.users.byId(claims.userId);
    if (user === undefined || !user.isActive || user.tokenVersion !== claims.tokenVersion) throw notAuthenticated();
    const managedNamespaceIds = await this.#managedNamespaceIds(user);
    return { user, claims, isAdministrator: isAdministrator(user), managedNamespaceIds };
  }

  /** True while the log-in is valid; checked again and again for streams. */
  async isCurrent({ claims, user }: Caller): Promise<boolean> {
    if (this.#revoked.has(claims.id) || claims.expiresAtSeconds * 1_000 < Date.now()) return false;
    const now = await this.#store.users.byId(user.id);
    return now?.isActive === true && now.tokenVersion === claims.tokenVersion;
  }

  /**
   * Stores the hash of a new password and ends every log-in of the user. `user` is the row that this log-in was checked against. Throws
   * 401 when another change has ended the log-in meanwhile; that change wins.
   */
  async changePassword({ id, tokenVersion }: UserRow, passwordHash: string): Promise<UserRow> {
    return this.#store.transaction(async ({ users }) => {
      const now = await users.byId(id);
      if (now?.isActive !== true || now.tokenVersion !== tokenVersion) throw notAuthenticated();
      const changes = { passwordHash, mustChangePassword: false, tokenVersion: tokenVersion + 1 };
      return (await users.update(id, changes)) ?? now;
    });
  }

  /** A log-in was logged out. */
  ended(loginId: string): void {
    this.#revoked.add(loginId);
  }

  /** Created on first use. A failure, such as a full queue, is not kept. */
  #decoy(): Promise<string> {
    this.#decoyHash ??= this.#passwords.hash(generateToken()).catch((error: unknown) => {
      this.#decoyHash = null;
      throw error;
    });
    return this.#decoyHash;
  }

  async #managedNamespaceIds(user: UserRow): Promise<Set<number>> {
    if (isAdministrator(user)) return new Set();
    const grants = await this.#store.grants.ofUser(user.id);
    return new Set(grants.filter(({ role }) => role === 'admin').map(({ namespaceId }) => namespaceId));
  }

  /** Replaces a bcrypt hash of the Python package by argon2id at the first log-in. */
  async #rehash(user: UserRow, password: string): Promise<UserRow> {
    const passwordHash = await this.#passwords.hash(password);
    return this.#store.transaction(async ({ users }) => {
      const now = await users.byId(user.id);
      if (now?.passwordHash !== user.passwordHash || !now.isActive) throw wrongLogin();
      return (await users.update(user.id, { passwordHash })) ?? now;
    });
  }
}

/** True for the user types that administer everything. */
export const isAdministrator = ({ userType }: Pick<UserRow, 'userType'>): boolean =>
  userType === 'super_admin' || userType === 'admin_only';
