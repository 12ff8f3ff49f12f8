import { type AuthReply, Feature, MessageType, type SubscriptionListing, TimeoutError } from '@pulsemq/protocol';
import type { OpenTransport } from '../transport/transport.js';
import type { MessageSpan } from './message-scanner.js';
import type { Settings } from './options.js';
import type { Pending } from './pending.js';
import { RequestChannel } from './request-channel.js';
import { SubscriberChannel } from './subscriber-channel.js';
import { type LinkOptions, ZmtpLink } from './zmtp-link.js';

/** What a connection tells its client. */
export interface ConnectionListener {
  onDelivery(buf: Buffer, span: MessageSpan): void;
  /** The bytes of the deliveries are about to be overwritten. */
  onReadEnd(): void;
  /** Both links are gone. `pending` is what was not answered, oldest first. */
  onLost(connection: Connection, error: Error, pending: Pending[]): void;
  onDrain(): void;
}

/** One connection to the broker: an authenticated session on the request port, and a subscriber as soon as one is needed. */
export class Connection {
  readonly requests: RequestChannel;
  readonly #settings: Settings;
  readonly #open: OpenTransport;
  readonly #listener: ConnectionListener;
  /** Fires when the connection is lost, whatever of it is still being opened. */
  readonly #abort = new AbortController();
  #requestLink: ZmtpLink | null = null;
  #subscriber: Promise<SubscriberChannel> | null = null;
  #auth: AuthReply | null = null;
  #lostError: Error | null = null;

  private constructor(settings: Settings, open: OpenTransport, listener: ConnectionListener) {
    this.#settings = settings;
    this.#open = open;
    this.#listener = listener;
    this.requests = new RequestChannel(() => this.#requestLink!, settings.requestTimeoutMs);
  }

  /** Connects and logs in. Rejects with an AuthFailedError when the broker refuses, and with the signal's reason. */
  static async open(
    settings: Settings,
    open: OpenTransport,
    listener: ConnectionListener,
    signal: AbortSignal,
  ): Promise<Connection> {
    const connection = new Connection(settings, open, listener);
    const onAbort = (): void => connection.#lose(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      signal.throwIfAborted();
      await connection.#logIn();
      if (connection.#lostError !== null) throw connection.#lostError;
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
    return connection;
  }

  /** Name and version of the broker; undefined for the Python one, which does not say. */
  get server(): string | undefined {
    return this.#auth?.server;
  }

  get epoch(): number | undefined {
    return this.#auth?.epoch;
  }

  get isLost(): boolean {
    return this.#lostError !== null;
  }

  get pendingBytes(): number {
    return this.#requestLink?.pendingBytes ?? 0;
  }

  /** Resolves when messages of this pattern are delivered from now on. */
  async subscribe(namespace: string, pattern: string): Promise<void> {
    const subscriber = await this.#subscriberChannel();
    await this.#request(MessageType.sub, namespace, pattern);
    if (!this.#has(Feature.ticket)) subscriber.addPrefix(namespace, pattern);
  }

  async unsubscribe(namespace: string, pattern: string): Promise<void> {
    if (this.#lostError !== null) return;
    const subscriber = await this.#subscriberChannel();
    await this.#request(MessageType.unsub, namespace, pattern);
    if (!this.#has(Feature.ticket)) subscriber.removePrefix(namespace, pattern);
  }

  /** What the broker says this session is subscribed to; undefined when it cannot say. */
  async subscriptions(): Promise<SubscriptionListing[] | undefined> {
    if (!this.#has(Feature.subscriptions)) return undefined;
    return (await this.query({ type: 'subscriptions' })) as SubscriptionListing[];
  }

  /** Answers `data` of a QUERY. */
  async query(query: object): Promise<unknown> {
    const body = await this.requests.request({
      type: MessageType.query,
      format: 1,
      username: this.#settings.username,
      payload: Buffer.from(JSON.stringify(query)),
    });
    return body.data;
  }

  async setPaused(isPaused: boolean): Promise<void> {
    const subscriber = await this.#subscriber;
    if (isPaused) subscriber?.pause();
    else subscriber?.resume();
  }

  close(error: Error): void {
    this.#lose(error);
  }

  /** A publish need not be answered. */
  get canOmitReplies(): boolean {
    return this.#has(Feature.noReply);
  }

  #has(feature: string): boolean {
    return this.#auth?.features?.includes(feature) === true;
  }

  async #logIn(): Promise<void> {
    const { username, token, connectTimeoutMs } = this.#settings;
    const startedMs = performance.now();
    this.#requestLink = await ZmtpLink.open(this.#open, this.#linkOptions('DEALER', this.#settings.pubPort), {
      onMessage: (buf, span) => this.requests.onMessage(buf, span),
      onDrain: () => this.#listener.onDrain(),
      onClose: (error) => this.#lose(error),
    });
    const timer = setTimeout(
      () => this.#lose(new TimeoutError(`the broker did not answer AUTH within ${connectTimeoutMs} ms`)),
      Math.max(1, connectTimeoutMs - (performance.now() - startedMs)),
    );
    try {
      const payload = Buffer.from(JSON.stringify({ username, token }));
      this.#auth = (await this.requests.request({ type: MessageType.auth, username, payload })) as unknown as AuthReply;
    } catch (error) {
      this.#lose(error as Error);
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  async #request(type: MessageType, namespace: string, topic: string): Promise<void> {
    await this.requests.request({ type, namespace, topic, username: this.#settings.username });
  }

  #subscriberChannel(): Promise<SubscriberChannel> {
    const hasTicket = this.#has(Feature.ticket);
    this.#subscriber ??= SubscriberChannel.open(
      this.#open,
      this.#linkOptions(hasTicket ? 'XSUB' : 'SUB', this.#settings.subPort),
      hasTicket ? this.#auth?.ticket : undefined,
      {
        onDelivery: (buf, span) => this.#listener.onDelivery(buf, span),
        onReadEnd: () => this.#listener.onReadEnd(),
        onClose: (error) => this.#lose(error),
      },
    ).catch((error) => {
      this.#lose(error);
      throw error;
    });
    return this.#subscriber;
  }

  #linkOptions(socketType: LinkOptions['socketType'], port: number): LinkOptions {
    const { host, connectTimeoutMs, pingIntervalMs, pingTimeoutMs } = this.#settings;
    const { signal } = this.#abort;
    return { host, port, socketType, timeoutMs: connectTimeoutMs, pingIntervalMs, pingTimeoutMs, signal };
  }

  /** One link without the other is no connection. */
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
