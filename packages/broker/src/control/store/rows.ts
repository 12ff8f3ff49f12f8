import type { AlertKind, Bars, Freshness, GrantRole, UserType } from '@pulsemq/protocol';

/** Rows of the store. Times are ISO 8601 in UTC. */

export interface UserRow {
  readonly id: number;
  readonly username: string;
  readonly userType: UserType;
  /** Argon2id, or bcrypt from the Python package; null for a user who cannot log in. */
  readonly passwordHash: string | null;
  /** Lowercase hex SHA-256 of the token; null for a user without one. */
  readonly tokenHash: string | null;
  readonly isActive: boolean;
  /** True for a password that was generated, or set by an administrator. */
  readonly mustChangePassword: boolean;
  /** Goes up with each change that ends all admin log-ins of the user. */
  readonly tokenVersion: number;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** A key that logs its user in without a token. */
export interface UserKeyRow {
  readonly id: number;
  readonly userId: number;
  /** As `port-encryption.ts` writes it: `curve:` or `tls:` and 64 characters of hex. Belongs to one user. */
  readonly key: string;
  /** What people call it, such as the name of a machine. */
  readonly name: string;
  readonly createdBy: string;
  readonly createdAt: string;
}

export interface NamespaceRow {
  readonly id: number;
  readonly name: string;
  readonly description: string;
  readonly createdBy: string;
  readonly isActive: boolean;
  readonly keepLastValue: boolean;
  /** Its messages are kept in the journal. */
  readonly history: boolean;
  /** What fresh means for its topics; null without rules and calendars. */
  readonly freshness: Freshness | null;
  /** Bars that are made of its prices; null without rules and calendars. */
  readonly bars: Bars | null;
  readonly createdAt: string;
}

export interface TopicRow {
  readonly id: number;
  readonly namespaceId: number;
  readonly name: string;
  readonly createdBy: string;
  readonly createdAt: string;
}

export interface GrantRow {
  readonly userId: number;
  readonly namespaceId: number;
  readonly role: GrantRole;
  readonly grantedBy: string;
  readonly grantedAt: string;
}

export interface AlertRuleRow {
  readonly id: number;
  readonly name: string;
  readonly kind: AlertKind;
  readonly namespace: string | null;
  readonly pattern: string | null;
  readonly threshold: number;
  readonly forSeconds: number;
  readonly isEnabled: boolean;
}

export interface WebhookRow {
  readonly id: number;
  readonly name: string;
  readonly url: string;
  /** Key of the signatures. It is needed as it is, so no hash would do. */
  readonly secret: string;
  readonly isEnabled: boolean;
}

export interface AuditEntry {
  readonly opType: string;
  readonly targetType: string;
  readonly operator: string;
  readonly address: string;
  readonly target: string;
  readonly namespace: string | null;
  readonly oldValue: string | null;
  readonly newValue: string | null;
  readonly result: string;
  readonly requestId: string;
  /** Time of the call; missing: the time at which the row is stored. */
  readonly createdAt?: string;
}

export interface AuditLogRow extends AuditEntry {
  readonly id: number;
  readonly createdAt: string;
}
