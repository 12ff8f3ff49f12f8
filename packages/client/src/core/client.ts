import { encodePayload } from '@pulsemq/codecs';
import {
  type CompressionAlgorithm,
  checkNamespace,
  checkPattern,
  checkTopic,
  type NamespaceListing,
  NotConnectedError,
  namespaceOrDefault,
  type PayloadFormat,
  type PermissionListing,
  PubFlag,
  TopicFormatError,
} from '@pulsemq/protocol';
import { openTcp } from '../transport/tcp.js';
import { orAborted } from './abort.js';
import type { Connection } from './connection.js';
import { ConnectionKeeper } from './connection-keeper.js';
import { DeliveryReader } from './delivery-reader.js';
import { type ClientEvents, Emitter } from './events.js';
import { gapBefore } from './gap.js';
import type { MessageSpan } from './message-scanner.js';
import { type ClientOptions, type Settings, settingsOf } from './options.js';
import { nameFrames, type PublishFrame } from './publish-batch.js';
import { SerializedPayload } from './serialized-payload.js';
import { type SubscribeSettings, Subscription, type SubscriptionOwner } from './subscription.js';
import { TopicTable } from './topic-table.js';

/** How one message is published. */
export interface PublishOptions {
  /** Default `bytes`. */
  readonly format?: PayloadFormat;
  /** Only from 1,024 serialised bytes up. */
  readonly compress?: CompressionAlgorithm;
  /** Wait for the broker's acknowledgement: true by default. Without it a refusal is told to nobody. */
  readonly ack?: boolean;
  /** Kept when a slow subscriber's queue is conflated: for trades, not for quotes. */
  readonly doNotConflate?: boolean;
  /** Ends the wait, not the publish: it may be on its way. */
  readonly signal?: AbortSignal;
}

/** A call that can be given up. */
export interface CallOptions {
  readonly signal?: AbortSignal;
}

/** Bytes the system has not taken past which a publisher without acknowledgements waits. */
const pendingMaxBytes = 8 * 1_048_576;
/** Names remembered in their wire form. */
const nameCacheCount = 65_536;
/** How long `close` waits for answers. */
const closeWaitMs = 500;

/**
 * A client of a PulseMQ broker, and of the Python broker 0.3.0.
 *
 * Publishes are pipelined: thousands may be on their way, and each promise is settled by its own reply. Subscriptions share one
 * connection; each gets its own messages and nothing else.
 */
export class PulseMQClient {
  readonly #settings: Settings;
  readonly #events = new Emitter();
  readonly #topics = new TopicTable();
  readonly #reader = new DeliveryReader();
  readonly #keeper: ConnectionKeeper;
  readonly #names = new Map<string, Buffer>();
  readonly #paused = new Set<Subscription>();
  readonly #owner: SubscriptionOwner;

  /** Throws a PulseMQError `PMQ_BAD_OPTION` naming the option. Nothing is connected yet. */
  constructor(options: ClientOptions) {
    this.#settings = settingsOf(options);
    this.#keeper = new ConnectionKeeper(this.#settings, openTcp, this.#events, {
      onDelivery: (buf, span) => this.#onDelivery(buf, span),
      restore: (connection) => this.#restore(connection),
      onGivenUp: (error) => this.#endSubscriptions(error),
    });
    this.#owner = {
      unsubscribe: (subscription) => this.#unsubscribe(subscription),
      setPaused: (subscription, isPaused) => this.#setPaused(subscription, isPaused),
      onSlow: (notice) => this.#events.emit('slow', notice),
      onListenerError: (error) => this.#events.emit('error', error as Error),
    };
  }

  /** True while publishes leave at once. */
  get isConnected(): boolean {
    return this.#keeper.isConnected;
  }

  /** Adds a listener. One that throws is told to the listeners of `error`. */
  on<Name extends keyof ClientEvents>(name: Name, listener: (event: ClientEvents[Name]) => void): this {
    this.#events.on(name, listener);
    return this;
  }

  off<Name extends keyof ClientEvents>(name: Name, listener: (event: ClientEvents[Name]) => void): this {
    this.#events.off(name, listener);
    return this;
  }

  /**
   * Connects and logs in. Rejects with an AuthFailedError, a ConnectionLimitError, a TimeoutError or a NotConnectedError; with
   * `reconnect.fromStart` it keeps trying instead.
   */
  connect(options: CallOptions = {}): Promise<void> {
    return orAborted(this.#keeper.connect(), options.signal);
  }

  /**
   * Publishes one message; resolves when the broker has acknowledged it. Rejects with a TopicFormatError, PayloadTooLargeError or
   * PulseMQError before anything is sent, with the broker's refusal (PermissionDeniedError and so on), or with a NotConnectedError
   * when the connection broke first: then it may or may not have arrived.
   *
   * A payload of 64 KiB or more is not copied: do not change it before the promise has settled.
   */
  publish(namespace: string, topic: string, data: unknown, options: PublishOptions = {}): Promise<void> {
    let names: Buffer;
    let frame: PublishFrame;
    try {
      names = this.#namesOf(namespace, topic);
      frame = publishFrame(data, options);
    } catch (error) {
      return Promise.reject(error);
    }
    if (options.ack === false) return orAborted(this.#publishUnanswered(names, frame), options.signal);
    const answered = new Promise<void>((resolve, reject) => {
      this.#keeper.publish(names, frame, (error) => (error === null ? resolve() : reject(error)));
    });
    return options.signal === undefined ? answered : orAborted(answered, options.signal);
  }

  /** Publishes many messages to one topic; resolves when all are acknowledged, rejects with the first refusal after the last reply. */
  publishMany(namespace: string, topic: string, items: Iterable<unknown>, options: PublishOptions = {}): Promise<void> {
    return new Promise((resolve, reject) => {
      const names = this.#namesOf(namespace, topic);
      let openCount = 1;
      let firstError: Error | null = null;
      const settle = (error: Error | null): void => {
        firstError ??= error;
        openCount--;
        if (openCount > 0) return;
        if (firstError === null) resolve();
        else reject(firstError);
      };
      for (const item of items) {
        openCount++;
        this.#keeper.publish(names, publishFrame(item, options), settle);
      }
      settle(null);
    });
  }

  /** Resolves when the broker has worked off everything sent before, publishes without acknowledgement included. */
  async flush(options: CallOptions = {}): Promise<void> {
    const connection = await this.#keeper.connection(options.signal);
    await orAborted(connection.requests.ping(), options.signal);
  }

  /**
   * Subscribes to a pattern: `*` stands for one level, `>` as the last level for one or more. Resolves when it is live: nothing
   * published from then on is missed. Rejects with a TopicFormatError, a PermissionDeniedError or a PulseMQError.
   */
  async subscribe(namespace: string, pattern: string, settings: SubscribeSettings = {}): Promise<Subscription> {
    const name = namespaceOrDefault(namespace);
    const reason = checkNamespace(name) ?? checkPattern(pattern);
    if (reason !== undefined) throw new TopicFormatError(reason);
    const subscription = new Subscription(name, pattern, settings, this.#owner);
    // Before the request: a delivery may overtake its SUB_OK.
    this.#topics.add(subscription);
    try {
      await orAborted(this.#makeLive(subscription), settings.signal);
    } catch (error) {
      subscription.end(error as Error);
      await this.#unsubscribe(subscription);
      throw error;
    }
    subscription.closeOn(settings.signal);
    return subscription;
  }

  /** Namespaces this user may read, with their topics. */
  async queryNamespaces(options: CallOptions = {}): Promise<NamespaceListing[]> {
    return ((await this.#query({ type: 'namespaces' }, options)) ?? []) as NamespaceListing[];
  }

  /** Topics of a namespace, sorted; empty when there is none of that name that this user may read. */
  async queryTopics(namespace: string, options: CallOptions = {}): Promise<string[]> {
    return ((await this.#query({ type: 'topics', namespace: namespaceOrDefault(namespace) }, options)) ??
      []) as string[];
  }

  /** The user's type, and its roles by namespace where its rights come from grants. */
  async queryPermission(options: CallOptions = {}): Promise<PermissionListing> {
    return ((await this.#query({ type: 'permission', topic: '' }, options)) ?? {}) as PermissionListing;
  }

  /**
   * Ends everything, in under a second whether the broker lives or not: waits a moment for what is unanswered, then rejects it. What
   * subscriptions have received can still be iterated. Nothing keeps the process alive afterwards.
   */
  async close(): Promise<void> {
    for (const subscription of [...this.#topics.subscriptions]) {
      subscription.end(null);
      this.#topics.remove(subscription);
    }
    await this.#keeper.close(closeWaitMs);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #query(query: object, { signal }: CallOptions): Promise<unknown> {
    const connection = await this.#keeper.connection(signal);
    return orAborted(connection.query(query), signal);
  }

  async #publishUnanswered(names: Buffer, frame: PublishFrame): Promise<void> {
    const connection = await this.#keeper.connection();
    connection.requests.publishUnanswered({ names, frame });
    if (connection.pendingBytes > pendingMaxBytes) await this.#keeper.drained();
  }

  /** Through lost connections: what breaks on the way is tried on the next one. */
  async #makeLive({ namespace, pattern }: Subscription): Promise<void> {
    for (;;) {
      const connection = await this.#keeper.connection();
      try {
        return await connection.subscribe(namespace, pattern);
      } catch (error) {
        if (!(error instanceof NotConnectedError) || !this.#keeper.isTrying) throw error;
      }
    }
  }

  async #unsubscribe(subscription: Subscription): Promise<void> {
    this.#topics.remove(subscription);
    this.#setPaused(subscription, false);
    const { namespace, pattern } = subscription;
    if (this.#topics.hasTwin(subscription)) return;
    try {
      await this.#keeper.current?.unsubscribe(namespace, pattern);
    } catch (error) {
      // A connection that is gone has no subscriptions left either.
      if (!(error instanceof NotConnectedError)) this.#events.emit('error', error as Error);
    }
  }

  /** Makes a new connection have every subscription the client has. */
  async #restore(connection: Connection): Promise<void> {
    const wanted = new Map<string, Subscription>();
    for (const one of this.#topics.subscriptions) wanted.set(`${one.namespace} ${one.pattern}`, one);
    await Promise.all(
      [...wanted.values()].map(async ({ namespace, pattern }) => {
        try {
          await connection.subscribe(namespace, pattern);
        } catch (error) {
          if (error instanceof NotConnectedError) throw error;
          this.#endMatching(namespace, pattern, error as Error);
        }
      }),
    );
    if (this.#paused.size > 0) await connection.setPaused(true);
  }

  /** The broker refuses what it once allowed. */
  #endMatching(namespace: string, pattern: string, error: Error): void {
    for (const one of [...this.#topics.subscriptions]) {
      if (one.namespace !== namespace || one.pattern !== pattern) continue;
      this.#topics.remove(one);
      one.end(error);
    }
    this.#events.emit('error', error);
  }

  #endSubscriptions(error: Error): void {
    for (const one of [...this.#topics.subscriptions]) {
      this.#topics.remove(one);
      one.end(error);
    }
  }

  #setPaused(subscription: Subscription, isPaused: boolean): void {
    const wasPaused = this.#paused.size > 0;
    if (isPaused) this.#paused.add(subscription);
    else this.#paused.delete(subscription);
    const shouldPause = this.#paused.size > 0;
    if (shouldPause === wasPaused) return;
    this.#keeper.current?.setPaused(shouldPause).catch((error) => this.#events.emit('error', error));
  }

  #onDelivery(buf: Buffer, span: MessageSpan): void {
    const state = this.#topics.of(this.#reader.key(buf, span));
    if (state === undefined || state.subscriptions.length === 0) return;
    const message = this.#reader.read(state, buf, span);
    const gap = gapBefore(state, message);
    if (gap !== null) this.#events.emit('gap', gap);
    // Backwards: one that ends while it is called leaves the list.
    const { subscriptions } = state;
    for (let index = subscriptions.length - 1; index >= 0; index--) subscriptions[index]?.deliver(message);
  }

  #namesOf(namespace: string, topic: string): Buffer {
    const key = `${namespace} ${topic}`;
    const known = this.#names.get(key);
    if (known !== undefined) return known;
    const name = namespaceOrDefault(namespace);
    const reason = checkNamespace(name) ?? checkTopic(topic);
    if (reason !== undefined) throw new TopicFormatError(reason);
    if (this.#names.size >= nameCacheCount) this.#names.clear();
    const frames = nameFrames(name, topic, this.#settings.username);
    this.#names.set(key, frames);
    return frames;
  }
}

function publishFrame(data: unknown, options: PublishOptions): PublishFrame {
  const serialized = data instanceof SerializedPayload ? data : null;
  const { payload, formatCode, flags } =
    serialized?.encoded ?? encodePayload({ format: options.format ?? 'bytes', data, compress: options.compress });
  const noReply = options.ack === false ? PubFlag.noReply : 0;
  const doNotConflate = options.doNotConflate === true ? PubFlag.doNotConflate : 0;
  return {
    formatCode,
    flags: flags | noReply | doNotConflate,
    payload,
    timestampMs: serialized?.timestampMs ?? Date.now(),
  };
}
