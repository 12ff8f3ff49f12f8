import {
  type AuthRequest,
  ErrorCode,
  FormatCode,
  type HistoryListing,
  MessageType,
  NotConnectedError,
  PulseMQError,
} from '@pulsemq/protocol';
import { readU32, utf8Bytes } from '@pulsemq/zmtp';
import type { ConnectionContext } from './connection.js';
import { protocolError } from './message-scanner.js';
import { RequestChannel } from './request-channel.js';
import { requestsAt, type ServerAddress } from './servers.js';
import { utf8Text } from './utf8-text.js';
import { ZmtpLink } from './zmtp-link.js';

/** Messages of one topic under one epoch: sequences `from` to `to`, both included. */
export interface HistoryQuestion {
  readonly namespace: string;
  readonly topic: string;
  readonly epoch: number;
  readonly from: number;
  readonly to: number;
  /** Older messages are left out, Unix microseconds. */
  readonly since_us?: number;
}

/** An answer: how much there is, and whole deliveries one after another. */
export interface HistoryAnswer {
  readonly listing: HistoryListing;
  readonly messages: Uint8Array;
}

/** What gap filling needs of its client. */
export interface HistorySource {
  /** Losses by the subscriber's own policy are filled, too. */
  readonly fillsOwnDrops: boolean;
  /** The broker keeps history of the namespace, as far as is known, and the client is to ask for it. */
  canAsk(namespace: string): boolean;
  /**
   * Rejects with the broker's refusal, or when there is no connection within the offline time-out. While the broker of the stream cannot be
   * reached, the question is asked again for `patienceMs`, and never past that time-out. With 0 it is asked once.
   */
  ask(question: HistoryQuestion, patienceMs: number): Promise<HistoryAnswer>;
}

/** A connection of the client, as far as this needs it. */
interface Logged {
  /** Namespaces that keep history and that this user may read. */
  readonly historyNamespaces: readonly string[];
}

/** A connection that was not used for this long is closed: it takes one of the user's sessions. */
const idleMs = 5_000;
/** Waits between tries when the connection for history fails: the first, and the longest after it has doubled. */
const firstDelayMs = 25;
const longestDelayMs = 1_000;

/**
 * Asks for history on a connection of its own: reading a disk must not hold up publishes and other requests. It is opened by the first
 * question and closed when there are none.
 */
export class HistoryChannel implements HistorySource {
  readonly fillsOwnDrops: boolean;
  readonly #context: ConnectionContext;
  readonly #connection: () => Promise<Logged>;
  readonly #report: (error: Error) => void;
  /** The connection of the client on which an error was reported. */
  #reportedOn: Logged | null = null;
  readonly #current: () => Logged | null;
  /** The last connection of the client, and what it may still be asked for: a refusal takes a namespace away. */
  #last: Logged | null = null;
  #askable = new Set<string>();
  #open: Promise<OpenChannel> | null = null;
  /** The broker of `#open`. */
  #openAt: ServerAddress | null = null;
  #idle: ReturnType<typeof setTimeout> | null = null;
  #askingCount = 0;
  #endError: Error | null = null;

  /** `report` gets each error other than a refusal, once for each connection of the client. */
  constructor(
    context: ConnectionContext,
    connection: () => Promise<Logged>,
    current: () => Logged | null,
    report: (error: Error) => void,
  ) {
    this.#context = context;
    this.#report = report;
    this.#connection = connection;
    this.#current = current;
    this.fillsOwnDrops = context.settings.fillGaps === 'all';
  }

  canAsk(namespace: string): boolean {
    if (this.#context.settings.fillGaps === false || this.#endError !== null) return false;
    // A gap may show while the connection is lost, among messages that waited for another one: what was known before it holds.
    this.#know(this.#current());
    return this.#askable.has(namespace);
  }

  async ask(question: HistoryQuestion, patienceMs: number): Promise<HistoryAnswer> {
    this.#askingCount++;
    if (this.#idle !== null) clearTimeout(this.#idle);
    try {
      return await this.#askUntilAnswered(question, patienceMs);
    } finally {
      if (--this.#askingCount === 0) this.#rest();
    }
  }

  /** The client has a new connection. A broker that it has left may wait for this one to end. */
  moved(): void {
    if (this.#askingCount > 0) return;
    if (this.#idle !== null) clearTimeout(this.#idle);
    this.#close();
  }

  /** Nothing is asked for now. */
  #rest(): void {
    if (this.#openAt === this.#context.servers.current) this.#idle = setTimeout(() => this.#close(), idleMs);
    else this.#close();
  }

  /** Closes the connection for good. */
  end(error: Error): void {
    this.#endError = error;
    if (this.#idle !== null) clearTimeout(this.#idle);
    this.#close();
  }

  /** A broker that has just been killed refuses connections before the client has noticed: it is asked again until the offline time-out. */
  async #askUntilAnswered(question: HistoryQuestion, patienceMs: number): Promise<HistoryAnswer> {
    const startMs = performance.now();
    const { offlineTimeoutMs } = this.#context.settings;
    for (let delayMs = firstDelayMs; ; delayMs = Math.min(2 * delayMs, longestDelayMs)) {
      const connection = await this.#connection();
      if (this.#endError !== null) throw this.#endError;
      try {
        return await this.#askOnce(question);
      } catch (error) {
        if (isRefusal(error)) {
          this.#know(connection);
          this.#askable.delete(question.namespace);
          throw error;
        }
        const limitMs = isUnreachable(error) ? Math.min(patienceMs, offlineTimeoutMs) : offlineTimeoutMs;
        if (performance.now() + delayMs > startMs + limitMs) {
          this.#reportOnce(connection, error as Error);
          throw error;
        }
      }
      await new Promise((resolve) => setTimeout(resolve, delayMs));
    }
  }

  async #askOnce(question: HistoryQuestion): Promise<HistoryAnswer> {
    if (this.#open === null) {
      this.#openAt = this.#context.servers.current;
      this.#open = OpenChannel.open(this.#context);
    }
    const open = this.#open;
    try {
      const channel = await open;
      return answerOf(await channel.ask(question, this.#context.settings.username));
    } catch (error) {
      // Others wait for the same connection. The one that they have opened meanwhile must not be closed.
      if (!isRefusal(error) && !isUnreachable(error) && this.#open === open) this.#close();
      throw error;
    }
  }

  #reportOnce(connection: Logged, error: Error): void {
    if (this.#reportedOn === connection || this.#endError !== null) return;
    this.#reportedOn = connection;
    const text = `missing messages could not be asked for: ${error.message}`;
    const code = isUnreachable(error) ? ErrorCode.unreachable : ErrorCode.notConnected;
    this.#report(new PulseMQError(code, text, { cause: error }));
  }

  /** Learns from a new connection which namespaces keep history. */
  #know(connection: Logged | null): void {
    if (connection === null || connection === this.#last) return;
    this.#last = connection;
    this.#askable = new Set(connection.historyNamespaces);
  }

  #close(): void {
    const open = this.#open;
    this.#open = null;
    open?.then(
      (channel) => channel.close(),
      // An attempt that has failed has nothing to close; its error went to the one who asked.
      () => {},
    );
  }
}

const refusals: readonly string[] = [
  ErrorCode.permissionDenied,
  ErrorCode.badQuery,
  ErrorCode.internal,
  ErrorCode.connectionLimit,
  ErrorCode.authFailed,
];

const isRefusal = (error: unknown): boolean => error instanceof PulseMQError && refusals.includes(error.code);

/** The broker that has the stream is away, or the one that was asked has lost NATS. Both may be back in a moment. */
const isUnreachable = (error: unknown): boolean =>
  error instanceof PulseMQError && error.code === ErrorCode.unreachable;

/** A link that is logged in. */
class OpenChannel {
  readonly #link: ZmtpLink;
  readonly #requests: RequestChannel;

  private constructor(link: ZmtpLink, requests: RequestChannel) {
    this.#link = link;
    this.#requests = requests;
  }

  static async open({ settings, servers, platform }: ConnectionContext): Promise<OpenChannel> {
    const { security, connectTimeoutMs, pingIntervalMs, pingTimeoutMs, requestTimeoutMs, username, token } = settings;
    // The broker that the client is at.
    const endpoint = requestsAt(servers.current);
    const { signal } = new AbortController();
    let link: ZmtpLink | null = null;
    const requests = new RequestChannel(() => link!, requestTimeoutMs, platform.allocate);
    const target = { ...endpoint, security, socketType: 'DEALER', timeoutMs: connectTimeoutMs } as const;
    link = await ZmtpLink.open({ ...target, pingIntervalMs, pingTimeoutMs, signal }, platform, {
      onMessage: (buf, span) => requests.onMessage(buf, span),
      onClose: (error) => {
        for (const pending of requests.end(error)) pending.settle(error);
      },
    });
    const payload = utf8Bytes(JSON.stringify({ username, token } satisfies AuthRequest));
    try {
      await requests.request({ type: MessageType.auth, username, payload });
    } catch (error) {
      link.close(error as Error);
      throw error;
    }
    return new OpenChannel(link, requests);
  }

  ask(question: HistoryQuestion, username: string): Promise<Uint8Array> {
    const payload = utf8Bytes(JSON.stringify({ type: 'history', ...question }));
    return this.#requests.requestBytes({ type: MessageType.query, format: FormatCode.string, username, payload });
  }

  close(): void {
    this.#link.close(new NotConnectedError('the connection for history was closed'));
  }
}

/** The length of the listing as a u32, the listing as JSON, then the messages. Throws a PulseMQError `PMQ_PROTOCOL`. */
function answerOf(payload: Uint8Array): HistoryAnswer {
  const end = payload.length < 4 ? 0 : 4 + readU32(payload, 0);
  if (end === 0 || end > payload.length) throw protocolError('an answer with history is cut off');
  try {
    const listing = JSON.parse(utf8Text(payload, 4, end)) as HistoryListing;
    return { listing, messages: payload.subarray(end) };
  } catch (error) {
    throw protocolError(`an answer with history is not JSON: ${(error as Error).message}`);
  }
}
