import { AuthFailedError, ConnectionLimitError, NotConnectedError } from '@pulsemq/protocol';
import type { OpenTransport } from '../transport/transport.js';
import { backoffMs, delay } from './backoff.js';
import { Connection, type ConnectionListener } from './connection.js';
import type { Emitter } from './events.js';
import type { ReconnectOptions, Settings } from './options.js';

/** Opens connections: the first one, and again after each that was lost. */
export class Connector {
  readonly #settings: Settings;
  readonly #open: OpenTransport;
  readonly #listener: ConnectionListener;
  readonly #events: Emitter;

  constructor(settings: Settings, open: OpenTransport, listener: ConnectionListener, events: Emitter) {
    this.#settings = settings;
    this.#open = open;
    this.#listener = listener;
    this.#events = events;
  }

  /** One try. Rejects with the signal's reason when it fires. */
  connect(signal: AbortSignal): Promise<Connection> {
    return Connection.open(this.#settings, this.#open, this.#listener, signal);
  }

  /**
   * Tries until one works, `maxTries` have not, the credentials are refused, or the signal fires. Resolves with the number of tries;
   * `doneCount` of them have been made already.
   */
  async tryAgain(
    attempt: () => Promise<void>,
    options: Required<ReconnectOptions>,
    signal: AbortSignal,
    doneCount = 0,
  ): Promise<number> {
    let lastError: Error = new NotConnectedError('not tried yet');
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

/** Trying again would end the same way. A connection limit may have room in a moment: the broker frees slots as connections close. */
export const isFinal = (error: Error): boolean =>
  error instanceof AuthFailedError && !(error instanceof ConnectionLimitError);
