import { ByteTable, hasAllMqRights, mayUseMq, RoleLevel, type UserType } from '@pulsemq/protocol';
import type { Namespace } from '../../route/namespace.js';
import type { PublishEntry } from '../publish/publish-entry.js';

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
   * Keyed by the bytes of the namespace, topic and username frames together: one lookup finds the route and proves right and name. Emptied
   * when rights change.
   */
  readonly publishes = new ByteTable<PublishEntry>();

  constructor(id: number) {
    this.id = id;
  }

  /** The user needs no grant anywhere. */
  get hasAllRights(): boolean {
    return this.isActive && hasAllMqRights(this.type);
  }

  /** The role level of this user in a namespace now. */
  levelIn(namespace: Namespace): number {
    if (!this.isActive || !namespace.isActive || !mayUseMq(this.type)) return RoleLevel.none;
    if (hasAllMqRights(this.type)) return RoleLevel.admin;
    return this.roles.get(namespace.id) ?? RoleLevel.none;
  }
}
