// For programs whose own `lib` has no Symbol.asyncDispose; the compiler keeps the line in the types of this package.
/// <reference lib="esnext.disposable" preserve="true" />
import {
  type NamespaceListing,
  NotConnectedError,
  namespaceOrDefault,
  type PermissionListing,
  type QueryRequest,
  type SubscriptionListing,
} from '@pulsemq/protocol';
import { type CallOptions, orAborted } from './abort.js';
import type { ClientOptions } from './client-options.js';
import { gated } from './codecs/codec-gate.js';
import { decodableAnswer } from './codecs/decodable-answer.js';
import type { ConnectionContext } from './connection.js';
import { ConnectionKeeper } from './connection-keeper.js';
import { type ClientEvents, Emitter } from './events.js';
import type { HistoryRows } from './history/ask-history.js';
import type { HistoryOptions } from './history/history-options.js';
import { HistoryChannel } from './history-channel.js';
import { lastValue } from './last-value.js';
import type { LiveTable, LiveTableSettings } from './live/live-table.js';
import { settingsOf } from './options.js';
import type { Platform } from './platform.js';
import { checkItems, ManyPublish, type PublishItems } from './publish-many.js';
import type { PublishOptions } from './publish-options.js';
import { Publisher } from './publisher.js';
import type { ReceivedMessage } from './received-message.js';
import type { Replay } from './replay.js';
import type { ReplaySettings } from './replay-settings.js';
import { Servers } from './servers.js';
import type { SubscribeSettings } from './subscribe-settings.js';
import type { Subscription } from './subscription.js';
import { Subscriptions } from './subscriptions.js';

/** Time that `close` waits for replies. */
const closeWaitMs = 500;

/** A client on any platform. `PulseMQClient` is the one of Node in `node-client.ts`, and of browsers in `browser/browser-client.ts`. */
export class Client {
  readonly #events: Emitter;
  readonly #keeper: ConnectionKeeper;
  readonly #history: HistoryChannel;
  readonly #publisher: Publisher;
  readonly #subscriptions: Subscriptions;
  readonly #requestTimeoutMs: number;
  readonly #askHistory: (namespace: string, pattern: string, options: HistoryOptions) => Promise<HistoryRows>;

  /** Throws a PulseMQError `PMQ_BAD_OPTION` that names the option, its value and its range. Does not connect. */
  constructor(options: ClientOptions, platform: Platform) {
    const settings = settingsOf(options, platform.hasTcp);
    this.#requestTimeoutMs = settings.requestTimeoutMs;
    this.#events = new Emitter((error) => platform.warn(error));
    const onLoadError = (error: Error): void => this.#events.emit('error', error);
    const subscriptions = new Subscriptions(() => this.#keeper, this.#events, platform, {
      get fillsOwnDrops() {
        return settings.fillGaps === 'all';
      },
      canAsk: (namespace) => this.#history.canAsk(namespace),
      ask: (question, patienceMs) =>
        decodableAnswer(this.#history.ask(question, patienceMs), platform.allocate, onLoadError),
    });
    this.#subscriptions = subscriptions;
    const context: ConnectionContext = {
      settings,
      servers: new Servers(settings.servers),
      platform,
      receiverOf: (lane, onBroken) => gated(subscriptions.receiverOf(lane), { onLoadError, onBroken }),
      onLaneClosed: (connection, lane) => subscriptions.onLaneClosed(connection, lane),
    };
    this.#history = new HistoryChannel(
      context,
      () => this.#keeper.connection(),
      () => this.#keeper.current,
      (error) => this.#events.emit('error', error),
    );
    this.#events.on('reconnected', () => this.#history.moved());
    this.#askHistory = async (namespace, pattern, more) => {
      // A page that never asks does not load it.
      const { askHistory } = await import('./history/ask-history.js');
      return askHistory(platform, settings, context.servers.current, { namespace, pattern }, more);
    };
    this.#keeper = new ConnectionKeeper(context, this.#events, subscriptions);
    this.#publisher = new Publisher(this.#keeper, settings.username);
  }

  /** True while the client is connected: publishes are sent at once. */
  get isConnected(): boolean {
    return this.#keeper.isConnected;
  }

  /**
   * Adds a listener. If it throws, the error goes to the listeners of `error`, and the other listeners are still called. Throws a
   * PulseMQError `PMQ_BAD_OPTION` for an unknown event.
   */
  on<Name extends keyof ClientEvents>(name: Name, listener: (event: ClientEvents[Name]) => void): this {
    this.#events.on(name, listener);
    return this;
  }

  /** Removes a listener. Does nothing if it was not added. */
  off<Name extends keyof ClientEvents>(name: Name, listener: (event: ClientEvents[Name]) => void): this {
    this.#events.off(name, listener);
    return this;
  }

  /**
   * Connects and logs in. Rejects with an AuthFailedError, a ConnectionLimitError, a TimeoutError or a NotConnectedError, or when the
   * signal is aborted. With `reconnect.fromStart` it tries again after all of these but an AuthFailedError. It may be called again after
   * it has rejected.
   */
  connect({ signal }: CallOptions = {}): Promise<void> {
    return this.#keeper.connect(signal);
  }

  /**
   * Publishes one message. Resolves when the broker has acknowledged it; with `ack: false` when there is room for the next one. Without a
   * connection it waits for the next one, for at most `offlineTimeoutMs`.
   *
   * Rejects before anything is sent with a TopicFormatError, a PayloadTooLargeError or a PulseMQError for bad input, and with a
   * PulseMQError `PMQ_LIMIT_REACHED` if `maxPendingCount` publishes wait already. Rejects afterwards with the broker's error, such as a
   * PermissionDeniedError, with a TimeoutError, and with a NotConnectedError if the connection is lost before the reply and `inFlight` is `fail`: the message
   * may have arrived or not.
   *
   * Data of format `bytes` is not copied: do not change it before the promise has settled.
   */
  publish(namespace: string, topic: string, data: unknown, options?: PublishOptions): Promise<void> {
    return this.#publisher.publish(namespace, topic, data, options);
  }

  /**
   * Publishes many messages to one topic, in order. At most 16,384 messages or 16 MiB are unanswered at a time; the next item is taken
   * when there is room. Resolves when all are acknowledged. After the first failure it takes no further item, closes the source, waits for
   * the replies to everything that was sent, and rejects with that failure. It does not wait for an asynchronous source that pauses.
   */
  async publishMany(namespace: string, topic: string, items: PublishItems, options?: PublishOptions): Promise<void> {
    const names = this.#publisher.names(namespace, topic);
    checkItems(items);
    const loaded = this.#publisher.codecsOf(options);
    if (loaded !== null) await loaded;
    await new ManyPublish(this.#publisher, names, options).run(items);
  }

  /**
   * Resolves when the broker has processed everything that was sent before, also publishes with `ack: false`. Rejects with a
   * NotConnectedError if the connection is lost first.
   */
  async flush({ signal }: CallOptions = {}): Promise<void> {
    const connection = await this.#keeper.connection(signal);
    await orAborted(connection.requests.ping(), signal);
  }

  /**
   * Subscribes to a pattern: `*` matches one level, a final `>` one or more levels. Resolves when the subscription is live: it receives
   * every message that is published from then on. It survives lost connections and ends when it is closed. Rejects with a
   * TopicFormatError, a PermissionDeniedError or a PulseMQError.
   */
  subscribe(namespace: string, pattern: string, settings: SubscribeSettings = {}): Promise<Subscription> {
    return this.#subscriptions.add(namespace, pattern, settings);
  }

  /**
   * Messages of the past that match a pattern, from the broker's history, in the order in which it accepted them; with `follow` new ones after
   * them, without a gap and without a duplicate. Resolves when it has begun. Rejects as `subscribe` does, with a PulseMQError `PMQ_MALFORMED`
   * if the namespace does not keep history, and `PMQ_LIMIT_REACHED` if too many replays run. A client has up to seven replays at a time.
   */
  replay(namespace: string, pattern: string, settings: ReplaySettings = {}): Promise<Replay> {
    return this.#subscriptions.addReplay(namespace, pattern, settings);
  }

  /**
   * The last value of a topic, as the broker keeps it. Undefined if there is none: nothing was published, or the namespace does not keep
   * last values. Rejects as `subscribe` does, with an UnsupportedFeatureError if the broker has no snapshots, with a TimeoutError after
   * `requestTimeoutMs`, and with a PulseMQError `PMQ_LIMIT_REACHED` if the broker has no room for the value.
   */
  last(namespace: string, topic: string, options: CallOptions = {}): Promise<ReceivedMessage | undefined> {
    return lastValue(this.#subscriptions, namespace, topic, this.#requestTimeoutMs, options);
  }

  /**
   * A table with the newest row of each topic of a pattern, kept up to date. Resolves when all last values have arrived. The namespace
   * must keep last values. Rejects as `subscribe` does, and with an UnsupportedFeatureError if the broker lacks a feature for it.
   */
  async liveTable(namespace: string, pattern: string, settings: LiveTableSettings = {}): Promise<LiveTable> {
    // A page without one does not load it.
    const { LiveTable } = await import('./live/live-table.js');
    return LiveTable.open(this.#subscriptions, this.#events, namespace, pattern, settings);
  }

  /**
   * Past messages of a topic or pattern as rows, or with `every` bars of their prices, from the journal of the broker. Needs no connection: it
   * asks the HTTP API at `apiUrl` with the user's token. The namespace must keep history, and the user may subscribe to it.
   *
   * Rejects with a TopicFormatError, an AuthFailedError, a PermissionDeniedError, a NotConnectedError, a TimeoutError, or a PulseMQError:
   * `PMQ_BAD_OPTION` for a question that cannot be answered, `PMQ_BAD_QUERY` for a namespace that does not exist or keeps no history,
   * `PMQ_LIMIT_REACHED` past a limit of the broker.
   */
  history(namespace: string, pattern: string, options: HistoryOptions = {}): Promise<HistoryRows> {
    return this.#askHistory(namespace, pattern, options);
  }

  /** Namespaces that the user may read, with their topics. */
  async queryNamespaces(options: CallOptions = {}): Promise<NamespaceListing[]> {
    return ((await this.#query({ type: 'namespaces' }, options)) ?? []) as NamespaceListing[];
  }

  /** Topics of a namespace, sorted. Empty if the namespace does not exist or the user may not read it. */
  async queryTopics(namespace: string, options: CallOptions = {}): Promise<string[]> {
    return ((await this.#query({ type: 'topics', namespace: namespaceOrDefault(namespace) }, options)) ??
      []) as string[];
  }

  /** Type of the user, and its role in each namespace if its rights come from grants. */
  async queryPermission(options: CallOptions = {}): Promise<PermissionListing> {
    return ((await this.#query({ type: 'permission', topic: '' }, options)) ?? {}) as PermissionListing;
  }

  /**
   * The broker's list of this client's subscriptions, sorted. Undefined from a broker without this feature, such as the Python broker.
   * The client itself compares the list with its subscriptions after each reconnect.
   */
  async querySubscriptions({ signal }: CallOptions = {}): Promise<SubscriptionListing[] | undefined> {
    const connection = await this.#keeper.connection(signal);
    return orAborted(connection.subscriptions(), signal);
  }

  /**
   * Closes the client. Waits at most half a second for replies, then rejects unanswered calls with a NotConnectedError. Messages that
   * subscriptions have already received can still be iterated. Afterwards nothing of the client keeps the process running. A second call
   * does nothing.
   */
  async close(): Promise<void> {
    this.#subscriptions.end(null);
    this.#history.end(new NotConnectedError('the client was closed'));
    await this.#keeper.close(closeWaitMs);
  }

  /** Closes the client at the end of an `await using` block. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #query(query: QueryRequest, { signal }: CallOptions): Promise<unknown> {
    const connection = await this.#keeper.connection(signal);
    return orAborted(connection.query(query), signal);
  }
}
