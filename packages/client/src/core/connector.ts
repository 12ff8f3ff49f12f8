import { AuthFailedError, NotConnectedError } from '@pulsemq/protocol';
import { backoffMs, delay } from './backoff.js';
import { Connection, type ConnectionContext, type ConnectionListener } from './connection.js';
import type { Emitter } from './events.js';
import type { ReconnectOptions } from './options.js';

/** Opens the first connection, and another one after each lost connection. */
export class Connector {
  readonly #context: ConnectionContext;
  readonly #listener: ConnectionListener;
  readonly #events: Emitter;

  constructor(context: ConnectionContext, listener: ConnectionListener, events: Emitter) {
    this.#context = context;
    this.#listener = listener;
    this.#events = events;
  }

  /** Makes one attempt. Rejects as `Connection.open` does. */
  connect(signal: AbortSignal): Promise<Connection> {
    return Connection.open(this.#context, this.#listener, signal);
  }

  /**
   * Repeats an attempt until it succeeds, and resolves with the number of attempts. Rejects after `maxTries`, if the broker refuses the
   * credentials, or when the signal is aborted. `doneCount` attempts were made before.
   */
  async tryAgain(
    attempt: () => Promise<void>,
    options: Required<ReconnectOptions>,
    signal: AbortSignal,
    doneCount = 0,
  ): Promise<number> {
    let lastError: Error = new NotConnectedError('no attempt was made');
    for (let tryCount = doneCount + 1; tryCount <= options.maxTries; tryCount++) {
      const delayMs = backoffMs(tryCount - doneCount, options);
      this.#events.emit('reconnecting', { tryCount, delayMs });
      await delay(delayMs, signal);
      try {
        await attempt();
        return tryCount;
      } catch (error) {
        lastError = error as Error;
        if (signal.aborted || isFinal(lastError)) throw lastError;
      }
    }
    throw new NotConnectedError(`gave up after ${options.maxTries} tries to connect: ${lastError.message}`, {
      cause: lastError,
    });
  }
}

/** True if another attempt would fail in the same way. A connection limit is not final: closed connections free their slots. */
export const isFinal = (error: Error): boolean => error instanceof AuthFailedError;
