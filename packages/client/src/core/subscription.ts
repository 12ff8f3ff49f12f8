import { ErrorCode, Fifo, PulseMQError } from '@pulsemq/protocol';
import { abortError, type CallOptions, onAbort, orAborted } from './abort.js';
import type { SlowNotice } from './events.js';
import { type LanePolicy, policyOf } from './lane-policy.js';
import { integer, oneOf } from './option-checks.js';
import type { ReceivedMessage } from './received-message.js';
import { type SnapshotEnd, SnapshotProgress } from './snapshot-progress.js';
import { checkSettings, type QueuePolicy, type SubscribeSettings } from './subscribe-settings.js';
import type { TopicStatus } from './topic-status.js';

/** The part of a client that a subscription uses. */
export interface SubscriptionOwner {
  /** Resolves when the broker has ended the subscription, or the connection is lost. */
  unsubscribe(subscription: Subscription): Promise<void>;
  /** A queue with the policy `pause` is full, or has room again. */
  setPaused(subscription: Subscription, isPaused: boolean): void;
  /** A queue dropped its first message since it was empty. */
  onSlow(notice: SlowNotice): void;
  /** A callback of the subscription threw or rejected. */
  onListenerError(error: unknown): void;
}

type Waiter = { resolve(result: IteratorResult<ReceivedMessage, undefined>): void; reject(error: Error): void };

const done: IteratorResult<ReceivedMessage, undefined> = { value: undefined, done: true };

/**
 * A subscription: the messages of a namespace whose topic matches a pattern, in the order in which the broker received them. While
 * messages of a topic are asked from history, newer ones of that topic wait, and other topics do not. Iterate it,
 * or pass `onMessage`. It survives lost connections and ends with `close()`. The iteration throws if the client gives up.
 */
export class Subscription implements AsyncIterableIterator<ReceivedMessage, undefined> {
  readonly namespace: string;
  readonly pattern: string;
  /**
   * How the broker delivers to it.
   *
   * @internal
   */
  readonly policy: LanePolicy;
  /** The broker sends statuses for it. */
  readonly wantsStatus: boolean;
  /**
   * Its snapshots; null without `snapshot`.
   *
   * @internal
   */
  readonly snapshot: SnapshotProgress | null;
  /** Resolves when the subscription ends: with null after `close()`, else with the error that ended it. */
  readonly ended: Promise<Error | null>;
  /** Messages that its queue has dropped. */
  droppedCount = 0;
  readonly #owner: SubscriptionOwner;
  readonly #onMessage: ((message: ReceivedMessage) => unknown) | null;
  readonly #onStatus: ((status: TopicStatus) => unknown) | null;
  readonly #queueLimit: number;
  readonly #queueLimitBytes: number;
  readonly #onFull: QueuePolicy;
  readonly #queue = new Fifo<ReceivedMessage>();
  readonly #waiters = new Fifo<Waiter>();
  #queuedBytes = 0;
  #isPaused = false;
  #isSlowReported = false;
  #error: Error | null = null;
  #isClosed = false;
  #stopListening: (() => void) | null = null;
  #resolveEnded: (error: Error | null) => void = () => {};

  /**
   * The client makes subscriptions. Throws a PulseMQError `PMQ_BAD_OPTION`.
   *
   * @internal
   */
  constructor(namespace: string, pattern: string, settings: SubscribeSettings, owner: SubscriptionOwner) {
    this.namespace = namespace;
    this.pattern = pattern;
    this.#owner = owner;
    checkSettings(settings);
    this.ended = new Promise((resolve) => {
      this.#resolveEnded = resolve;
    });
    const { onSnapshotEnd } = settings;
    this.policy = policyOf(settings.onSlow, settings.maxRate);
    this.wantsStatus = settings.status ?? settings.onStatus !== undefined;
    this.#onStatus = settings.onStatus ?? null;
    const onEnd = (end: SnapshotEnd): void => {
      if (onSnapshotEnd !== undefined) this.#call(onSnapshotEnd, end);
    };
    this.snapshot = settings.snapshot === true ? new SnapshotProgress(`${namespace}:${pattern}`, onEnd) : null;
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

  /** True if no further messages will arrive. Queued ones may be left. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  /**
   * The end of the snapshot that is under way, or of the last one. Rejects with a SnapshotEndedError if it ended early, and with a
   * PulseMQError `PMQ_BAD_OPTION` without the option `snapshot`. Images that are iterated may still be queued when it resolves.
   */
  get snapshotEnd(): Promise<SnapshotEnd> {
    if (this.snapshot !== null) return this.snapshot.end;
    const text = `the subscription to ${this.namespace}:${this.pattern} has no snapshot: subscribe with { snapshot: true }`;
    return Promise.reject(new PulseMQError(ErrorCode.badOption, text));
  }

  /** Reports the status of a topic. The client calls this. */
  tellStatus(status: TopicStatus): void {
    if (!this.#isClosed && this.#onStatus !== null) this.#call(this.#onStatus, status);
  }

  /** Delivers one message. The client calls this. */
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
   * Resolves with the next message, or with `done` after the last one of a closed subscription. Rejects if the client gives up, if the
   * subscription's signal is aborted, and if the subscription has `onMessage`.
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
   * Resolves with the next message, or with undefined after the last one of a closed subscription. Rejects as `next` does, and with a
   * PulseMQError `PMQ_ABORTED` if the signal is aborted first. No message is lost then: the next call gets it.
   */
  async receive({ signal }: CallOptions = {}): Promise<ReceivedMessage | undefined> {
    if (signal?.aborted) throw abortError(signal);
    if (this.#onMessage !== null) throw this.#notIterable();
    if (signal === undefined || this.#queue.size > 0 || this.#isClosed) return (await this.next()).value;
    return new Promise((resolve, reject) => {
      const stop = onAbort(signal, () => {
        this.#waiters.remove(waiter);
        reject(abortError(signal));
      });
      const waiter: Waiter = {
        resolve: ({ value }) => {
          stop();
          resolve(value);
        },
        reject: (error) => {
          stop();
          reject(error);
        },
      };
      this.#waiters.push(waiter);
    });
  }

  /**
   * Forgets the messages that wait to be iterated.
   *
   * @internal
   */
  dropQueued(): void {
    this.#queue.drain();
    this.#queuedBytes = 0;
    this.#isSlowReported = false;
    this.#pause(false);
  }

  /** Closes the subscription. A `for await` loop calls this when it is left. */
  async return(): Promise<IteratorResult<ReceivedMessage, undefined>> {
    await this.close();
    return done;
  }

  /** For `for await`: each message, until the subscription ends. */
  [Symbol.asyncIterator](): this {
    return this;
  }

  /** Closes it at the end of an `await using` block. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /**
   * Ends the subscription: deliveries stop at once, and queued messages can still be iterated. Resolves when the broker has ended it, or
   * the connection is lost. The signal ends only this wait.
   */
  async close({ signal }: CallOptions = {}): Promise<void> {
    if (this.#isClosed) return;
    this.end(null);
    await orAborted(this.#owner.unsubscribe(this), signal);
  }

  /** Ends it without a request to the broker. The client calls this. The iteration throws the error, if there is one. */
  end(error: Error | null): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#error = error;
    this.#stopListening?.();
    this.#resolveEnded(error);
    this.snapshot?.fail('closed', error ?? undefined);
    this.#pause(false);
    for (const waiter of this.#waiters.drain()) {
      if (error === null) waiter.resolve(done);
      else waiter.reject(error);
    }
  }

  /** Ends the subscription when the signal is aborted. The client calls this. */
  closeOn(signal: AbortSignal | undefined): void {
    if (signal === undefined || this.#isClosed) return;
    const end = (): void => {
      this.end(abortError(signal));
      void this.#owner.unsubscribe(this);
    };
    if (signal.aborted) return end();
    // A signal may outlive many subscriptions.
    this.#stopListening = onAbort(signal, end);
  }

  get #isFull(): boolean {
    return this.#queue.size >= this.#queueLimit || this.#queuedBytes >= this.#queueLimitBytes;
  }

  #take(): ReceivedMessage | undefined {
    const message = this.#queue.shift();
    if (message === undefined) return undefined;
    this.#queuedBytes -= message.payloadBytes;
    if (this.#isPaused && this.#isHalfEmpty) this.#pause(false);
    if (this.#queue.size === 0) this.#isSlowReported = false;
    return message;
  }

  get #isHalfEmpty(): boolean {
    return this.#queue.size * 2 <= this.#queueLimit && this.#queuedBytes * 2 <= this.#queueLimitBytes;
  }

  #call<Argument>(callback: (argument: Argument) => unknown, argument: Argument): void {
    try {
      const promise = callback(argument);
      if (promise !== undefined) this.#watch(promise);
    } catch (error) {
      this.#owner.onListenerError(error);
    }
  }

  /** Watches any object with a `then`, so that promises of other libraries work, too. */
  #watch(promise: unknown): void {
    if (typeof (promise as PromiseLike<unknown> | null)?.then !== 'function') return;
    Promise.resolve(promise).catch((error) => this.#owner.onListenerError(error));
  }

  /** Iterating would wait for ever. */
  #notIterable(): Error {
    const { namespace, pattern } = this;
    return new PulseMQError(
      ErrorCode.badOption,
      `the subscription to ${namespace}:${pattern} has onMessage, which receives its messages: subscribe without it to iterate`,
    );
  }

  /** Makes room for a new message. Returns false if the new message is dropped instead. */
  #makeRoom(): boolean {
    if (this.#onFull === 'pause') return true;
    this.droppedCount++;
    if (!this.#isSlowReported) {
      this.#isSlowReported = true;
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
