import {
  type AuthReply,
  type AuthRequest,
  Feature,
  FormatCode,
  MessageType,
  type QueryRequest,
  type SubscribeOptions,
  type SubscriptionListing,
  TimeoutError,
  UnsupportedFeatureError,
} from '@pulsemq/protocol';
import { utf8Bytes } from '@pulsemq/zmtp';
import { onAbort } from './abort.js';
import { clientName } from './client-name.js';
import { neededFeatures } from './lane-policy.js';
import type { Settings } from './options.js';
import type { Pending } from './pending.js';
import type { Platform } from './platform.js';
import { probeTopic } from './probe-topic.js';
import { RequestChannel } from './request-channel.js';
import { deliveriesAt, requestsAt, type ServerAddress, type Servers } from './servers.js';
import { type DeliveryReceiver, SubscriberChannel } from './subscriber-channel.js';
import type { Endpoint } from './transport.js';
import { type LinkOptions, ZmtpLink } from './zmtp-link.js';

/** What all connections of one client share. */
export interface ConnectionContext {
  readonly settings: Settings;
  readonly servers: Servers;
  readonly platform: Platform;
  /** Receives the deliveries of a lane on one connection, which must be closed with the error that `onBroken` gets. */
  receiverOf(lane: number, onBroken: (error: Error) => void): DeliveryReceiver;
  /** The subscriber connection of a lane was closed. Returns true if the lane alone is opened again, by a new `subscribe`. */
  onLaneClosed(connection: Connection, lane: number): boolean;
}

/** Receives the events of a connection. */
export interface ConnectionListener {
  /** All links are closed. `pending` is everything that was not answered, oldest first. */
  onLost(connection: Connection, error: Error, pending: Pending[]): void;
  /** The system has taken all bytes that were written. */
  onDrain(): void;
  /** The broker is about to end, and another one is known. */
  onDraining(connection: Connection): void;
}

/**
 * One connection to the broker: an authenticated session on the request port, and a subscriber connection for each lane from its first
 * subscription on.
 */
export class Connection {
  readonly requests: RequestChannel;
  readonly #context: ConnectionContext;
  readonly #listener: ConnectionListener;
  /** All links go to the same broker: a ticket says nothing to another one. */
  readonly #server: ServerAddress;
  /** Aborted when the connection is lost: ends links that are still being opened. */
  readonly #abort = new AbortController();
  #requestLink: ZmtpLink | null = null;
  readonly #channels = new Map<number, Promise<SubscriberChannel>>();
  #auth: AuthReply | null = null;
  #lostError: Error | null = null;

  private constructor(context: ConnectionContext, listener: ConnectionListener) {
    this.#context = context;
    this.#listener = listener;
    this.#server = context.servers.current;
    const { settings, platform } = context;
    this.requests = new RequestChannel(() => this.#requestLink!, settings.requestTimeoutMs, platform.allocate);
  }

  /** Connects and logs in. Rejects with an AuthFailedError if the broker refuses, with the signal's reason, or as `ZmtpLink.open` does. */
  static async open(
    context: ConnectionContext,
    listener: ConnectionListener,
    signal: AbortSignal,
  ): Promise<Connection> {
    const connection = new Connection(context, listener);
    signal.throwIfAborted();
    const stop = onAbort(signal, () => connection.#lose(signal.reason));
    try {
      await connection.#logIn();
      if (connection.#lostError !== null) throw connection.#lostError;
      connection.#hearOfDrain();
    } finally {
      stop();
    }
    return connection;
  }

  /** Name and version of the broker. Undefined for the Python broker, which does not send it. */
  get server(): string | undefined {
    return this.#auth?.server;
  }

  /** Epoch of the broker. Undefined for the Python broker. */
  get epoch(): number | undefined {
    return this.#auth?.epoch;
  }

  get isLost(): boolean {
    return this.#lostError !== null;
  }

  /** Namespaces that keep history and that this user may read. */
  get historyNamespaces(): readonly string[] {
    const named = this.#auth?.history;
    return Array.isArray(named) ? named : [];
  }

  /** Resolves when the connection is lost. */
  get lost(): Promise<void> {
    const { signal } = this.#abort;
    return new Promise((resolve) => {
      if (signal.aborted) resolve();
      else onAbort(signal, resolve);
    });
  }

  /** Bytes of requests that the system has not taken yet. */
  get pendingBytes(): number {
    return this.#requestLink?.pendingBytes ?? 0;
  }

  /**
   * Resolves when messages of the pattern are delivered from now on. The lane is bound first: before that nothing counts as matched.
   * Rejects with an UnsupportedFeatureError if the broker does not have what the options need.
   */
  async subscribe(namespace: string, pattern: string, options: SubscribeOptions = {}): Promise<void> {
    for (const [feature, option] of neededFeatures(options)) this.#require(feature, option);
    const channel = await this.#channel(options.lane ?? 0);
    await this.#request(MessageType.sub, namespace, pattern, options);
    if (!this.has(Feature.ticket)) channel.addPrefix(namespace, pattern);
  }

  /** Resolves when the broker has ended the subscription of a lane, at once if the connection is lost. */
  async unsubscribe(namespace: string, pattern: string, lane = 0): Promise<void> {
    if (this.#lostError !== null) return;
    const channel = await this.#channel(lane);
    await this.#request(MessageType.unsub, namespace, pattern, lane === 0 ? {} : { lane });
    if (!this.has(Feature.ticket)) channel.removePrefix(namespace, pattern);
  }

  /** The broker's list of this session's subscriptions. Undefined if the broker does not have the feature. */
  async subscriptions(): Promise<SubscriptionListing[] | undefined> {
    if (!this.has(Feature.subscriptions)) return undefined;
    const listed = (await this.query({ type: 'subscriptions' })) as SubscriptionListing[];
    return listed.filter(({ pattern }) => pattern !== probeTopic);
  }

  /** Sends a QUERY and resolves with the field `data` of its answer. */
  async query(query: QueryRequest): Promise<unknown> {
    const body = await this.requests.request({
      type: MessageType.query,
      format: FormatCode.string,
      username: this.#context.settings.username,
      payload: utf8Bytes(JSON.stringify(query)),
    });
    return body.data;
  }

  /** Stops or continues reading the deliveries of a lane. */
  async setPaused(lane: number, isPaused: boolean): Promise<void> {
    const channel = await this.#channels.get(lane);
    if (isPaused) channel?.pause();
    else channel?.resume();
  }

  close(error: Error): void {
    this.#lose(error);
  }

  /** True if the broker can leave out the reply to a publish. */
  get canOmitReplies(): boolean {
    return this.has(Feature.noReply);
  }

  /** True if the broker has a feature, a value of `Feature`. */
  has(feature: string): boolean {
    return this.#auth?.features?.includes(feature) === true;
  }

  async #logIn(): Promise<void> {
    const { settings, platform } = this.#context;
    const { username, token, connectTimeoutMs } = settings;
    const startedMs = performance.now();
    this.#requestLink = await ZmtpLink.open(this.#linkOptions('DEALER', requestsAt(this.#server)), platform, {
      onMessage: (buf, span) => this.requests.onMessage(buf, span),
      onDrain: () => this.#listener.onDrain(),
      onClose: (error) => this.#lose(error),
    });
    const timer = setTimeout(
      () => this.#lose(new TimeoutError(`the broker did not answer AUTH within ${connectTimeoutMs} ms`)),
      Math.max(1, connectTimeoutMs - (performance.now() - startedMs)),
    );
    try {
      const payload = utf8Bytes(JSON.stringify({ username, token, client: clientName } satisfies AuthRequest));
      this.#auth = (await this.requests.request({ type: MessageType.auth, username, payload })) as unknown as AuthReply;
    } catch (error) {
      this.#lose(error as Error);
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  /**
   * Learns the brokers that this one names. With several of them it binds lane 0, also for a client that only publishes: the broker says there
   * that it is about to end.
   */
  #hearOfDrain(): void {
    const { servers } = this.#context;
    if (Array.isArray(this.#auth?.servers)) servers.learn(this.#auth.servers);
    // A lane that cannot be bound ends the connection by itself.
    if (servers.count > 1 && this.has(Feature.ticket)) this.#channel(0).catch(() => {});
  }

  async #request(type: MessageType, namespace: string, topic: string, options: SubscribeOptions): Promise<void> {
    const { username } = this.#context.settings;
    // Without options the payload is empty: a broker without lanes takes it, too.
    const payload = utf8Bytes(Object.keys(options).length === 0 ? '' : JSON.stringify(options));
    await this.requests.request({ type, namespace, topic, username, payload });
  }

  #require(feature: string, option: string): void {
    if (this.has(feature)) return;
    const text = `the broker ${this.server ?? '(pulse-mq)'} does not have the feature "${feature}", which ${option} needs`;
    throw new UnsupportedFeatureError(feature, text);
  }

  #channel(lane: number): Promise<SubscriberChannel> {
    const known = this.#channels.get(lane);
    if (known !== undefined) return known;
    const channel = this.#openChannel(lane);
    this.#channels.set(lane, channel);
    return channel;
  }

  async #openChannel(lane: number): Promise<SubscriberChannel> {
    const { platform } = this.#context;
    const ticket = this.has(Feature.ticket) ? this.#auth?.ticket : undefined;
    let isOpen = false;
    const onClose = (error: Error): void => {
      if (isOpen) this.#onChannelClosed(lane, error);
      else this.#lose(error);
    };
    try {
      const channel = await SubscriberChannel.open(
        this.#linkOptions(ticket === undefined ? 'SUB' : 'XSUB', deliveriesAt(this.#server)),
        platform,
        ticket === undefined ? undefined : { ticket, lane },
        this.#context.receiverOf(lane, (error) => this.#lose(error)),
        { onClose, onDraining: () => this.#listener.onDraining(this) },
      );
      isOpen = true;
      return channel;
    } catch (error) {
      this.#lose(error as Error);
      throw error;
    }
  }

  #onChannelClosed(lane: number, error: Error): void {
    if (this.#lostError !== null) return;
    this.#channels.delete(lane);
    if (!this.#context.onLaneClosed(this, lane)) this.#lose(error);
  }

  #linkOptions(socketType: LinkOptions['socketType'], endpoint: Endpoint): LinkOptions {
    const { security, connectTimeoutMs, pingIntervalMs, pingTimeoutMs } = this.#context.settings;
    const { signal } = this.#abort;
    return { ...endpoint, security, socketType, timeoutMs: connectTimeoutMs, pingIntervalMs, pingTimeoutMs, signal };
  }

  /** Closes all links: one is of no use without the others. */
  #lose(error: Error): void {
    if (this.#lostError !== null) return;
    this.#lostError = error;
    this.#abort.abort(error);
    this.#requestLink?.close(error);
    for (const channel of this.#channels.values()) {
      channel.then(
        (open) => open.close(error),
        () => {},
      );
    }
    const pending = this.requests.end(error);
    if (this.#auth === null) for (const one of pending) one.settle(error);
    else this.#listener.onLost(this, error, pending);
  }
}
