import {
  type NamespaceListing,
  namespaceOrDefault,
  type PermissionListing,
  type SubscriptionListing,
} from '@pulsemq/protocol';
import { openTcp } from '../transport/tcp.js';
import { type CallOptions, orAborted } from './abort.js';
import { ConnectionKeeper } from './connection-keeper.js';
import { type ClientEvents, Emitter } from './events.js';
import { type ClientOptions, settingsOf } from './options.js';
import { checkItems, ManyPublish, type PublishItems } from './publish-many.js';
import { Publisher, type PublishOptions } from './publisher.js';
import type { SubscribeSettings, Subscription } from './subscription.js';
import { Subscriptions } from './subscriptions.js';

/** How long `close` waits for answers. */
const closeWaitMs = 500;

/**
 * A client of a PulseMQ broker, and of the Python broker 0.3.0.
 *
 * Publishes are pipelined: thousands may be on their way, and each promise is settled by its own reply. Subscriptions share one
 * connection; each gets its own messages and nothing else.
 */
export class PulseMQClient {
  readonly #events = new Emitter();
  readonly #keeper: ConnectionKeeper;
  readonly #publisher: Publisher;
  readonly #subscriptions: Subscriptions;

  /** Throws a PulseMQError `PMQ_BAD_OPTION` naming the option, its value and its range. Nothing is connected yet. */
  constructor(options: ClientOptions) {
    const settings = settingsOf(options);
    this.#subscriptions = new Subscriptions(() => this.#keeper, this.#events);
    this.#keeper = new ConnectionKeeper(settings, openTcp, this.#events, {
      onDelivery: (buf, span) => this.#subscriptions.onDelivery(buf, span),
      onReadEnd: () => this.#subscriptions.onReadEnd(),
      restore: (connection) => this.#subscriptions.restore(connection),
      onGivenUp: (error) => this.#subscriptions.end(error),
    });
    this.#publisher = new Publisher(this.#keeper, settings.username);
  }

  /** True while publishes leave at once. */
  get isConnected(): boolean {
    return this.#keeper.isConnected;
  }

  /**
   * Adds a listener. One that throws is told to the listeners of `error`, and stops nobody. Throws a PulseMQError `PMQ_BAD_OPTION`
   * for an event there is none of.
   */
  on<Name extends keyof ClientEvents>(name: Name, listener: (event: ClientEvents[Name]) => void): this {
    this.#events.on(name, listener);
    return this;
  }

  /** Takes a listener away; nothing happens when it is not there. */
  off<Name extends keyof ClientEvents>(name: Name, listener: (event: ClientEvents[Name]) => void): this {
    this.#events.off(name, listener);
    return this;
  }

  /**
   * Connects and logs in. Rejects with an AuthFailedError, a ConnectionLimitError, a TimeoutError or a NotConnectedError; with
   * `reconnect.fromStart` it keeps trying, but for an AuthFailedError. After a rejection, an abort included, it may be called again.
   */
  connect({ signal }: CallOptions = {}): Promise<void> {
    return this.#keeper.connect(signal);
  }

  /**
   * Publishes one message; resolves when the broker has acknowledged it, or, with `ack: false`, when there is room for the next. While
   * the connection is being restored it waits for that.
   *
   * Rejects with a TopicFormatError, a PayloadTooLargeError or a PulseMQError before anything is sent; with the broker's refusal
   * (PermissionDeniedError and so on); with a NotConnectedError when the connection broke first, unless `inFlight` is `retry`: then it
   * may or may not have arrived; and with a PulseMQError `PMQ_LIMIT_REACHED` when `maxPendingCount` publishes wait already.
   *
   * The payload is not copied where it is `bytes`: do not change it before the promise has settled.
   */
  publish(namespace: string, topic: string, data: unknown, options?: PublishOptions): Promise<void> {
    return this.#publisher.publish(namespace, topic, data, options);
  }

  /**
   * Publishes many messages to one topic, in order, taking the next item only while there is room: 16,384 messages or 16 MiB may be
   * on their way. Resolves when all are acknowledged. The first failure ends it: no further item is taken, and it rejects with that
   * failure after the answers to what was sent before.
   */
  async publishMany(namespace: string, topic: string, items: PublishItems, options?: PublishOptions): Promise<void> {
    const names = this.#publisher.names(namespace, topic);
    checkItems(items);
    await new ManyPublish(this.#publisher, names, options).run(items);
  }

  /**
   * Resolves when the broker has worked off everything sent before, publishes without acknowledgement included. Rejects with a
   * NotConnectedError when the connection breaks first.
   */
  async flush({ signal }: CallOptions = {}): Promise<void> {
    const connection = await this.#keeper.connection(signal);
    await orAborted(connection.requests.ping(), signal);
  }

  /**
   * Subscribes to a pattern: `*` stands for one level, `>` as the last level for one or more. Resolves when it is live: nothing
   * published from then on is missed. Lives until it is closed, through lost connections. Rejects with a TopicFormatError, a
   * PermissionDeniedError or a PulseMQError.
   */
  subscribe(namespace: string, pattern: string, settings: SubscribeSettings = {}): Promise<Subscription> {
    return this.#subscriptions.add(namespace, pattern, settings);
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
   * What the broker says this client is subscribed to, sorted; undefined from a broker that does not say, such as the Python one.
   * After a reconnect the client compares it with what it wants by itself.
   */
  async querySubscriptions({ signal }: CallOptions = {}): Promise<SubscriptionListing[] | undefined> {
    const connection = await this.#keeper.connection(signal);
    return orAborted(connection.subscriptions(), signal);
  }

  /**
   * Ends everything, in under a second whether the broker lives or not: waits half a second at most for what is unanswered, then
   * rejects it with a NotConnectedError. What subscriptions have received can still be iterated. Nothing keeps the process alive
   * afterwards. Calling it again does nothing.
   */
  async close(): Promise<void> {
    this.#subscriptions.end(null);
    await this.#keeper.close(closeWaitMs);
  }

  /** As `close`, at the end of an `await using` block. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #query(query: object, { signal }: CallOptions): Promise<unknown> {
    const connection = await this.#keeper.connection(signal);
    return orAborted(connection.query(query), signal);
  }
}
