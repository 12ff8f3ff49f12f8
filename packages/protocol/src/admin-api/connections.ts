/** `session` is an authenticated client with its bound subscriber connection; `plain` and `legacy` are subscriber connections without a session. */
export type ConnectionKind = 'session' | 'plain' | 'legacy';

/**
 * Why a connection was closed. `close_reason` has it as a sentence, with the numbers. `other` is a reason without a code, such as bytes that are
 * not ZMTP.
 */
export const closeCodes = [
  'peer_closed',
  'ping_timeout',
  'by_administrator',
  'token_reset',
  'no_access',
  'user_inactive',
  'other_user',
  'too_slow',
  'unread_replies',
  'no_session',
  'bound',
  'newer_connection',
  'inbound_limit',
  'broker_stopped',
  'other',
] as const;
/** Why a session or a connection has ended. */
export type CloseCode = (typeof closeCodes)[number];

/** One lane of a session: its policy, and what it has delivered. */
export interface ApiLane {
  /** 0 to 7. */
  readonly lane: number;
  /** A subscriber connection is bound to it. */
  readonly is_bound: boolean;
  readonly on_slow: 'dropOldest' | 'dropNewest' | 'conflate' | 'disconnect';
  /** Updates a second for each topic; null for no limit. */
  readonly max_rate: number | null;
  readonly subscription_count: number;
  /** Messages that it was meant to get: delivered, dropped and conflated ones, and those that wait. */
  readonly matched_total: number;
  readonly delivered_total: number;
  readonly dropped_total: number;
  readonly conflated_total: number;
  readonly queued_messages: number;
  readonly queued_bytes: number;
  /** Age of the oldest message that waits, milliseconds. */
  readonly lag_ms: number;
  readonly is_slow: boolean;
}

/** GET /api/connections?state=open|closed|all&user_id=&text=&sort=since|lag|drops|rate_in|rate_out&limit=&offset=, GET /api/connections/{connection_id} */
export interface ApiConnection {
  /** Such as `s12`. No other connection has it until the broker restarts. */
  readonly connection_id: string;
  readonly kind: ConnectionKind;
  /** Null for a legacy subscriber, as is `username`: it has no user. */
  readonly user_id: number | null;
  readonly username: string | null;
  /** Remote address and port. */
  readonly address: string;
  readonly port: number;
  /** Protocol version and socket type that the client announced, such as `ZMTP 3.1 DEALER`. */
  readonly client: string;
  /** Name and version that the client sent with its log-in, such as `pulsemq-client/0.1.0`. Null when it sent none. */
  readonly client_name: string | null;
  readonly connected_at: string;
  /** At most 100, in a list at most 10. Empty for a closed connection. `subscription_count` has the full count. */
  readonly subscriptions: readonly { readonly namespace: string; readonly pattern: string }[];
  readonly subscription_count: number;
  /** Only for one open session by itself; null in lists and for other connections. */
  readonly lanes: readonly ApiLane[] | null;
  readonly msg_rate_in: number;
  readonly byte_rate_in: number;
  readonly msg_rate_out: number;
  readonly byte_rate_out: number;
  readonly msg_total_in: number;
  readonly msg_total_out: number;
  readonly byte_total_in: number;
  readonly byte_total_out: number;
  /** Messages in its backlog. */
  readonly queued_messages: number;
  /** Bytes in its backlog. */
  readonly queued_bytes: number;
  /** Age of the oldest message in its backlog, milliseconds. */
  readonly lag_ms: number;
  readonly drops: DropFigures;
  /** Updates that newer ones of their topic replaced before they were delivered. */
  readonly conflated_total: number;
  /** True from the moment its backlog exceeds half of its limit until it is below half again. */
  readonly is_slow: boolean;
  readonly closed_at: string | null;
  readonly close_code: CloseCode | null;
  readonly close_reason: string | null;
}

/** GET /api/stats/connections/{connection_id}/history: a point every ten seconds of the last five minutes, oldest first */
export interface ConnectionPoint {
  /** End of the ten seconds, Unix seconds. */
  readonly ts: number;
  /** Messages a second, on average. */
  readonly msg_rate_in: number;
  readonly msg_rate_out: number;
  readonly queued_bytes: number;
  readonly lag_ms: number;
}

/** Dropped messages by reason. */
export interface DropFigures {
  /** The backlog had reached its limit of messages (`broker.backlog_messages`). */
  readonly hwm: number;
  /** The backlog had reached its limit of bytes (`broker.backlog_bytes`). */
  readonly outbox_bytes: number;
  /** All backlogs together had reached their limit of bytes (`broker.backlog_total_bytes`). */
  readonly outbox_total_bytes: number;
  /** Still queued when the connection closed. */
  readonly at_close: number;
}

/** POST /api/connections/disconnect-user */
export interface DisconnectUserRequest {
  readonly user_id: number;
}

/** Answer to it: the sessions that were closed, and the subscribers that were logged in without one. */
export interface DisconnectUserReply {
  readonly status: 'disconnected';
  readonly session_count: number;
}
