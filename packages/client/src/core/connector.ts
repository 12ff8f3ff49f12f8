import { AuthFailedError, ErrorCode, NotConnectedError, PulseMQError } from '@pulsemq/protocol';
import { backoffMs, delay } from './backoff.js';
import type { ReconnectOptions } from './client-options.js';
import { Connection, type ConnectionContext, type ConnectionListener } from './connection.js';
import type { Emitter } from './events.js';

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

  /** The same, at one server after the other until one takes the client. */
  async connectToAny(signal: AbortSignal): Promise<Connection> {
    const { servers } = this.#context;
    for (let leftCount = servers.count - 1; ; leftCount--) {
      try {
        return await this.connect(signal);
      } catch (error) {
        if (leftCount === 0 || signal.aborted || isFinal(error as Error)) throw error;
        servers.next();
      }
    }
  }

  /** True if there is another broker than the present one. */
  get hasOthers(): boolean {
    return this.#context.servers.count > 1;
  }

  /**
   * Repeats an attempt until it succeeds, and resolves with the number of attempts. Rejects after `maxTries`, if the broker refuses the
   * credentials, or when the signal is aborted. `doneCount` attempts were made before. Each attempt is made at the next server, and the first one
   * at each of the other servers without a wait.
   */
  async tryAgain(
    attempt: () => Promise<void>,
    options: Required<ReconnectOptions>,
    signal: AbortSignal,
    doneCount = 0,
  ): Promise<number> {
    let lastError: Error = new NotConnectedError('no attempt was made');
    for (let tryCount = doneCount + 1; tryCount <= options.maxTries; tryCount++) {
      const otherCount = this.#context.servers.count - 1;
      this.#context.servers.next();
      const round = tryCount - doneCount - otherCount;
      const delayMs = round < 1 ? 0 : backoffMs(round, options);
      this.#events.emit('reconnecting', { tryCount, delayMs });
      if (delayMs > 0) await delay(delayMs, signal);
      signal.throwIfAborted();
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
export const isFinal = (error: Error): boolean =>
  error instanceof AuthFailedError || (error instanceof PulseMQError && error.code === ErrorCode.badOption);
