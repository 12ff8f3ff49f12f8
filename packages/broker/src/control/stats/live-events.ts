import type { LiveEvent } from '@pulsemq/protocol';
import type { EngineEvent } from '../../port.js';

/** Events that who joins late still gets. */
const keptCount = 100;

/** What an operator wants to hear of as it happens; the newest hundred are kept. */
export class LiveEvents {
  readonly #listeners = new Set<(event: LiveEvent) => void>();
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

  onEvent(event: EngineEvent, usernameOf: (id: number) => string): void {
    switch (event.kind) {
      case 'incident':
        this.#add({
          kind: event.incident,
          address: event.address,
          username: null,
          connection_id: null,
          text: event.text,
        });
        break;
      case 'sessionOpened': {
        const username = usernameOf(event.userId);
        const id = { address: event.address, username, connection_id: `s${event.session}` };
        this.#add({ kind: 'connected', ...id, text: `${username} connected` });
        break;
      }
      case 'sessionClosed': {
        const username = usernameOf(event.userId);
        const id = { address: null, username, connection_id: `s${event.session}` };
        this.#add({ kind: 'disconnected', ...id, text: `${username} left: ${event.reason}` });
        break;
      }
    }
  }

  #add(event: Omit<LiveEvent, 'id' | 'at'>): void {
    this.#lastId += 1;
    const added = { id: this.#lastId, at: new Date().toISOString(), ...event };
    this.#recent = [...this.#recent.slice(1 - keptCount), added];
    for (const listener of this.#listeners) listener(added);
  }
}
