import type { Bars, Freshness, GrantRole, UserType } from '@pulsemq/protocol';
import type { EngineUserKey } from './port-encryption.js';

/** A user as the engine sees it. */
export interface EngineUser {
  readonly id: number;
  readonly name: string;
  readonly type: UserType;
  readonly isActive: boolean;
  /** Lowercase hex SHA-256 of the token; null for a user without one. */
  readonly tokenHash: string | null;
}

export interface EngineNamespace {
  readonly id: number;
  readonly name: string;
  readonly isActive: boolean;
  /** The last value of each of its topics is kept. */
  readonly keepLastValue: boolean;
  /** What fresh means for its topics; null where nothing does. */
  readonly freshness: Freshness | null;
  /** Its messages are kept in the journal; absent means no. */
  readonly history?: boolean;
  /** Bars that the broker makes of its prices; absent or null for none. */
  readonly bars?: Bars | null;
}

export interface EngineGrant {
  readonly userId: number;
  readonly namespaceId: number;
  readonly role: GrantRole;
}

/** A registered topic: known to queries before anything is published. */
export interface EngineTopic {
  readonly namespaceId: number;
  readonly name: string;
}

/** All rights at one moment. */
export interface Entitlements {
  readonly users: readonly EngineUser[];
  readonly namespaces: readonly EngineNamespace[];
  readonly grants: readonly EngineGrant[];
  readonly userKeys: readonly EngineUserKey[];
}

/** Changes of users, rights, namespaces and topics. Each takes effect before the next message is routed. */
export type EntitlementCommand =
  /** The whole truth again; whatever differs is corrected. */
  | { readonly kind: 'entitlements'; readonly entitlements: Entitlements }
  /** A new or changed user. */
  | { readonly kind: 'user'; readonly user: EngineUser }
  | { readonly kind: 'userRemoved'; readonly userId: number }
  /** A key that is bound to a user from now on. */
  | ({ readonly kind: 'userKey' } & EngineUserKey)
  /** A key that logs no user in any more. Connections that used it end. */
  | { readonly kind: 'userKeyRemoved'; readonly key: string }
  /** A new or changed namespace. */
  | { readonly kind: 'namespace'; readonly namespace: EngineNamespace }
  | { readonly kind: 'namespaceRemoved'; readonly namespaceId: number }
  /** A new or changed grant; role null takes it away. */
  | { readonly kind: 'grant'; readonly userId: number; readonly namespaceId: number; readonly role: GrantRole | null }
  | { readonly kind: 'topicRemoved'; readonly namespaceId: number; readonly name: string };
