import type { GrantRole, UserType } from '@pulsemq/protocol';
import type { Generated } from 'kysely';

/** The tables as they are; booleans are 0 and 1. */
export interface Tables {
  users: UsersTable;
  namespaces: NamespacesTable;
  topics: TopicsTable;
  namespace_permissions: GrantsTable;
  audit_log: AuditTable;
  settings: { key: string; value: string };
  revoked_tokens: { id: string; expires_at: number };
  stats_system_minute: SystemStatsTable;
  stats_system_hour: SystemStatsTable;
  stats_topic_minute: TopicStatsTable;
  stats_topic_hour: TopicStatsTable;
  stats_user_minute: UserStatsTable;
  stats_user_hour: UserStatsTable;
}

export interface UsersTable {
  id: Generated<number>;
  username: string;
  user_type: UserType;
  password_hash: string | null;
  token_hash: string | null;
  is_active: Generated<number>;
  must_change_password: Generated<number>;
  token_version: Generated<number>;
  created_at: string;
  updated_at: string;
}

export interface NamespacesTable {
  id: Generated<number>;
  name: string;
  description: string;
  created_by: string;
  is_active: Generated<number>;
  keep_last_value: Generated<number>;
  created_at: string;
}

export interface TopicsTable {
  id: Generated<number>;
  namespace_id: number;
  name: string;
  created_by: string;
  created_at: string;
}

export interface GrantsTable {
  id: Generated<number>;
  user_id: number;
  namespace_id: number;
  role: GrantRole;
  granted_by: string;
  granted_at: string;
}

export interface AuditTable {
  id: Generated<number>;
  op_type: string;
  target_type: string;
  operator: string;
  address: string;
  target: string;
  namespace: string | null;
  old_value: string | null;
  new_value: string | null;
  result: string;
  request_id: string;
  created_at: string;
}

export interface SystemStatsTable {
  ts: number;
  msg_count: number;
  byte_count: number;
  delivered_count: number;
  delivered_bytes: number;
  dropped_count: number;
  connections: number;
  online_users: number;
  auth_total: number;
  auth_fail: number;
  perm_denied: number;
  publisher_delays: string | null;
  broker_delays: string | null;
  engine_loop_lag_ms: number;
  memory_mb: number;
}

export interface TopicStatsTable {
  topic_id: number;
  ts: number;
  msg_count: number;
  byte_count: number;
  matched_count: number;
  dropped_count: number;
  subscriber_count: number;
  ahead_count: number;
  publisher_delays: string | null;
  broker_delays: string | null;
}

export interface UserStatsTable {
  user_id: number;
  ts: number;
  pub_count: number;
  pub_bytes: number;
  sub_count: number;
  sub_bytes: number;
  dropped_count: number;
  error_count: number;
  online_minutes: number;
}
