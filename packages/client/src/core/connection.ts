import {
  type AuthReply,
  type AuthRequest,
  Feature,
  FormatCode,
  MessageType,
  type QueryRequest,
  type SubscriptionListing,
  TimeoutError,
} from '@pulsemq/protocol';
import { utf8Bytes } from '@pulsemq/zmtp';
import { onAbort } from './abort.js';
import type { Settings } from './options.js';
import type { Pending } from './pending.js';
import type { Platform } from './platform.js';
import { RequestChannel } from './request-channel.js';
import { type DeliveryReceiver, SubscriberChannel } from './subscriber-channel.js';
import { type LinkOptions, ZmtpLink } from './zmtp-link.js';

/** What all connections of one client share. */
export interface ConnectionContext {
  readonly settings: Settings;
  readonly platform: Platform;
  readonly deliveries: DeliveryReceiver;
}

/** Receives the events of a connection. */
export interface ConnectionListener {
  /** Both links are closed. `pending` is everything that was not answered, oldest first. */
  onLost(connection: Connection, error: Error, pending: Pending[]): void;
  /** The system has taken all bytes that were written. */
  onDrain(): void;
}

/** One connection to the broker: an authenticated session on the request port, and a subscriber connection from the first subscription on. */
export class Connection {
  readonly requests: RequestChannel;
  readonly #context: ConnectionContext;
  readonly #listener: ConnectionListener;
  /** Aborted when the connection is lost: ends links that are still being opened. */
  readonly #abort = new AbortController();
  #requestLink: ZmtpLink | null = null;
  #subscriber: Promise<SubscriberChannel> | null = null;
  #auth: AuthReply | null = null;
  #lostError: Error | null = null;

  private constructor(context: ConnectionContext, listener: ConnectionListener) {
    this.#context = context;
    this.#listener = listener;
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

  /** Bytes of requests that the system has not taken yet. */
  get pendingBytes(): number {
    return this.#requestLink?.pendingBytes ?? 0;
  }

  /** Resolves when messages of the pattern are delivered from now on. */
  async subscribe(namespace: string, pattern: string): Promise<void> {
    const subscriber = await this.#subscriberChannel();
    await this.#request(MessageType.sub, namespace, pattern);
    if (!this.#has(Feature.ticket)) subscriber.addPrefix(namespace, pattern);
  }

  /** Resolves when the broker has ended the subscription, at once if the connection is lost. */
  async unsubscribe(namespace: string, pattern: string): Promise<void> {
    if (this.#lostError !== null) return;
    const subscriber = await this.#subscriberChannel();
    await this.#request(MessageType.unsub, namespace, pattern);
    if (!this.#has(Feature.ticket)) subscriber.removePrefix(namespace, pattern);
  }

  /** The broker's list of this session's subscriptions. Undefined if the broker does not have the feature. */
  async subscriptions(): Promise<SubscriptionListing[] | undefined> {
    if (!this.#has(Feature.subscriptions)) return undefined;
    return (await this.query({ type: 'subscriptions' })) as SubscriptionListing[];
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

  /** Stops or continues reading deliveries. */
  async setPaused(isPaused: boolean): Promise<void> {
    const subscriber = await this.#subscriber;
    if (isPaused) subscriber?.pause();
    else subscriber?.resume();
  }

  close(error: Error): void {
    this.#lose(error);
  }

  /** True if the broker can leave out the reply to a publish. */
  get canOmitReplies(): boolean {
    return this.#has(Feature.noReply);
  }

  #has(feature: string): boolean {
    return this.#auth?.features?.includes(feature) === true;
  }

  async #logIn(): Promise<void> {
    const { settings, platform } = this.#context;
    const { username, token, connectTimeoutMs } = settings;
    const startedMs = performance.now();
    this.#requestLink = await ZmtpLink.open(this.#linkOptions('DEALER', settings.pubPort), platform, {
      onMessage: (buf, span) => this.requests.onMessage(buf, span),
      onDrain: () => this.#listener.onDrain(),
      onClose: (error) => this.#lose(error),
    });
    const timer = setTimeout(
      () => this.#lose(new TimeoutError(`the broker did not answer AUTH within ${connectTimeoutMs} ms`)),
      Math.max(1, connectTimeoutMs - (performance.now() - startedMs)),
    );
    try {
      const payload = utf8Bytes(JSON.stringify({ username, token } satisfies AuthRequest));
      this.#auth = (await this.requests.request({ type: MessageType.auth, username, payload })) as unknown as AuthReply;
    } catch (error) {
      this.#lose(error as Error);
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  async #request(type: MessageType, namespace: string, topic: string): Promise<void> {
    await this.requests.request({ type, namespace, topic, username: this.#context.settings.username });
  }

  #subscriberChannel(): Promise<SubscriberChannel> {
    const { settings, platform, deliveries } = this.#context;
    const hasTicket = this.#has(Feature.ticket);
    this.#subscriber ??= SubscriberChannel.open(
      this.#linkOptions(hasTicket ? 'XSUB' : 'SUB', settings.subPort),
      platform,
      hasTicket ? this.#auth?.ticket : undefined,
      deliveries,
      (error) => this.#lose(error),
    ).catch((error) => {
      this.#lose(error);
      throw error;
    });
    return this.#subscriber;
  }

  #linkOptions(socketType: LinkOptions['socketType'], port: number): LinkOptions {
    const { host, connectTimeoutMs, pingIntervalMs, pingTimeoutMs } = this.#context.settings;
    const { signal } = this.#abort;
    return { host, port, socketType, timeoutMs: connectTimeoutMs, pingIntervalMs, pingTimeoutMs, signal };
  }

  /** Closes both links: one is of no use without the other. */
  #lose(error: Error): void {
    if (this.#lostError !== null) return;
    this.#lostError = error;
    this.#abort.abort(error);
    this.#requestLink?.close(error);
    this.#subscriber?.then(
      (subscriber) => subscriber.close(error),
      () => {},
    );
    const pending = this.requests.end(error);
    if (this.#auth === null) for (const one of pending) one.settle(error);
    else this.#listener.onLost(this, error, pending);
  }
}
