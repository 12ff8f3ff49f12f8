import { ErrorCode, Fifo, PulseMQError } from '@pulsemq/protocol';
import { abortError, type CallOptions, orAborted } from './abort.js';
import type { SlowNotice } from './events.js';
import { badOption, integer, oneOf } from './options.js';
import type { ReceivedMessage } from './received-message.js';

/** What happens when a queue is full: the oldest message goes, the newest goes, or nothing more is read from the broker. */
export type QueuePolicy = 'dropOldest' | 'dropNewest' | 'pause';

/** How a subscription is made. */
export interface SubscribeSettings {
  /**
   * Gets each message as it comes, before the next is read: the fastest form. Without it, iterate. A promise it returns is not waited
   * for; what it throws, or rejects with, goes to the client's `error` event and stops nobody.
   */
  readonly onMessage?: (message: ReceivedMessage) => unknown;
  /** Messages that may wait to be iterated. Default 65,536. */
  readonly queueLimit?: number;
  /** Bytes of payload that may wait to be iterated; one message may always wait. Default 268,435,456. */
  readonly queueLimitBytes?: number;
  /**
   * What happens to the next one. `dropOldest`, the default: a stale price is worth least. `pause` stops reading from the broker, for
   * all subscriptions of the client: then the broker's limits act. What came with the same read, up to 256 KiB, is queued past the limit.
   */
  readonly onFull?: QueuePolicy;
  /** Ends the subscription when it fires: the iteration throws a PulseMQError `PMQ_ABORTED`. */
  readonly signal?: AbortSignal;
}

/** What a subscription needs of its client. */
export interface SubscriptionOwner {
  unsubscribe(subscription: Subscription): Promise<void>;
  /** A queue with the policy `pause` is full, or has room again. */
  setPaused(subscription: Subscription, isPaused: boolean): void;
  onSlow(notice: SlowNotice): void;
  onListenerError(error: unknown): void;
}

type Waiter = { resolve(result: IteratorResult<ReceivedMessage, undefined>): void; reject(error: Error): void };

const done: IteratorResult<ReceivedMessage, undefined> = { value: undefined, done: true };

/**
 * Messages of a namespace whose topic matches a pattern, in the order the broker received them. Iterate it, or give `onMessage`.
 * Lives until `close()`, through lost connections; the iteration throws when the client gives up.
 */
export class Subscription implements AsyncIterableIterator<ReceivedMessage, undefined> {
  readonly namespace: string;
  readonly pattern: string;
  /** Messages its queue has lost for being full. */
  droppedCount = 0;
  readonly #owner: SubscriptionOwner;
  readonly #onMessage: ((message: ReceivedMessage) => unknown) | null;
  readonly #queueLimit: number;
  readonly #queueLimitBytes: number;
  readonly #onFull: QueuePolicy;
  readonly #queue = new Fifo<ReceivedMessage>();
  readonly #waiters = new Fifo<Waiter>();
  #queuedBytes = 0;
  #isPaused = false;
  #isSlowTold = false;
  #error: Error | null = null;
  #isClosed = false;
  #forgetSignal: (() => void) | null = null;

  constructor(namespace: string, pattern: string, settings: SubscribeSettings, owner: SubscriptionOwner) {
    this.namespace = namespace;
    this.pattern = pattern;
    this.#owner = owner;
    if (typeof settings !== 'object' || settings === null) {
      throw badOption('settings', settings, 'an object such as { onMessage }');
    }
    if (settings.onMessage !== undefined && typeof settings.onMessage !== 'function') {
      throw badOption('onMessage', settings.onMessage, 'a function');
    }
    this.#onMessage = settings.onMessage ?? null;
    this.#queueLimit = integer('queueLimit', settings.queueLimit ?? 65_536, 1, Number.MAX_SAFE_INTEGER);
    const limitBytes = settings.queueLimitBytes ?? 268_435_456;
    this.#queueLimitBytes = integer('queueLimitBytes', limitBytes, 1, Number.MAX_SAFE_INTEGER);
    this.#onFull = oneOf('onFull', settings.onFull ?? 'dropOldest', ['dropOldest', 'dropNewest', 'pause']);
  }

  /** Messages that wait to be iterated. */
  get queuedCount(): number {
    return this.#queue.size;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Takes one message; the client calls this. */
  deliver(message: ReceivedMessage): void {
    if (this.#isClosed) return;
    if (this.#onMessage !== null) return this.#call(this.#onMessage, message);
    const waiter = this.#waiters.shift();
    if (waiter !== undefined) return waiter.resolve({ value: message, done: false });
    if (this.#isFull && !this.#makeRoom()) return;
    this.#queue.push(message);
    this.#queuedBytes += message.payloadBytes;
    if (this.#onFull === 'pause' && this.#isFull) this.#pause(true);
  }

  /**
   * The next message; resolves with `done` once the subscription is closed and everything before has been taken. Rejects when the
   * client gives up, or the subscription's signal fires, and where `onMessage` gets the messages.
   */
  next(): Promise<IteratorResult<ReceivedMessage, undefined>> {
    if (this.#onMessage !== null) return Promise.reject(this.#notIterable());
    const message = this.#take();
    if (message !== undefined) return Promise.resolve({ value: message, done: false });
    if (this.#error !== null) return Promise.reject(this.#error);
    if (this.#isClosed) return Promise.resolve(done);
    return new Promise((resolve, reject) => this.#waiters.push({ resolve, reject }));
  }

  /**
   * One message, or undefined once the subscription is closed and everything before has been taken. Rejects as `next` does, and with
   * a PulseMQError `PMQ_ABORTED` when the signal fires first; then no message is lost: it waits for the next call.
   */
  async receive({ signal }: CallOptions = {}): Promise<ReceivedMessage | undefined> {
    if (signal?.aborted) throw abortError(signal);
    if (this.#onMessage !== null) throw this.#notIterable();
    if (signal === undefined || this.#queue.size > 0 || this.#isClosed) return (await this.next()).value;
    return new Promise((resolve, reject) => {
      const onAbort = (): void => {
        this.#waiters.remove(waiter);
        reject(abortError(signal));
      };
      const waiter: Waiter = {
        resolve: ({ value }) => {
          signal.removeEventListener('abort', onAbort);
          resolve(value);
        },
        reject: (error) => {
          signal.removeEventListener('abort', onAbort);
          reject(error);
        },
      };
      signal.addEventListener('abort', onAbort, { once: true });
      this.#waiters.push(waiter);
    });
  }

  /** Leaving a `for await` loop closes the subscription. */
  async return(): Promise<IteratorResult<ReceivedMessage, undefined>> {
    await this.close();
    return done;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /**
   * Ends it: deliveries stop at once, what waits can still be iterated. Resolves when the broker knows, or is gone; the signal ends
   * only the wait for that.
   */
  async close({ signal }: CallOptions = {}): Promise<void> {
    if (this.#isClosed) return;
    this.end(null);
    await orAborted(this.#owner.unsubscribe(this), signal);
  }

  /** No more messages come; the client calls this. With an error the iteration throws it. */
  end(error: Error | null): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#error = error;
    this.#forgetSignal?.();
    this.#pause(false);
    for (const waiter of this.#waiters.drain()) {
      if (error === null) waiter.resolve(done);
      else waiter.reject(error);
    }
  }

  /** Closes when the signal fires. */
  closeOn(signal: AbortSignal | undefined): void {
    if (signal === undefined || this.#isClosed) return;
    const onAbort = (): void => {
      this.end(abortError(signal));
      void this.#owner.unsubscribe(this);
    };
    signal.addEventListener('abort', onAbort, { once: true });
    // A signal may outlive many subscriptions.
    this.#forgetSignal = () => signal.removeEventListener('abort', onAbort);
    if (signal.aborted) onAbort();
  }

  get #isFull(): boolean {
    return this.#queue.size >= this.#queueLimit || this.#queuedBytes >= this.#queueLimitBytes;
  }

  #take(): ReceivedMessage | undefined {
    const message = this.#queue.shift();
    if (message === undefined) return undefined;
    this.#queuedBytes -= message.payloadBytes;
    if (this.#isPaused && this.#isHalfEmpty) this.#pause(false);
    if (this.#queue.size === 0) this.#isSlowTold = false;
    return message;
  }

  get #isHalfEmpty(): boolean {
    return this.#queue.size * 2 <= this.#queueLimit && this.#queuedBytes * 2 <= this.#queueLimitBytes;
  }

  #call(onMessage: (message: ReceivedMessage) => unknown, message: ReceivedMessage): void {
    try {
      const promise = onMessage(message);
      if (promise !== undefined) this.#watch(promise);
    } catch (error) {
      this.#owner.onListenerError(error);
    }
  }

  /** Other kinds of promise than the language's own count too. */
  #watch(promise: unknown): void {
    if (typeof (promise as PromiseLike<unknown> | null)?.then !== 'function') return;
    Promise.resolve(promise).catch((error) => this.#owner.onListenerError(error));
  }

  /** It would wait for ever. */
  #notIterable(): Error {
    const { namespace, pattern } = this;
    return new PulseMQError(
      ErrorCode.badOption,
      `the subscription to ${namespace}:${pattern} has onMessage, which gets its messages: there is nothing to iterate`,
    );
  }

  /** False when the new message is the one to go. */
  #makeRoom(): boolean {
    if (this.#onFull === 'pause') return true;
    this.droppedCount++;
    if (!this.#isSlowTold) {
      this.#isSlowTold = true;
      const { namespace, pattern, droppedCount } = this;
      this.#owner.onSlow({ namespace, pattern, droppedCount });
    }
    if (this.#onFull === 'dropNewest') return false;
    this.#queuedBytes -= this.#queue.shift()?.payloadBytes ?? 0;
    return true;
  }

  #pause(isPaused: boolean): void {
    if (this.#isPaused === isPaused) return;
    this.#isPaused = isPaused;
    this.#owner.setPaused(this, isPaused);
  }
}
