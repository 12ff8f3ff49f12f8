/** `session`: an authenticated client and the subscriber bound to it; `plain` and `legacy`: a subscriber on its own. */
export type ConnectionKind = 'session' | 'plain' | 'legacy';

/** GET /api/connections?state=open|closed|all&user_id=&text=&sort=since|lag|drops|rate_in|rate_out&limit=&offset=, GET /api/connections/{connection_id} */
export interface ApiConnection {
  /** Such as `s12`; unique while the broker runs. */
  readonly connection_id: string;
  readonly kind: ConnectionKind;
  /** Null for a legacy subscriber: nobody knows who it is. */
  readonly user_id: number | null;
  readonly username: string | null;
  /** Remote address and port. */
  readonly address: string;
  readonly port: number;
  /** What the client says it is, such as `ZMTP 3.1 DEALER`. */
  readonly client: string;
  readonly connected_at: string;
  /** At most 100 of them, in a list at most 10; `subscription_count` is exact. Empty for one that has closed. */
  readonly subscriptions: readonly { readonly namespace: string; readonly pattern: string }[];
  readonly subscription_count: number;
  readonly msg_rate_in: number;
  readonly byte_rate_in: number;
  readonly msg_rate_out: number;
  readonly byte_rate_out: number;
  readonly msg_total_in: number;
  readonly msg_total_out: number;
  readonly byte_total_in: number;
  readonly byte_total_out: number;
  readonly queued_messages: number;
  readonly queued_bytes: number;
  /** Age of the oldest message it has not been sent, milliseconds. */
  readonly lag_ms: number;
  readonly drops: DropFigures;
  /** Past half of its outbox, and not yet back under it. */
  readonly is_slow: boolean;
  readonly closed_at: string | null;
  readonly close_reason: string | null;
}

/** Dropped messages by reason. */
export interface DropFigures {
  /** Its own outbox was full by messages (`broker.hwm`). */
  readonly hwm: number;
  /** Its own outbox was full by bytes (`broker.outbox_bytes`). */
  readonly outbox_bytes: number;
  /** All outboxes together were full (`broker.outbox_total_bytes`). */
  readonly outbox_total_bytes: number;
  /** Still queued when the connection closed. */
  readonly at_close: number;
  readonly conflated: number;
}

/** POST /api/connections/disconnect-user */
export interface DisconnectUserRequest {
  readonly user_id: number;
}

export interface DisconnectUserReply {
  readonly status: 'disconnected';
  readonly session_count: number;
}
