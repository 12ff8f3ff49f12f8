import type { ApiConnection, ConnectionKind } from '@pulsemq/protocol';
import type { EngineEvent } from '../../port.js';
import { connectionColumns, type Row, rowsOf } from '../../port-report.js';
import type { UserFigureTable } from './user-figure-table.js';

type ConnectionRow = Row<typeof connectionColumns>;

/** How long a connection that has closed is still listed. */
const closedKeptMs = 3_600_000;
/** And how many of them at most. */
const closedMaxCount = 10_000;

interface LiveConnection {
  readonly id: string;
  readonly kind: ConnectionKind;
  readonly userId: number | null;
  readonly address: string;
  readonly port: number;
  readonly client: string;
  readonly connectedAtMs: number;
  row: ConnectionRow | null;
  before: ConnectionRow | null;
  seconds: number;
  atMs: number;
  closedAtMs: number | null;
  closeReason: string | null;
}

const noRow = Object.fromEntries(connectionColumns.map((name) => [name, 0])) as ConnectionRow;

/** What a connection is called: sessions by `s`, subscribers of their own by `c`. */
export const connectionId = ({ session, subscriber }: { session: number; subscriber: number }): string =>
  session > 0 ? `s${session}` : `c${subscriber}`;

/** Connections that are open, and for an hour those that were. */
export class ConnectionTable {
  readonly #open = new Map<string, LiveConnection>();
  readonly #users: UserFigureTable;
  /** Longest closed first. */
  readonly #closed = new Map<string, LiveConnection>();

  constructor(users: UserFigureTable) {
    this.#users = users;
  }

  onEvent(event: EngineEvent): void {
    switch (event.kind) {
      case 'sessionOpened':
        this.#add(`s${event.session}`, 'session', event);
        break;
      case 'subscriberOpened':
        this.#add(`c${event.subscriber}`, event.subscriberKind, event);
        break;
      case 'sessionTrail':
        this.#trail(event);
        break;
      case 'sessionClosed':
        this.#close(`s${event.session}`, event.reason, event.figures);
        break;
      case 'subscriberClosed':
        this.#close(`c${event.subscriber}`, event.reason, event.figures);
        break;
      case 'report':
        this.#report(event.report.connections);
        break;
    }
  }

  /** In no order; `state` chooses. */
  list(state: 'open' | 'closed' | 'all', usernameOf: (id: number) => string): ApiConnection[] {
    const open = state === 'closed' ? [] : [...this.#open.values()];
    const closed = state === 'open' ? [] : [...this.#closed.values()];
    return [...open, ...closed].map((one) => apiConnection(one, usernameOf));
  }

  /** One connection, open or closed within the last hour. */
  get(id: string, usernameOf: (id: number) => string): ApiConnection | undefined {
    const found = this.#open.get(id) ?? this.#closed.get(id);
    return found === undefined ? undefined : apiConnection(found, usernameOf);
  }

  find(id: string): { isOpen: boolean; session: number; subscriber: number } | undefined {
    if (!/^[sc]\d+$/.test(id)) return undefined;
    const number = Number(id.slice(1));
    const isOpen = this.#open.has(id);
    if (!isOpen && !this.#closed.has(id)) return undefined;
    return { isOpen, session: id[0] === 's' ? number : 0, subscriber: id[0] === 'c' ? number : 0 };
  }

  /** Whose an open connection is; null when nobody knows. */
  userIdOf(id: string): number | null {
    return this.#open.get(id)?.userId ?? null;
  }

  #add(
    id: string,
    kind: ConnectionKind,
    event: { userId: number | null; address: string; port: number; client: string },
  ): void {
    const { userId, address, port, client } = event;
    const nowMs = Date.now();
    const rest = { row: null, before: null, seconds: 1, atMs: nowMs, closedAtMs: null, closeReason: null };
    this.#open.set(id, { id, kind, userId, address, port, client, connectedAtMs: nowMs, ...rest });
  }

  #close(id: string, reason: string, figures: Float64Array): void {
    const one = this.#open.get(id);
    if (one === undefined) return;
    this.#open.delete(id);
    const [row] = rowsOf(connectionColumns, figures);
    if (row !== undefined) this.#users.count(one.userId, row, one.row);
    Object.assign(one, { row: row ?? one.row, before: row ?? one.row, closedAtMs: Date.now(), closeReason: reason });
    this.#closed.set(id, one);
    const oldestMs = Date.now() - closedKeptMs;
    for (const [oldest, { closedAtMs }] of this.#closed) {
      if (closedAtMs! > oldestMs && this.#closed.size <= closedMaxCount) break;
      this.#closed.delete(oldest);
    }
  }

  /** What came of a session's queue after it had closed. */
  #trail(event: Extract<EngineEvent, { kind: 'sessionTrail' }>): void {
    const one = this.#closed.get(`s${event.session}`);
    const before = one?.row ?? noRow;
    const row = {
      ...before,
      deliveredCount: before.deliveredCount + event.deliveredCount,
      deliveredBytes: before.deliveredBytes + event.deliveredBytes,
      droppedHwm: before.droppedHwm + event.dropped.hwm,
      droppedOutboxBytes: before.droppedOutboxBytes + event.dropped.outboxBytes,
      droppedOutboxTotalBytes: before.droppedOutboxTotalBytes + event.dropped.outboxTotalBytes,
      droppedAtClose: before.droppedAtClose + event.dropped.atClose,
    };
    this.#users.count(event.userId, row, before);
    if (one !== undefined) Object.assign(one, { row, before: row });
  }

  #report(rows: Float64Array): void {
    const nowMs = Date.now();
    for (const row of rowsOf(connectionColumns, rows)) {
      const one = this.#open.get(connectionId(row));
      if (one === undefined) continue;
      this.#users.count(one.userId, row, one.row);
      one.before = one.row;
      one.row = row;
      one.seconds = Math.max(0.001, (nowMs - one.atMs) / 1_000);
      one.atMs = nowMs;
    }
  }
}

function apiConnection(one: LiveConnection, usernameOf: (id: number) => string): ApiConnection {
  const { row } = one;
  const total = (name: keyof ConnectionRow): number => row?.[name] ?? 0;
  const rate = (name: keyof ConnectionRow): number =>
    Math.round(((total(name) - (one.before?.[name] ?? 0)) / one.seconds) * 10) / 10;
  return {
    connection_id: one.id,
    kind: one.kind,
    user_id: one.userId,
    username: one.userId === null ? null : usernameOf(one.userId),
    address: one.address,
    port: one.port,
    client: one.client,
    connected_at: new Date(one.connectedAtMs).toISOString(),
    subscriptions: [],
    subscription_count: total('subscriptionCount'),
    msg_rate_in: rate('publishedCount'),
    byte_rate_in: rate('publishedBytes'),
    msg_rate_out: rate('deliveredCount'),
    byte_rate_out: rate('deliveredBytes'),
    msg_total_in: total('publishedCount'),
    msg_total_out: total('deliveredCount'),
    byte_total_in: total('publishedBytes'),
    byte_total_out: total('deliveredBytes'),
    queued_messages: total('queuedCount'),
    queued_bytes: total('queuedBytes'),
    lag_ms: Math.round(total('lagMs') * 10) / 10,
    drops: {
      hwm: total('droppedHwm'),
      outbox_bytes: total('droppedOutboxBytes'),
      outbox_total_bytes: total('droppedOutboxTotalBytes'),
      at_close: total('droppedAtClose'),
      conflated: 0,
    },
    is_slow: total('isSlow') === 1,
    closed_at: one.closedAtMs === null ? null : new Date(one.closedAtMs).toISOString(),
    close_reason: one.closeReason,
  };
}
