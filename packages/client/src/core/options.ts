import { ErrorCode, PulseMQError } from '@pulsemq/protocol';

/** When and how a client connects again. */
export interface ReconnectOptions {
  /** Tries in a row before it gives up; `Infinity` never does. Default 10. */
  readonly maxTries?: number;
  /** Longest wait before the second try; doubles from then on. Default 1,000 ms. */
  readonly baseDelayMs?: number;
  /** No wait is longer. Default 30,000 ms. */
  readonly maxDelayMs?: number;
  /** Also keep trying when the very first connection fails. Default false. */
  readonly fromStart?: boolean;
}

/** How a PulseMQClient is made. */
export interface ClientOptions {
  /** Default `localhost`. */
  readonly host?: string;
  /** Default 5555. */
  readonly pubPort?: number;
  /** Default `pubPort` + 1. */
  readonly subPort?: number;
  /** Who one is there. */
  readonly username: string;
  /** What proves it; told to nobody but the broker, in no error and no event. */
  readonly token: string;
  /** Connect again when the connection is lost: true by default, with the defaults of ReconnectOptions. */
  readonly reconnect?: boolean | ReconnectOptions;
  /** Publishes that were unanswered when the connection broke: sent again with a mark, or failed. Default `fail`. */
  readonly inFlight?: 'fail' | 'retry';
  /** Connecting and logging in may take so long. Default 10,000 ms. */
  readonly connectTimeoutMs?: number;
  /** The broker must answer a request within this time. Default 30,000 ms. */
  readonly requestTimeoutMs?: number;
  /** After so much silence the broker is asked whether it is there. Default 10,000 ms. */
  readonly pingIntervalMs?: number;
  /** And must answer within this time. Default 3,000 ms. */
  readonly pingTimeoutMs?: number;
  /** Publishes that wait for a connection or an answer; past it `publish` rejects. Default 1,000,000. */
  readonly maxPendingCount?: number;
}

/** The options with nothing left out. */
export interface Settings {
  readonly host: string;
  readonly pubPort: number;
  readonly subPort: number;
  readonly username: string;
  readonly token: string;
  readonly reconnect: Required<ReconnectOptions> | null;
  readonly inFlight: 'fail' | 'retry';
  readonly connectTimeoutMs: number;
  readonly requestTimeoutMs: number;
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

/** A timer of Node's holds no more. */
const timeMaxMs = 2_147_483_647;

/** Checks the options and fills in defaults. Throws a PulseMQError `PMQ_BAD_OPTION` naming the option, its value and its range. */
export function settingsOf(options: ClientOptions): Settings {
  if (typeof options !== 'object' || options === null) throw badOption('options', typeof options, 'an object');
  const pubPort = integer('pubPort', options.pubPort ?? 5555, 1, 65_535);
  return {
    host: text('host', options.host ?? 'localhost'),
    pubPort,
    subPort: integer('subPort', options.subPort ?? pubPort + 1, 1, 65_535),
    username: text('username', options.username),
    token: text('token', options.token),
    reconnect: reconnectOf(options.reconnect ?? true),
    inFlight: oneOf('inFlight', options.inFlight ?? 'fail', ['fail', 'retry']),
    connectTimeoutMs: integer('connectTimeoutMs', options.connectTimeoutMs ?? 10_000, 1, timeMaxMs),
    requestTimeoutMs: integer('requestTimeoutMs', options.requestTimeoutMs ?? 30_000, 1, timeMaxMs),
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

export const badOption = (name: string, value: unknown, expected: string): PulseMQError =>
  new PulseMQError(ErrorCode.badOption, `${name} is ${shown(value)}, expected ${expected}`);

/** Anything may be given where no compiler looks; what is large or may hold secrets is not shown. */
function shown(value: unknown): string {
  if (value !== null && (typeof value === 'object' || typeof value === 'function')) return `of type ${typeof value}`;
  return typeof value === 'string' ? JSON.stringify(value) : String(value);
}

export function integer(name: string, value: number, min: number, max: number): number {
  if (Number.isInteger(value) && value >= min && value <= max) return value;
  throw badOption(name, value, `an integer from ${min} to ${max}`);
}

function text(name: string, value: string): string {
  if (typeof value === 'string' && value !== '') return value;
  throw badOption(name, name === 'token' ? typeof value : value, 'a text that is not empty');
}

export function oneOf<Word extends string | boolean>(name: string, value: Word, words: readonly Word[]): Word {
  if (words.includes(value)) return value;
  throw badOption(name, value, words.join(' or '));
}
