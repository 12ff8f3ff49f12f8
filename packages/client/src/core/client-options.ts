import type { CurveClientOptions, TlsOptions } from './security-options.js';

/** How a client connects again after a lost connection. */
export interface ReconnectOptions {
  /** Failed attempts in a row after which the client gives up: 1 or more, or `Infinity`. Default 10. */
  readonly maxTries?: number;
  /** Upper bound of the random wait before the first attempt to reconnect. It doubles with each attempt. Default 1,000 ms. */
  readonly baseDelayMs?: number;
  /** Upper bound of every wait. Default 30,000 ms. */
  readonly maxDelayMs?: number;
  /** Also retry if the first connection fails. Default false. */
  readonly fromStart?: boolean;
}

/** Options of a PulseMQClient. */
export interface ClientOptions {
  /**
   * Address of the broker's WebSockets, `ws://host:port/` or `wss://host:port/` with its publisher port, instead of `host` and the ports. A
   * browser connects in no other way; on Node it is for networks that let only HTTP through. The token never stands in it.
   */
  readonly url?: string;
  /** Name or address of the broker. Default `localhost`. */
  readonly host?: string;
  /** Request port of the broker. Default 5555. */
  readonly pubPort?: number;
  /** Subscriber port of the broker. Default `pubPort` + 1. */
  readonly subPort?: number;
  /**
   * Brokers that serve the same topics, instead of `host` and the ports: `host:pubPort`, or `host:pubPort/subPort` where the subscriber port is
   * not the next one, or addresses as in `url`. The client uses one of them, in a random order, and goes to another at once when it loses that one.
   */
  readonly servers?: readonly string[];
  /** Name of the user. */
  readonly username: string;
  /**
   * Token of the user. The client sends it to the broker only and never shows it in an error or event. With `curve.secretKey` or `tls.cert` it
   * may be left out: the broker then knows the user by that key.
   */
  readonly token?: string;
  /**
   * Address of the broker's HTTP API, which `history` reads: `http://host:8080`. Default: port 8080 of the broker, by https with `tls`. The token
   * goes there as it is, so use https for a broker on another machine. With `curve` it must be given.
   */
  readonly apiUrl?: string;
  /** Encrypt by TLS; with `wss://` it is on. True: the broker's certificate is checked against the authorities of the platform. Default false. */
  readonly tls?: boolean | TlsOptions;
  /** Encrypt by CURVE. Default: not. */
  readonly curve?: CurveClientOptions;
  /** Whether and how to connect again. Default true: with the defaults of ReconnectOptions. */
  readonly reconnect?: boolean | ReconnectOptions;
  /** Unanswered publishes of a lost connection: `fail` rejects them, `retry` sends them again, marked `maybeDuplicate`. Default `fail`. */
  readonly inFlight?: 'fail' | 'retry';
  /** Time to connect and log in. Default 10,000 ms. */
  readonly connectTimeoutMs?: number;
  /** Time for the broker to answer a request. Default 30,000 ms. */
  readonly requestTimeoutMs?: number;
  /** Time that a call waits for a connection while the client reconnects. Default 60,000 ms. */
  readonly offlineTimeoutMs?: number;
  /** Silence of the broker after which the client sends it a PING. Default 10,000 ms. */
  readonly pingIntervalMs?: number;
  /** Time for the broker to answer a PING. Default 3,000 ms. */
  readonly pingTimeoutMs?: number;
  /** Publishes that may wait for a connection or a reply. Past it `publish` rejects. Default 1,000,000. */
  readonly maxPendingCount?: number;
  /**
   * Missing messages are asked from the broker where it keeps history, and delivered in their place, marked `isRecovered`. What this
   * client has lost by the policy of a slow subscription is left out, but for `all`. Default true.
   */
  readonly fillGaps?: boolean | 'all';
}
