import { ErrorCode, PulseMQError } from '@pulsemq/protocol';
import { badOption, integer, oneOf, text } from './option-checks.js';
import {
  type CurveClientOptions,
  hasClientKey,
  type SecuritySettings,
  securityOf,
  type TlsOptions,
} from './security-options.js';
import { serversOf } from './server-options.js';
import type { ServerAddress } from './servers.js';

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

/** Checked options, with all defaults. */
export interface Settings {
  /** One or more. */
  readonly servers: readonly ServerAddress[];
  readonly username: string;
  /** Empty: the broker knows the user by a key. */
  readonly token: string;
  readonly security: SecuritySettings;
  /** Without a slash at the end; null: at the broker. */
  readonly apiUrl: string | null;
  /** Null: do not connect again. */
  readonly reconnect: Required<ReconnectOptions> | null;
  readonly inFlight: 'fail' | 'retry';
  readonly connectTimeoutMs: number;
  readonly requestTimeoutMs: number;
  readonly offlineTimeoutMs: number;
  readonly pingIntervalMs: number;
  readonly pingTimeoutMs: number;
  readonly maxPendingCount: number;
  readonly fillGaps: boolean | 'all';
}

const defaultReconnect: Required<ReconnectOptions> = {
  maxTries: 10,
  baseDelayMs: 1_000,
  maxDelayMs: 30_000,
  fromStart: false,
};

/** The longest delay of a timer in JavaScript. */
const timeMaxMs = 2_147_483_647;

/**
 * Checks options and adds the defaults. Throws a PulseMQError `PMQ_BAD_OPTION` that names the option, its value and its range. Without `hasTcp`,
 * as in a browser, brokers are named by URL only.
 */
export function settingsOf(options: ClientOptions, hasTcp = true): Settings {
  if (typeof options !== 'object' || options === null) throw badSecret('options', options, 'an object');
  const security = securityOf(options);
  return {
    servers: serversOf(options, hasTcp),
    username: text('username', options.username),
    token: options.token === undefined && hasClientKey(security) ? '' : tokenOf(options.token),
    security,
    apiUrl: options.apiUrl === undefined ? null : apiUrlOf(options.apiUrl),
    reconnect: reconnectOf(options.reconnect ?? true),
    inFlight: oneOf('inFlight', options.inFlight ?? 'fail', ['fail', 'retry']),
    connectTimeoutMs: integer('connectTimeoutMs', options.connectTimeoutMs ?? 10_000, 1, timeMaxMs),
    requestTimeoutMs: integer('requestTimeoutMs', options.requestTimeoutMs ?? 30_000, 1, timeMaxMs),
    offlineTimeoutMs: integer('offlineTimeoutMs', options.offlineTimeoutMs ?? 60_000, 1, timeMaxMs),
    pingIntervalMs: integer('pingIntervalMs', options.pingIntervalMs ?? 10_000, 1, timeMaxMs),
    pingTimeoutMs: integer('pingTimeoutMs', options.pingTimeoutMs ?? 3_000, 1, timeMaxMs),
    maxPendingCount: integer('maxPendingCount', options.maxPendingCount ?? 1_000_000, 1, Number.MAX_SAFE_INTEGER),
    fillGaps: oneOf('fillGaps', options.fillGaps ?? true, [true, false, 'all']),
  };
}

function apiUrlOf(given: string): string {
  const isUrl = typeof given === 'string' && URL.canParse(given) && /^https?:$/.test(new URL(given).protocol);
  if (isUrl) return given.replace(/\/+$/, '');
  throw badOption('apiUrl', given, 'an address such as http://localhost:8080');
}

function reconnectOf(given: boolean | ReconnectOptions): Required<ReconnectOptions> | null {
  if (given === false) return null;
  if (given === true) return defaultReconnect;
  if (typeof given !== 'object' || given === null) throw badOption('reconnect', given, 'true, false or an object');
  const options = { ...defaultReconnect, ...given };
  if (options.maxTries !== Number.POSITIVE_INFINITY) integer('reconnect.maxTries', options.maxTries, 1, 1e9);
  integer('reconnect.baseDelayMs', options.baseDelayMs, 1, timeMaxMs);
  oneOf('reconnect.fromStart', options.fromStart, [true, false]);
  integer('reconnect.maxDelayMs', options.maxDelayMs, options.baseDelayMs, timeMaxMs);
  return options;
}

function tokenOf(value: string | undefined): string {
  if (value === '') throw badOption('token', value, 'a string that is not empty');
  if (typeof value === 'string') return value;
  throw badSecret('token', value, 'a string that is not empty');
}

/** The error for an option whose value may be a secret: only its type is shown. */
const badSecret = (name: string, value: unknown, expected: string): PulseMQError =>
  new PulseMQError(ErrorCode.badOption, `${name} is of type ${typeof value}, expected ${expected}`);
