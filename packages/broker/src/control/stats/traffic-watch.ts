import type { EventCode, LiveEvent } from '@pulsemq/protocol';
import type { EngineEvent } from '../../port.js';
import { connectionColumns, type EngineReport, rowsOf } from '../../port-report.js';
import { type ConnectionRow, connectionId, droppedCountOf } from './connection-row.js';
import type { NamedStatus } from './topic-statuses.js';
import type { UsernameOf } from './usernames.js';

/** What an event has only where it needs it. */
type Meaning = Pick<LiveEvent, 'code' | 'values' | 'close_code'>;

/** An event before it has an id and a time. Without a code it is `other`. */
export type NewEvent = Omit<LiveEvent, 'id' | 'at' | keyof Meaning> & Partial<Meaning>;

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
    kind: 'sessionOpened' | 'sessionClosed' | 'subscriberOpened' | 'subscriberClosed' | 'report';
  }
>;

/** Turns the figures of each second into events: a subscriber gets slow, a subscriber loses messages, topics become stale. */
export class TrafficWatch {
  readonly #emit: (event: NewEvent) => void;
  readonly #connections = new Map<string, Watched>();
  #newlyStaleCount = 0;
  /** The first of them, as many as get an event each. */
  #newlyStale: NamedStatus[] = [];

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
      case 'report':
        this.#report(event.report, usernameOf);
        break;
      default:
        event satisfies never;
    }
  }

  /** Topics that have become stale since the last call. */
  topicsStale(topics: readonly NamedStatus[]): void {
    this.#newlyStaleCount += topics.length;
    this.#newlyStale.push(...topics.slice(0, staleEventMaxCount - this.#newlyStale.length));
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
    const [topics, count] = [this.#newlyStale, this.#newlyStaleCount];
    this.#newlyStale = [];
    this.#newlyStaleCount = 0;
    const emit = (text: string, code: EventCode, values: LiveEvent['values']): void =>
      this.#emit({ kind: 'topicStale', address: null, username: null, connection_id: null, text, code, values });
    if (count > staleEventMaxCount) {
      const [first] = topics as [NamedStatus];
      const topic = nameOfTopic(first);
      emit(`${count} topics are stale, such as ${topic}: ${causeOf(first)}`, 'topics_stale', { count, topic });
      return;
    }
    for (const one of topics) {
      const topic = nameOfTopic(one);
      const values = { topic, max_age_ms: one.status.max_age_ms ?? 0 };
      emit(`${topic} is stale: ${causeOf(one)}`, staleCodeOf(one), values);
    }
  }

  #emitSlow(id: string, one: Watched, row: ConnectionRow, usernameOf: UsernameOf): void {
    const username = nameOf(one, usernameOf);
    const backlog = `${row.queuedCount} messages and ${row.queuedBytes} bytes are queued, the oldest for ${Math.round(row.lagMs)} ms`;
    const text = `${username ?? 'a subscriber'} reads too slowly: ${backlog}`;
    this.#emit({
      kind: 'slowSubscriber',
      address: one.address,
      username,
      connection_id: id,
      text,
      code: 'reads_slowly',
      values: { messages: row.queuedCount, bytes: row.queuedBytes, lag_ms: Math.round(row.lagMs) },
    });
  }

  #emitDrops(id: string, one: Watched, row: ConnectionRow, usernameOf: UsernameOf): void {
    const total = droppedCountOf(row);
    const count = total - one.reportedDropCount;
    if (count <= 0) return;
    one.reportedDropCount = total;
    one.reportedAtMs = Date.now();
    const username = nameOf(one, usernameOf);
    const text = `${username ?? 'a subscriber'} lost ${count} messages, ${total} since it connected`;
    this.#emit({
      kind: 'drops',
      address: one.address,
      username,
      connection_id: id,
      text,
      code: 'lost_messages',
      values: { count, total },
    });
  }
}

const nameOfTopic = ({ namespace, status }: NamedStatus): string => `${namespace}:${status.topic}`;

/** Why a topic is stale, as a sentence. */
function causeOf({ status }: NamedStatus): string {
  if (status.reason === 'publisher_gone') return 'its publisher has gone';
  if (status.reason === 'never_started') return 'nothing was published to it since its market opened';
  return `it has had no message for more than ${status.max_age_ms} ms`;
}

function staleCodeOf({ status }: NamedStatus): EventCode {
  if (status.reason === 'publisher_gone') return 'topic_publisher_gone';
  return status.reason === 'never_started' ? 'topic_never_started' : 'topic_silent';
}

const nameOf = ({ userId }: Watched, usernameOf: UsernameOf): string | null =>
  userId === null ? null : usernameOf(userId);
