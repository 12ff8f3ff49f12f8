import { mayUseMq } from '@pulsemq/protocol';
import type { GrantRow, NamespaceRow, UserKeyRow, UserRow } from '../rows.js';

/**
 * Users with their keys, namespaces, grants and ended log-ins as they were last read: what a broker needs to admit users and to check rights while the
 * database cannot be reached. Rows keep the order of their ids.
 */
export class StoreMirror {
  #users = new Map<number, UserRow>();
  #namespaces = new Map<number, NamespaceRow>();
  /** By user. */
  #grants = new Map<number, readonly GrantRow[]>();
  #userKeys: readonly UserKeyRow[] = [];
  #loggedOut: readonly string[] = [];
  readonly #ended = new Set<number>();
  readonly #filled = new Set<'users' | 'namespaces' | 'grants'>();

  /** All users, namespaces and grants have been read once. */
  get isFilled(): boolean {
    return this.#filled.size === 3;
  }

  get users(): UserRow[] {
    return [...this.#users.values()].sort((left, right) => left.id - right.id);
  }

  get namespaces(): NamespaceRow[] {
    return [...this.#namespaces.values()].sort((left, right) => left.id - right.id);
  }

  get grants(): GrantRow[] {
    return [...this.#grants.values()].flat();
  }

  get userKeys(): readonly UserKeyRow[] {
    return this.#userKeys;
  }

  /** Ids of log-ins that were logged out. */
  get loggedOut(): readonly string[] {
    return this.#loggedOut;
  }

  user(id: number): UserRow | undefined {
    return this.#users.get(id);
  }

  namespace(id: number): NamespaceRow | undefined {
    return this.#namespaces.get(id);
  }

  grantsOf(userId: number): readonly GrantRow[] {
    return this.#grants.get(userId) ?? [];
  }

  /** All users, as the database has them. */
  sawUsers(rows: readonly UserRow[]): void {
    for (const row of rows) this.#compare(this.#users.get(row.id), row);
    this.#filled.add('users');
    this.#users = new Map(rows.map((row) => [row.id, row]));
  }

  setNamespaces(rows: readonly NamespaceRow[]): void {
    this.#filled.add('namespaces');
    this.#namespaces = new Map(rows.map((row) => [row.id, row]));
  }

  setGrants(rows: readonly GrantRow[]): void {
    this.#filled.add('grants');
    this.#grants = byUser(rows);
  }

  setUserKeys(rows: readonly UserKeyRow[]): void {
    this.#userKeys = rows;
  }

  setLoggedOut(ids: readonly string[]): void {
    this.#loggedOut = ids;
  }

  /** A user as the database has it; `row` is undefined for one who is gone. */
  sawUser(id: number, row: UserRow | undefined): void {
    this.#compare(this.#users.get(id), row);
    this.setUser(id, row);
  }

  /** Ids of users whose sessions another broker has ended since the last call: they have another token, or may use no port any more. */
  takeEnded(): number[] {
    const ended = [...this.#ended];
    this.#ended.clear();
    return ended;
  }

  /** A user as this broker has changed it. */
  setUser(id: number, row: UserRow | undefined): void {
    if (row !== undefined) this.#users.set(id, row);
    else if (this.#users.delete(id)) this.#grants.delete(id);
  }

  setNamespace(id: number, row: NamespaceRow | undefined): void {
    if (row === undefined) this.#namespaces.delete(id);
    else this.#namespaces.set(id, row);
  }

  setGrantsOf(userId: number, rows: readonly GrantRow[]): void {
    if (rows.length === 0) this.#grants.delete(userId);
    else this.#grants.set(userId, rows);
  }

  #compare(before: UserRow | undefined, after: UserRow | undefined): void {
    if (before === undefined || after === undefined) return;
    const lostAccess = mayUseMq(before.userType) && !mayUseMq(after.userType);
    if (lostAccess || before.tokenHash !== after.tokenHash) this.#ended.add(after.id);
  }
}

function byUser(rows: readonly GrantRow[]): Map<number, GrantRow[]> {
  const groups = new Map<number, GrantRow[]>();
  for (const row of rows) {
    const group = groups.get(row.userId);
    if (group === undefined) groups.set(row.userId, [row]);
    else group.push(row);
  }
  return groups;
}
