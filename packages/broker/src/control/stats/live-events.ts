import type { LiveEvent } from '@pulsemq/protocol';
import type { EngineEvent } from '../../port.js';
import { closeCodeOf } from './close-codes.js';
import { meaningOfIncident } from './incident-codes.js';
import type { NamedStatus } from './topic-statuses.js';
import { type NewEvent, type TrafficEvent, TrafficWatch } from './traffic-watch.js';
import type { UsernameOf } from './usernames.js';

/** Events that are kept for viewers who come later. */
const keptCount = 100;
/** Events of one kind in a second; the rest of that second becomes one event with their number. */
const perSecondMaxCount = 20;

/** Events of the engine that become events for operators. */
export type ObservedEvent = TrafficEvent | Extract<EngineEvent, { kind: 'counters' | 'incident' }>;

/** What an operator wants to see as it happens. */
export class LiveEvents {
  readonly #listeners = new Set<(event: LiveEvent) => void>();
  readonly #watch = new TrafficWatch((event) => this.add(event));
  /** Events of this second by kind, including those over the limit. */
  readonly #counts = new Map<LiveEvent['kind'], number>();
  /** Refused log-ins to the HTTP API. */
  refusedLogInCount = 0;
  #recent: LiveEvent[] = [];
  #lastId = 0;

  /** The newest hundred, oldest first. */
  get recent(): readonly LiveEvent[] {
    return this.#recent;
  }

  /** Calls back with every event from now on. Call the returned function to stop. */
  listen(listener: (event: LiveEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Adds an event, unless this second has had too many of its kind. */
  add(event: NewEvent): void {
    if (event.kind === 'authFailed') this.refusedLogInCount++;
    const count = (this.#counts.get(event.kind) ?? 0) + 1;
    this.#counts.set(event.kind, count);
    if (count <= perSecondMaxCount) this.#publish(event);
  }

  /** Topics that have become stale. They become events at the end of the second. */
  topicsStale(topics: readonly NamedStatus[]): void {
    this.#watch.topicsStale(topics);
  }

  onEvent(event: ObservedEvent, usernameOf: UsernameOf): void {
    switch (event.kind) {
      case 'counters':
        this.#startSecond();
        break;
      case 'incident':
        // The engine limits incidents itself.
        this.#publish(eventOfIncident(event));
        break;
      case 'sessionOpened':
        this.#watch.onEvent(event, usernameOf);
        this.add(eventOfOpened(event, usernameOf(event.userId)));
        break;
      case 'sessionClosed':
        this.#watch.onEvent(event, usernameOf);
        this.add(eventOfClosed(event, usernameOf(event.userId)));
        break;
      case 'subscriberOpened':
      case 'subscriberClosed':
      case 'report':
        this.#watch.onEvent(event, usernameOf);
        break;
      default:
        event satisfies never;
    }
  }

  /** The engine sends its counters once a second. */
  #startSecond(): void {
    for (const [kind, count] of this.#counts) {
      if (count <= perSecondMaxCount) continue;
      const more = count - perSecondMaxCount;
      const text = `${more} more of this kind in the last second`;
      const values = { count: more };
      this.#publish({ kind, address: null, username: null, connection_id: null, text, code: 'more', values });
    }
    this.#counts.clear();
  }

  #publish(event: NewEvent): void {
    this.#lastId += 1;
    const meaning = { code: 'other', values: {}, close_code: null } as const;
    const added = { id: this.#lastId, at: new Date().toISOString(), ...meaning, ...event };
    this.#recent = [...this.#recent.slice(1 - keptCount), added];
    for (const listener of this.#listeners) listener(added);
  }
}

const eventOfIncident = (event: Extract<EngineEvent, { kind: 'incident' }>): NewEvent => ({
  kind: event.incident,
  address: event.address === '' ? null : event.address,
  username: null,
  connection_id: null,
  text: event.text,
  ...meaningOfIncident(event.text),
});

const eventOfOpened = (
  { session, address }: Extract<EngineEvent, { kind: 'sessionOpened' }>,
  username: string,
): NewEvent => ({
  kind: 'connected',
  address,
  username,
  connection_id: `s${session}`,
  text: `${username} connected`,
  code: 'connected',
});

const eventOfClosed = (
  { session, reason }: Extract<EngineEvent, { kind: 'sessionClosed' }>,
  username: string,
): NewEvent => ({
  kind: 'disconnected',
  address: null,
  username,
  connection_id: `s${session}`,
  text: `${username} disconnected: ${reason}`,
  code: 'disconnected',
  values: { reason },
  close_code: closeCodeOf(reason),
});
