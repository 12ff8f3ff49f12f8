import type { Generated } from 'kysely';
import type {
  AlertRuleRow,
  AuditLogRow,
  GrantRow,
  NamespaceRow,
  TopicRow,
  UserKeyRow,
  UserRow,
  WebhookRow,
} from '../rows.js';
import type { SystemStatsRow, TopicStatsRow, UserStatsRow } from '../stats-rows.js';

/**
 * The tables under their camelCase names: Kysely's CamelCasePlugin turns them into the snake_case of the database and back, and so no
 * row is mapped by hand. Booleans are the exception: SQLite stores them as 0 and 1.
 */
export interface Tables {
  users: UsersTable;
  userKeys: UserKeysTable;
  namespaces: NamespacesTable;
  topics: TopicsTable;
  namespacePermissions: GrantsTable;
  auditLog: AuditTable;
  settings: { key: string; value: string };
  revokedTokens: { id: string; expiresAt: number };
  alertRules: AlertRulesTable;
  webhooks: WebhooksTable;
  statsSystemMinute: OfBroker<SystemStatsRow>;
  statsSystemHour: OfBroker<SystemStatsRow>;
  statsTopicMinute: OfBroker<TopicStatsRow>;
  statsTopicHour: OfBroker<TopicStatsRow>;
  statsUserMinute: OfBroker<UserStatsRow>;
  statsUserHour: OfBroker<UserStatsRow>;
}

/** Statistics of one of several brokers. */
export type OfBroker<Row> = Row & { readonly broker: Generated<string> };

export interface UsersTable extends Omit<UserRow, 'id' | 'isActive' | 'mustChangePassword' | 'tokenVersion'> {
  id: Generated<number>;
  isActive: Generated<number>;
  mustChangePassword: Generated<number>;
  tokenVersion: Generated<number>;
}

export interface UserKeysTable extends Omit<UserKeyRow, 'id'> {
  id: Generated<number>;
}

export interface NamespacesTable
  extends Omit<NamespaceRow, 'id' | 'isActive' | 'keepLastValue' | 'history' | 'freshness' | 'bars'> {
  id: Generated<number>;
  isActive: Generated<number>;
  keepLastValue: Generated<number>;
  history: Generated<number>;
  /** JSON. */
  freshness: string | null;
  /** JSON. */
  bars: string | null;
}

export interface TopicsTable extends Omit<TopicRow, 'id'> {
  id: Generated<number>;
}

/** The number only orders the list: users and namespaces identify a grant. */
export interface GrantsTable extends GrantRow {
  id: Generated<number>;
}

export interface AlertRulesTable extends Omit<AlertRuleRow, 'id' | 'isEnabled'> {
  id: Generated<number>;
  isEnabled: number;
}

export interface WebhooksTable extends Omit<WebhookRow, 'id' | 'isEnabled'> {
  id: Generated<number>;
  isEnabled: number;
}

export interface AuditTable extends Omit<AuditLogRow, 'id'> {
  id: Generated<number>;
}
