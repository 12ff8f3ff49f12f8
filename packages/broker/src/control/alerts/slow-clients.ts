import type { ConnectionTable } from '../stats/connection-table.js';
import type { LiveConnection } from '../stats/live-connection.js';

/** A client that reads too slowly, since a moment of the monotonic clock. */
interface SlowClient {
  readonly one: LiveConnection;
  readonly sinceMs: number;
}

/** Since when each client that reads too slowly does so. */
export class SlowClients {
  readonly #connections: ConnectionTable;
  #since = new Map<string, SlowClient>();

  constructor(connections: ConnectionTable) {
    this.#connections = connections;
  }

  /** Call once a second. Times are milliseconds of the monotonic clock. */
  look(nowMs: number): void {
    const slow = new Map<string, SlowClient>();
    for (const one of this.#connections.slow()) {
      slow.set(one.id, { one, sinceMs: this.#since.get(one.id)?.sinceMs ?? nowMs });
    }
    this.#since = slow;
  }

  /** Clients that have been slow for this time, and one of them. */
  slowFor(seconds: number, nowMs: number): { readonly count: number; readonly example: LiveConnection | undefined } {
    const found = [...this.#since.values()].filter(({ sinceMs }) => nowMs - sinceMs >= seconds * 1_000);
    return { count: found.length, example: found[0]?.one };
  }
}
