import { createHash, timingSafeEqual } from 'node:crypto';
import { mayUseMq, RoleLevel } from '@pulsemq/protocol';
import type { EngineUserKey } from '../../../port-encryption.js';
import type { EngineGrant, EngineUser, Entitlements } from '../../../port-entitlements.js';
import { User } from './user.js';

const absentHash = Buffer.alloc(32);

/**
 * Users and their rights, complete and in memory, so that no decision waits for a database. Changes come as commands and take effect before
 * the next message.
 */
export class UserTable {
  readonly #byId = new Map<number, User>();
  readonly #byName = new Map<string, User>();
  /** Ids of users by the keys that are bound to them. */
  readonly #idsByKey = new Map<string, number>();

  ofName(name: string): User | undefined {
    return this.#byName.get(name);
  }

  users(): IterableIterator<User> {
    return this.#byId.values();
  }

  /**
   * The user that these credentials belong to. It takes the same work and gives the same answer whatever is wrong: an unknown name, no
   * token, a wrong token, an inactive user, or a user type without rights on the wire.
   */
  verify(name: string, token: string): User | undefined {
    const user = this.#byName.get(name);
    const given = createHash('sha256').update(token, 'utf8').digest();
    const matches = timingSafeEqual(given, user?.tokenHash ?? absentHash);
    return matches && user?.tokenHash != null && user.isActive && mayUseMq(user.type) ? user : undefined;
  }

  /**
   * The user that a proved key logs in; undefined for a key that is not bound, for another name than that of its user, and for a user that
   * could not log in by token either. An empty name stands for any.
   */
  ofKey(key: string | null, name: string): User | undefined {
    const id = key === null ? undefined : this.#idsByKey.get(key);
    const user = id === undefined ? undefined : this.#byId.get(id);
    if (user === undefined || (name !== '' && name !== user.name)) return undefined;
    return user.isActive && mayUseMq(user.type) ? user : undefined;
  }

  /** Binds a key to a user. A key belongs to one user. */
  bindKey({ key, userId }: EngineUserKey): void {
    this.#idsByKey.set(key, userId);
  }

  /** Unbinds a key. Returns the id of its user. */
  unbindKey(key: string): number | undefined {
    const id = this.#idsByKey.get(key);
    this.#idsByKey.delete(key);
    return id;
  }

  /** All bound keys. */
  keys(): IterableIterator<string> {
    return this.#idsByKey.keys();
  }

  /** Adds or changes one user. */
  set(definition: EngineUser): User {
    const user = this.#byId.get(definition.id) ?? new User(definition.id);
    if (user.name !== definition.name) this.#byName.delete(user.name);
    user.name = definition.name;
    user.type = definition.type;
    user.isActive = definition.isActive;
    user.tokenHash = definition.tokenHash === null ? null : Buffer.from(definition.tokenHash, 'hex');
    user.publishes.clear();
    this.#byId.set(user.id, user);
    this.#byName.set(user.name, user);
    return user;
  }

  /** Forgets a user. Sessions may still hold the object; it has no rights. */
  remove(userId: number): User | undefined {
    const user = this.#byId.get(userId);
    if (user === undefined) return undefined;
    this.#byId.delete(userId);
    this.#byName.delete(user.name);
    user.isActive = false;
    user.publishes.clear();
    return user;
  }

  /** Sets or, with level 0, takes away a role. */
  grant(userId: number, namespaceId: number, level: number): User | undefined {
    const user = this.#byId.get(userId);
    if (user === undefined) return undefined;
    if (level === RoleLevel.none) user.roles.delete(namespaceId);
    else user.roles.set(namespaceId, level);
    user.publishes.clear();
    return user;
  }

  /** Replaces everything by a snapshot. */
  replace(snapshot: Entitlements): void {
    const kept = new Set(snapshot.users.map((user) => user.id));
    for (const id of [...this.#byId.keys()]) if (!kept.has(id)) this.remove(id);
    for (const user of snapshot.users) this.set(user).roles.clear();
    for (const { userId, namespaceId, role } of snapshot.grants satisfies readonly EngineGrant[]) {
      this.grant(userId, namespaceId, RoleLevel[role]);
    }
    for (const userKey of snapshot.userKeys) this.bindKey(userKey);
  }

  /** Forgets what was found out about publishes: each is checked again. */
  forgetPublishes(): void {
    for (const user of this.#byId.values()) user.publishes.clear();
  }
}
