import { ErrorCode, PulseMQError } from '@pulsemq/protocol';
import type { ClientOptions, ReconnectOptions } from './client-options.js';
import { badOption, integer, oneOf, text } from './option-checks.js';
import { hasClientKey, type SecuritySettings, securityOf } from './security-options.js';
import { serversOf } from './server-options.js';
import type { ServerAddress } from './servers.js';

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
