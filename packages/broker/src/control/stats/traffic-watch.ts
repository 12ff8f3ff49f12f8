import type { LiveEvent } from '@pulsemq/protocol';
import type { EngineEvent } from '../../port.js';
import { connectionColumns, type EngineReport, rowsOf, topicColumns } from '../../port-report.js';
import { type ConnectionRow, connectionId, droppedCountOf } from './connection-row.js';
import type { UsernameOf } from './usernames.js';

/** An event before it has an id and a time. */
export type NewEvent = Omit<LiveEvent, 'id' | 'at'>;

/** Minimum time between two events about drops of one connection. */
const dropIntervalMs = 10_000;
/** Stale topics of one second that get an event each; more get one event with their number. */
const staleEventMaxCount = 5;

interface Watched {
  readonly userId: number | null;
  readonly address: string;
  isSlow: boolean;
  /** Drops that an event has reported, and when the last one did. */
  reportedDropCount: number;
  reportedAtMs: number;
}

/** Events that the watch looks at. */
export type TrafficEvent = Extract<
  EngineEvent,
  {
    kind: 'sessionOpened' | 'sessionClosed' | 'subscriberOpened' | 'subscriberClosed' | 'routeOpened' | 'report';
  }
>;

/** Turns the figures of each second into events: a subscriber gets slow, a subscriber loses messages, a topic goes stale. */
export class TrafficWatch {
  readonly #emit: (event: NewEvent) => void;
  readonly #connections = new Map<string, Watched>();
  readonly #topics = new Map<number, { readonly name: string; isStale: boolean }>();
  #newlyStale: string[] = [];

  constructor(emit: (event: NewEvent) => void) {
    this.#emit = emit;
  }

  onEvent(event: TrafficEvent, usernameOf: UsernameOf): void {
    switch (event.kind) {
      case 'sessionOpened':
        this.#add(`s${event.session}`, event);
        break;
      case 'subscriberOpened':
        this.#add(`c${event.subscriber}`, event);
        break;
      case 'sessionClosed':
        this.#close(`s${event.session}`, event.figures, usernameOf);
        break;
      case 'subscriberClosed':
        this.#close(`c${event.subscriber}`, event.figures, usernameOf);
        break;
      case 'routeOpened':
        this.#topics.set(event.route, { name: `${event.namespace}:${event.topic}`, isStale: false });
        break;
      case 'report':
        this.#report(event.report, usernameOf);
        break;
      default:
        event satisfies never;
    }
  }

  #add(id: string, { userId, address }: { userId: number | null; address: string }): void {
    this.#connections.set(id, { userId, address, isSlow: false, reportedDropCount: 0, reportedAtMs: 0 });
  }

  #close(id: string, figures: Float64Array, usernameOf: UsernameOf): void {
    const one = this.#connections.get(id);
    const [row] = rowsOf(connectionColumns, figures);
    if (one !== undefined && row !== undefined) this.#emitDrops(id, one, row, usernameOf);
    this.#connections.delete(id);
  }

  #report(report: EngineReport, usernameOf: UsernameOf): void {
    for (const row of rowsOf(topicColumns, report.topics)) {
      const topic = this.#topics.get(row.route);
      if (topic === undefined) continue;
      const isStale = row.isPublisherGone === 1;
      if (isStale && !topic.isStale) this.#newlyStale.push(topic.name);
      topic.isStale = isStale;
    }
    if (report.whole !== null) this.#emitStale();
    const nowMs = Date.now();
    for (const row of rowsOf(connectionColumns, report.connections)) {
      const id = connectionId(row);
      const one = this.#connections.get(id);
      if (one === undefined) continue;
      const isSlow = row.isSlow === 1;
      if (isSlow && !one.isSlow) this.#emitSlow(id, one, row, usernameOf);
      one.isSlow = isSlow;
      if (nowMs - one.reportedAtMs >= dropIntervalMs) this.#emitDrops(id, one, row, usernameOf);
    }
  }

  #emitStale(): void {
    const names = this.#newlyStale;
    this.#newlyStale = [];
    const emit = (text: string): void =>
      this.#emit({ kind: 'topicStale', address: null, username: null, connection_id: null, text });
    if (names.length > staleEventMaxCount) {
      emit(`${names.length} topics are stale, such as ${names[0]}: their publishers have left`);
      return;
    }
    for (const name of names) emit(`${name} is stale: its last publisher has left`);
  }

  #emitSlow(id: string, one: Watched, row: ConnectionRow, usernameOf: UsernameOf): void {
    const username = nameOf(one, usernameOf);
    const backlog = `${row.queuedCount} messages and ${row.queuedBytes} bytes are queued, the oldest for ${Math.round(row.lagMs)} ms`;
    const text = `${username ?? 'a subscriber'} reads too slowly: ${backlog}`;
    this.#emit({ kind: 'slowSubscriber', address: one.address, username, connection_id: id, text });
  }

  #emitDrops(id: string, one: Watched, row: ConnectionRow, usernameOf: UsernameOf): void {
    const total = droppedCountOf(row);
    const count = total - one.reportedDropCount;
    if (count <= 0) return;
    one.reportedDropCount = total;
    one.reportedAtMs = Date.now();
    const username = nameOf(one, usernameOf);
    const text = `${username ?? 'a subscriber'} lost ${count} messages, ${total} since it connected`;
    this.#emit({ kind: 'drops', address: one.address, username, connection_id: id, text });
  }
}

const nameOf = ({ userId }: Watched, usernameOf: UsernameOf): string | null =>
  userId === null ? null : usernameOf(userId);
