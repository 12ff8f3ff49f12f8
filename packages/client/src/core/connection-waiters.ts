import type { Connection } from './connection.js';
import { noConnection } from './offline.js';

interface Waiter {
  resolve(connection: Connection): void;
  reject(error: Error): void;
}

/** Calls that wait for a connection, each for a limited time. */
export class ConnectionWaiters {
  readonly #timeoutMs: number;
  readonly #waiters = new Set<Waiter>();

  constructor(timeoutMs: number) {
    this.#timeoutMs = timeoutMs;
  }

  /** Resolves with the next connection. Rejects with a TimeoutError, or with the error of `rejectAll`. */
  next(): Promise<Connection> {
    return new Promise((resolve, reject) => {
      const settled = (): void => {
        clearTimeout(timer);
        this.#waiters.delete(waiter);
      };
      const waiter: Waiter = {
        resolve: (connection) => {
          settled();
          resolve(connection);
        },
        reject: (error) => {
          settled();
          reject(error);
        },
      };
      const timer = setTimeout(() => waiter.reject(noConnection(this.#timeoutMs)), this.#timeoutMs);
      this.#waiters.add(waiter);
    });
  }

  resolveAll(connection: Connection): void {
    for (const waiter of this.#waiters) waiter.resolve(connection);
  }

  rejectAll(error: Error): void {
    for (const waiter of this.#waiters) waiter.reject(error);
  }
}
