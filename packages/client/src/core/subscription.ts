import { abortError } from './abort.js';
import type { SlowNotice } from './events.js';
import { Fifo } from './fifo.js';
import { badOption, integer, oneOf } from './options.js';
import type { ReceivedMessage } from './received-message.js';

/** What a full queue does. */
export type QueuePolicy = 'dropOldest' | 'dropNewest' | 'pause';

/** How a subscription is made. */
export interface SubscribeSettings {
  /** Gets each message as it comes, before the next is read: the fastest form. Without it, iterate. */
  readonly onMessage?: (message: ReceivedMessage) => void;
  /** Messages that may wait to be iterated. Default 65,536. */
  readonly queueLimit?: number;
  /**
   * What happens to the next one. `dropOldest`, the default: a stale price is worth least. `pause` stops reading from the broker, for
   * all subscriptions of the client: then the broker's limits act.
   */
  readonly onFull?: QueuePolicy;
  /** Ends the subscription when it fires. */
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
  readonly #onMessage: ((message: ReceivedMessage) => void) | null;
  readonly #queueLimit: number;
  readonly #onFull: QueuePolicy;
  readonly #queue = new Fifo<ReceivedMessage>();
  readonly #waiters = new Fifo<Waiter>();
  #isPaused = false;
  #isSlowTold = false;
  #error: Error | null = null;
  #isClosed = false;

  constructor(namespace: string, pattern: string, settings: SubscribeSettings, owner: SubscriptionOwner) {
    this.namespace = namespace;
    this.pattern = pattern;
    this.#owner = owner;
    if (settings.onMessage !== undefined && typeof settings.onMessage !== 'function') {
      throw badOption('onMessage', settings.onMessage, 'a function');
    }
    this.#onMessage = settings.onMessage ?? null;
    this.#queueLimit = integer('queueLimit', settings.queueLimit ?? 65_536, 1, Number.MAX_SAFE_INTEGER);
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
    if (this.#queue.size >= this.#queueLimit && !this.#makeRoom()) return;
    this.#queue.push(message);
    if (this.#onFull === 'pause' && this.#queue.size >= this.#queueLimit) this.#pause(true);
  }

  /** The next message; resolves with `done` once the subscription is closed and everything before has been taken. */
  next(): Promise<IteratorResult<ReceivedMessage, undefined>> {
    const message = this.#queue.shift();
    if (message !== undefined) {
      if (this.#isPaused && this.#queue.size * 2 <= this.#queueLimit) this.#pause(false);
      if (this.#queue.size === 0) this.#isSlowTold = false;
      return Promise.resolve({ value: message, done: false });
    }
    if (this.#error !== null) return Promise.reject(this.#error);
    if (this.#isClosed) return Promise.resolve(done);
    return new Promise((resolve, reject) => this.#waiters.push({ resolve, reject }));
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

  /** Ends it: deliveries stop, what waits can still be iterated. Resolves when the broker knows, or is gone. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.end(null);
    await this.#owner.unsubscribe(this);
  }

  /** No more messages come; the client calls this. With an error the iteration throws it. */
  end(error: Error | null): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#error = error;
    this.#pause(false);
    for (const waiter of this.#waiters.drain()) {
      if (error === null) waiter.resolve(done);
      else waiter.reject(error);
    }
  }

  /** Closes when the signal fires. */
  closeOn(signal: AbortSignal | undefined): void {
    signal?.addEventListener(
      'abort',
      () => {
        if (this.#isClosed) return;
        this.end(abortError(signal));
        this.#owner.unsubscribe(this).catch((error) => this.#owner.onListenerError(error));
      },
      { once: true },
    );
  }

  #call(onMessage: (message: ReceivedMessage) => void, message: ReceivedMessage): void {
    try {
      onMessage(message);
    } catch (error) {
      this.#owner.onListenerError(error);
    }
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
    this.#queue.shift();
    return true;
  }

  #pause(isPaused: boolean): void {
    if (this.#isPaused === isPaused) return;
    this.#isPaused = isPaused;
    this.#owner.setPaused(this, isPaused);
  }
}
