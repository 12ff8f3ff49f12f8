import { createHash, timingSafeEqual } from 'node:crypto';
import { ByteTable, hasAllMqRights, mayUseMq, RoleLevel, type UserType } from '@pulsemq/protocol';
import type { EngineGrant, EngineUser, Entitlements as EntitlementSnapshot } from '../../../port.js';
import type { Namespace } from '../../route/namespace.js';
import type { Route } from '../../route/route.js';

/** What a publish by this user to this topic leads to: rights were checked when the entry was made. */
export interface PublishEntry {
  readonly route: Route;
  /** The bytes name the default namespace or the user by an empty frame, so they cannot be forwarded as they are. */
  readonly needsRewrite: boolean;
}

/** A user with its rights, as decisions need them. */
export class User {
  readonly id: number;
  name = '';
  type: UserType = 'mq_normal';
  isActive = false;
  /** SHA-256 of the token, 32 bytes; null when the user has none. */
  tokenHash: Buffer | null = null;
  /** Role level by namespace id. */
  readonly roles = new Map<number, number>();
  /**
   * Keyed by the bytes of the namespace, topic and username frames together: one lookup finds the route and proves both the
   * right and the name. Emptied whenever rights change.
   */
  readonly publishes = new ByteTable<PublishEntry>();

  constructor(id: number) {
    this.id = id;
  }

  /** True when no grant is needed anywhere. */
  get hasAllRights(): boolean {
    return this.isActive && hasAllMqRights(this.type);
  }

  /** The role level this user has in a namespace now. */
  levelIn(namespace: Namespace): number {
    if (!this.isActive || !namespace.isActive || !mayUseMq(this.type)) return RoleLevel.none;
    if (hasAllMqRights(this.type)) return RoleLevel.admin;
    return this.roles.get(namespace.id) ?? RoleLevel.none;
  }
}

const absentHash = Buffer.alloc(32);

/**
 * Users and rights, complete and in memory, so that no decision waits for a database. Changes come as commands and take
 * effect before the next message.
 */
export class Entitlements {
  readonly #byId = new Map<number, User>();
  readonly #byName = new Map<string, User>();

  ofName(name: string): User | undefined {
    return this.#byName.get(name);
  }

  users(): IterableIterator<User> {
    return this.#byId.values();
  }

  /**
   * The user these credentials belong to. Takes the same work and gives the same answer whatever is wrong: an unknown name,
   * no token, a wrong one, an inactive user, or one that has no place on the wire.
   */
  verify(name: string, token: string): User | undefined {
    const user = this.#byName.get(name);
    const given = createHash('sha256').update(token, 'utf8').digest();
    const matches = timingSafeEqual(given, user?.tokenHash ?? absentHash);
    return matches && user?.tokenHash != null && user.isActive && mayUseMq(user.type) ? user : undefined;
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

  /** Forgets a user; what is left of it has no rights. */
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
  replace(snapshot: EntitlementSnapshot): void {
    const kept = new Set(snapshot.users.map((user) => user.id));
    for (const id of [...this.#byId.keys()]) if (!kept.has(id)) this.remove(id);
    for (const user of snapshot.users) this.set(user).roles.clear();
    for (const { userId, namespaceId, role } of snapshot.grants satisfies readonly EngineGrant[]) {
      this.grant(userId, namespaceId, RoleLevel[role]);
    }
  }

  /** What every user was found to be allowed must be found again. */
  forgetPublishes(): void {
    for (const user of this.#byId.values()) user.publishes.clear();
  }
}
