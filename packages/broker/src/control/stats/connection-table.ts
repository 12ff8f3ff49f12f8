import type { ApiConnection, ConnectionKind, ConnectionPoint } from '@pulsemq/protocol';
import type { EngineEvent } from '../../port.js';
import { connectionColumns, rowsOf } from '../../port-report.js';
import { ConnectionPast, pastStepMs } from './connection-past.js';
import { connectionId, emptyConnectionRow } from './connection-row.js';
import { apiConnection, type LiveConnection } from './live-connection.js';
import type { UserFigureTable } from './user-figure-table.js';
import type { UsernameOf } from './usernames.js';

/** How long a closed connection stays in the list. */
const closedKeptMs = 3_600_000;
/** Closed connections in the list; the longest closed are dropped first. Each costs about 700 bytes for an hour. */
const closedMaxCount = 2_000;

/** Events that open and close connections, and change their figures. */
export type ConnectionEvent = Extract<
  EngineEvent,
  {
    kind: 'sessionOpened' | 'sessionClosed' | 'sessionTrail' | 'subscriberOpened' | 'subscriberClosed' | 'report';
  }
>;

/** Connections that are open, and the newest 2,000 of those closed within the last hour. */
export class ConnectionTable {
  readonly #open = new Map<string, LiveConnection>();
  readonly #users: UserFigureTable;
  /** Longest closed first. */
  readonly #closed = new Map<string, LiveConnection>();
  /** When the last point of the past of every connection was made. */
  #pastAtMs = Date.now();

  constructor(users: UserFigureTable) {
    this.#users = users;
  }

  onEvent(event: ConnectionEvent): void {
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
      default:
        event satisfies never;
    }
  }

  /** In no particular order. */
  list(state: 'open' | 'closed' | 'all', usernameOf: UsernameOf): ApiConnection[] {
    const open = state === 'closed' ? [] : [...this.#open.values()];
    const closed = state === 'open' ? [] : [...this.#closed.values()];
    return [...open, ...closed].map((one) => apiConnection(one, usernameOf));
  }

  /** Open connections that read too slowly. */
  *slow(): Generator<LiveConnection> {
    for (const one of this.#open.values()) if (one.row?.isSlow === 1) yield one;
  }

  /** One connection, open or closed within the last hour. */
  get(id: string, usernameOf: UsernameOf): ApiConnection | undefined {
    const found = this.#open.get(id) ?? this.#closed.get(id);
    return found === undefined ? undefined : apiConnection(found, usernameOf);
  }

  /** The last five minutes of a connection; undefined for an unknown id. */
  pastOf(id: string): ConnectionPoint[] | undefined {
    const found = this.#open.get(id) ?? this.#closed.get(id);
    return found === undefined ? undefined : (found.past?.points() ?? []);
  }

  /** The numbers by which the engine knows a connection; 0 for the one it does not have. */
  find(id: string): { isOpen: boolean; session: number; subscriber: number } | undefined {
    if (!/^[sc]\d+$/.test(id)) return undefined;
    const number = Number(id.slice(1));
    const isOpen = this.#open.has(id);
    if (!isOpen && !this.#closed.has(id)) return undefined;
    return { isOpen, session: id[0] === 's' ? number : 0, subscriber: id[0] === 'c' ? number : 0 };
  }

  /** User of an open connection; null for an unauthenticated subscriber and for an unknown id. */
  userIdOf(id: string): number | null {
    return this.#open.get(id)?.userId ?? null;
  }

  #add(
    id: string,
    kind: ConnectionKind,
    event: { userId: number | null; address: string; port: number; client: string; clientName?: string | null },
  ): void {
    const nowMs = Date.now();
    if (event.userId !== null) this.#users.opened(event.userId);
    this.#open.set(id, {
      id,
      kind,
      userId: event.userId,
      address: event.address,
      port: event.port,
      client: event.client,
      clientName: event.clientName ?? null,
      connectedAtMs: nowMs,
      row: null,
      before: null,
      intervalSeconds: 1,
      atMs: nowMs,
      closedAtMs: null,
      closeReason: null,
      past: null,
    });
  }

  #close(id: string, reason: string, figures: Float64Array): void {
    const one = this.#open.get(id);
    if (one === undefined) return;
    this.#open.delete(id);
    if (one.userId !== null) this.#users.closed(one.userId);
    const [row] = rowsOf(connectionColumns, figures);
    if (row !== undefined) this.#users.count(one.userId, row, one.row);
    one.row = row ?? one.row;
    // A closed connection has no rates.
    one.before = one.row;
    one.closedAtMs = Date.now();
    one.closeReason = reason;
    this.#closed.set(id, one);
    this.#forgetOldest();
  }

  #forgetOldest(): void {
    const oldestMs = Date.now() - closedKeptMs;
    for (const [id, { closedAtMs }] of this.#closed) {
      if (closedAtMs! > oldestMs && this.#closed.size <= closedMaxCount) break;
      this.#closed.delete(id);
    }
  }

  /** Counts what was delivered and dropped of a session's queue after the session had closed. */
  #trail(event: Extract<EngineEvent, { kind: 'sessionTrail' }>): void {
    const one = this.#closed.get(`s${event.session}`);
    const before = one?.row ?? emptyConnectionRow;
    const row = {
      ...before,
      deliveredCount: before.deliveredCount + event.deliveredCount,
      deliveredBytes: before.deliveredBytes + event.deliveredBytes,
      droppedHwm: before.droppedHwm + event.dropped.hwm,
      droppedOutboxBytes: before.droppedOutboxBytes + event.dropped.outboxBytes,
      droppedOutboxTotalBytes: before.droppedOutboxTotalBytes + event.dropped.outboxTotalBytes,
      droppedAtClose: before.droppedAtClose + event.dropped.atClose,
      matchedCount: before.matchedCount + event.matchedCount,
      conflatedCount: before.conflatedCount + event.conflatedCount,
    };
    this.#users.count(event.userId, row, before);
    if (one === undefined) return;
    one.row = row;
    one.before = row;
  }

  #report(rows: Float64Array): void {
    const nowMs = Date.now();
    for (const row of rowsOf(connectionColumns, rows)) {
      const one = this.#open.get(connectionId(row));
      if (one === undefined) continue;
      this.#users.count(one.userId, row, one.row);
      one.before = one.row;
      one.row = row;
      one.intervalSeconds = (nowMs - one.atMs) / 1_000;
      one.atMs = nowMs;
    }
    if (nowMs - this.#pastAtMs >= pastStepMs) this.#addToPast(nowMs);
  }

  /** One point for each open connection. */
  #addToPast(nowMs: number): void {
    const seconds = (nowMs - this.#pastAtMs) / 1_000;
    this.#pastAtMs = nowMs;
    for (const one of this.#open.values()) {
      one.past ??= new ConnectionPast();
      const openSeconds = Math.max(1, (nowMs - one.connectedAtMs) / 1_000);
      one.past.add(one.row ?? emptyConnectionRow, nowMs, Math.min(seconds, openSeconds));
    }
  }
}
