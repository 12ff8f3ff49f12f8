import type { LiveEvent } from '@pulsemq/protocol';
import type { EngineEvent } from '../../port.js';
import { type NewEvent, TrafficWatch } from './traffic-watch.js';

/** Events that who joins late still gets. */
const keptCount = 100;
/** Lines of one kind and second; what is more becomes one line with its number. */
const lineMaxCount = 20;

/** What an operator wants to hear of as it happens; the newest hundred are kept. */
export class LiveEvents {
  readonly #listeners = new Set<(event: LiveEvent) => void>();
  readonly #watch = new TrafficWatch((event) => this.tell(event));
  /** Lines of this second by kind, the left out ones too. */
  readonly #counts = new Map<LiveEvent['kind'], number>();
  #recent: LiveEvent[] = [];
  #lastId = 0;

  /** Oldest first. */
  get recent(): readonly LiveEvent[] {
    return this.#recent;
  }

  /** Calls back with every event from now on, until the function it returns is called. */
  listen(listener: (event: LiveEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Tells one more, unless there have been too many of its kind this second. */
  tell(event: NewEvent): void {
    const count = (this.#counts.get(event.kind) ?? 0) + 1;
    this.#counts.set(event.kind, count);
    if (count <= lineMaxCount) this.#add(event);
  }

  onEvent(event: EngineEvent, usernameOf: (id: number) => string): void {
    this.#watch.onEvent(event, usernameOf);
    switch (event.kind) {
      case 'counters':
        this.#startSecond();
        break;
      case 'incident': {
        const { incident: kind, text } = event;
        const address = event.address === '' ? null : event.address;
        // The engine has left out what is too many.
        this.#add({ kind, address, username: null, connection_id: null, text });
        break;
      }
      case 'sessionOpened': {
        const username = usernameOf(event.userId);
        const id = { address: event.address, username, connection_id: `s${event.session}` };
        this.tell({ kind: 'connected', ...id, text: `${username} connected` });
        break;
      }
      case 'sessionClosed': {
        const username = usernameOf(event.userId);
        const id = { address: null, username, connection_id: `s${event.session}` };
        this.tell({ kind: 'disconnected', ...id, text: `${username} left: ${event.reason}` });
        break;
      }
    }
  }

  /** The engine tells its counters once a second. */
  #startSecond(): void {
    for (const [kind, count] of this.#counts) {
      const text = `${count - lineMaxCount} more of this kind in the last second`;
      if (count > lineMaxCount) this.#add({ kind, address: null, username: null, connection_id: null, text });
    }
    this.#counts.clear();
  }

  #add(event: NewEvent): void {
    this.#lastId += 1;
    const added = { id: this.#lastId, at: new Date().toISOString(), ...event };
    this.#recent = [...this.#recent.slice(1 - keptCount), added];
    for (const listener of this.#listeners) listener(added);
  }
}
