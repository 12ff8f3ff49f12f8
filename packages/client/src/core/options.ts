import { ErrorCode, PulseMQError } from '@pulsemq/protocol';

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
  /** Name or address of the broker. Default `localhost`. */
  readonly host?: string;
  /** Request port of the broker. Default 5555. */
  readonly pubPort?: number;
  /** Subscriber port of the broker. Default `pubPort` + 1. */
  readonly subPort?: number;
  /** Name of the user. */
  readonly username: string;
  /** Token of the user. The client sends it to the broker only and never shows it in an error or event. */
  readonly token: string;
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
}

/** Checked options, with all defaults. */
export interface Settings {
  readonly host: string;
  readonly pubPort: number;
  readonly subPort: number;
  readonly username: string;
  readonly token: string;
  /** Null: do not connect again. */
  readonly reconnect: Required<ReconnectOptions> | null;
  readonly inFlight: 'fail' | 'retry';
  readonly connectTimeoutMs: number;
  readonly requestTimeoutMs: number;
  readonly offlineTimeoutMs: number;
  readonly pingIntervalMs: number;
  readonly pingTimeoutMs: number;
  readonly maxPendingCount: number;
}

const defaultReconnect: Required<ReconnectOptions> = {
  maxTries: 10,
  baseDelayMs: 1_000,
  maxDelayMs: 30_000,
  fromStart: false,
};

/** The longest delay of a timer in JavaScript. */
const timeMaxMs = 2_147_483_647;

/** Checks options and adds the defaults. Throws a PulseMQError `PMQ_BAD_OPTION` that names the option, its value and its range. */
export function settingsOf(options: ClientOptions): Settings {
  if (typeof options !== 'object' || options === null) throw badSecret('options', options, 'an object');
  const pubPort = integer('pubPort', options.pubPort ?? 5555, 1, 65_535);
  return {
    host: text('host', options.host ?? 'localhost'),
    pubPort,
    subPort: integer('subPort', options.subPort ?? pubPort + 1, 1, 65_535),
    username: text('username', options.username),
    token: tokenOf(options.token),
    reconnect: reconnectOf(options.reconnect ?? true),
    inFlight: oneOf('inFlight', options.inFlight ?? 'fail', ['fail', 'retry']),
    connectTimeoutMs: integer('connectTimeoutMs', options.connectTimeoutMs ?? 10_000, 1, timeMaxMs),
    requestTimeoutMs: integer('requestTimeoutMs', options.requestTimeoutMs ?? 30_000, 1, timeMaxMs),
    offlineTimeoutMs: integer('offlineTimeoutMs', options.offlineTimeoutMs ?? 60_000, 1, timeMaxMs),
    pingIntervalMs: integer('pingIntervalMs', options.pingIntervalMs ?? 10_000, 1, timeMaxMs),
    pingTimeoutMs: integer('pingTimeoutMs', options.pingTimeoutMs ?? 3_000, 1, timeMaxMs),
    maxPendingCount: integer('maxPendingCount', options.maxPendingCount ?? 1_000_000, 1, Number.MAX_SAFE_INTEGER),
  };
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

/** The error for a bad option or argument. */
export const badOption = (name: string, value: unknown, expected: string): PulseMQError =>
  new PulseMQError(ErrorCode.badOption, `${name} is ${shownValue(value)}, expected ${expected}`);

/** The same for an option whose value may be a secret: only its type is shown. */
const badSecret = (name: string, value: unknown, expected: string): PulseMQError =>
  new PulseMQError(ErrorCode.badOption, `${name} is of type ${typeof value}, expected ${expected}`);

/** A value for an error text. Of objects only the type: they may be large or hold secrets. */
export function shownValue(value: unknown): string {
  if (value !== null && (typeof value === 'object' || typeof value === 'function')) return `of type ${typeof value}`;
  return typeof value === 'string' ? JSON.stringify(value) : String(value);
}

/** Returns an integer of the range, or throws a PulseMQError `PMQ_BAD_OPTION`. */
export function integer(name: string, value: number, min: number, max: number): number {
  if (Number.isInteger(value) && value >= min && value <= max) return value;
  throw badOption(name, value, `an integer from ${min} to ${max}`);
}

function text(name: string, value: string): string {
  if (typeof value === 'string' && value !== '') return value;
  throw badOption(name, value, 'a string that is not empty');
}

function tokenOf(value: string): string {
  if (value === '') throw badOption('token', value, 'a string that is not empty');
  if (typeof value === 'string') return value;
  throw badSecret('token', value, 'a string that is not empty');
}

/** Returns one of the words, or throws a PulseMQError `PMQ_BAD_OPTION`. */
export function oneOf<Word extends string | boolean>(name: string, value: Word, words: readonly Word[]): Word {
  if (words.includes(value)) return value;
  throw badOption(name, value, words.join(' or '));
}
