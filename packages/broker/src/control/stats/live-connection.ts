import type { ApiConnection, ConnectionKind } from '@pulsemq/protocol';
import { closeCodeOf } from './close-codes.js';
import type { ConnectionPast } from './connection-past.js';
import { type ConnectionRow, emptyConnectionRow } from './connection-row.js';
import { ratePerSecond, tenths } from './rounding.js';
import type { UsernameOf } from './usernames.js';

/** A connection that is open, or closed within the last hour. */
export interface LiveConnection {
  readonly id: string;
  readonly kind: ConnectionKind;
  /** Null for an unauthenticated subscriber. */
  readonly userId: number | null;
  readonly address: string;
  readonly port: number;
  readonly client: string;
  readonly clientName: string | null;
  readonly connectedAtMs: number;
  /** Totals of the last report, and of the one before it; null until there is one. */
  row: ConnectionRow | null;
  before: ConnectionRow | null;
  /** Time between those two reports. */
  intervalSeconds: number;
  /** Time of the last report. */
  atMs: number;
  closedAtMs: number | null;
  closeReason: string | null;
  /** Its last minutes; null in its first seconds. */
  past: ConnectionPast | null;
}

/** A connection as the API shows it, without its subscriptions: those are asked from the engine. */
export function apiConnection(one: LiveConnection, usernameOf: UsernameOf): ApiConnection {
  const row = one.row ?? emptyConnectionRow;
  const rate = (name: keyof ConnectionRow): number =>
    ratePerSecond(row[name] - (one.before?.[name] ?? 0), one.intervalSeconds);
  return {
    connection_id: one.id,
    kind: one.kind,
    user_id: one.userId,
    username: one.userId === null ? null : usernameOf(one.userId),
    address: one.address,
    port: one.port,
    client: one.client,
    client_name: one.clientName,
    connected_at: timeText(one.connectedAtMs),
    subscriptions: [],
    lanes: null,
    subscription_count: row.subscriptionCount,
    msg_rate_in: rate('publishedCount'),
    byte_rate_in: rate('publishedBytes'),
    msg_rate_out: rate('deliveredCount'),
    byte_rate_out: rate('deliveredBytes'),
    msg_total_in: row.publishedCount,
    msg_total_out: row.deliveredCount,
    byte_total_in: row.publishedBytes,
    byte_total_out: row.deliveredBytes,
    queued_messages: row.queuedCount,
    queued_bytes: row.queuedBytes,
    lag_ms: tenths(row.lagMs),
    drops: dropsOf(row),
    conflated_total: row.conflatedCount,
    is_slow: row.isSlow === 1,
    closed_at: one.closedAtMs === null ? null : timeText(one.closedAtMs),
    close_code: one.closeReason === null ? null : closeCodeOf(one.closeReason),
    close_reason: one.closeReason,
  };
}

const dropsOf = (row: ConnectionRow): ApiConnection['drops'] => ({
  hwm: row.droppedHwm,
  outbox_bytes: row.droppedOutboxBytes,
  outbox_total_bytes: row.droppedOutboxTotalBytes,
  at_close: row.droppedAtClose,
});

const timeText = (ms: number): string => new Date(ms).toISOString();
