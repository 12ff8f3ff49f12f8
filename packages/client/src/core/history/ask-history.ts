import { checkPattern, ErrorCode, NotConnectedError, PulseMQError, TimeoutError } from '@pulsemq/protocol';
import { DataFrame, lazyCodecs } from '#codecs';
import { abortError, withEither } from '../abort.js';
import type { HttpAnswer } from '../http-get.js';
import { namespaceOf } from '../names.js';
import type { Settings } from '../options.js';
import type { Platform } from '../platform.js';
import type { ServerAddress } from '../servers.js';
import { historyError } from './history-error.js';
import { type HistoryOptions, historyQuery, timeoutOf } from './history-options.js';

/** Port of the HTTP API of a broker that is not configured otherwise. */
const apiPort = 8080;

/** Past messages as rows, or bars of their prices. */
export interface HistoryRows {
  /** The rows, oldest first. `data.rows()` has them as objects, `data.table()` as an Arrow table. */
  readonly data: DataFrame;
  /** There are more rows than the limit. */
  readonly hasMore: boolean;
}

/** Asks the HTTP API of a broker for the history of a topic or pattern. Rejects with a PulseMQError. */
export async function askHistory(
  { get }: Pick<Platform, 'get'>,
  settings: Settings,
  server: ServerAddress,
  names: { readonly namespace: string; readonly pattern: string },
  options: HistoryOptions,
): Promise<HistoryRows> {
  const namespace = namespaceOf(names.namespace, 'pattern', names.pattern, checkPattern);
  const query = historyQuery(namespace, names.pattern, options);
  const apiUrl = apiUrlOf(settings, server);
  const { headers, tls } = { headers: headersOf(settings), tls: tlsOf(settings) };
  const answer = await inTime(options, apiUrl, (signal) =>
    get({ url: `${apiUrl}/api/history?${query}`, headers, tls, signal }),
  );
  if (answer.status !== 200) throw historyError(apiUrl, answer);
  await lazyCodecs?.load();
  return { data: DataFrame.fromArrow(answer.body), hasMore: answer.header('x-has-more') === 'true' };
}

function apiUrlOf({ apiUrl, security }: Settings, { host, url }: ServerAddress): string {
  if (apiUrl !== null) return apiUrl;
  if (security.curve !== null) {
    throw new PulseMQError(ErrorCode.badOption, 'history is read over HTTP, which CURVE does not encrypt: give apiUrl');
  }
  const isEncrypted = security.tls !== null || url?.startsWith('wss:') === true;
  return `${isEncrypted ? 'https' : 'http'}://${host.includes(':') ? `[${host}]` : host}:${apiPort}`;
}

function headersOf({ username, token }: Settings): Record<string, string> {
  if (token === '') {
    throw new PulseMQError(
      ErrorCode.badOption,
      'history is read with a token, and this client has a key only: give token',
    );
  }
  const bytes = new TextEncoder().encode(`${username}:${token}`);
  return { authorization: `Basic ${btoa(String.fromCharCode(...bytes))}` };
}

function tlsOf({ apiUrl, security }: Settings): { ca?: string | Uint8Array; serverName?: string } {
  const { ca, serverName } = security.tls ?? {};
  // The name is for the broker's own host.
  return { ...(ca !== undefined && { ca }), ...(apiUrl === null && serverName !== undefined && { serverName }) };
}

async function inTime(
  options: HistoryOptions,
  apiUrl: string,
  call: (signal: AbortSignal) => Promise<HttpAnswer>,
): Promise<HttpAnswer> {
  const timeoutMs = timeoutOf(options);
  const { signal } = options;
  const late = AbortSignal.timeout(timeoutMs);
  try {
    return await withEither(signal === undefined ? [late] : [signal, late], call);
  } catch (error) {
    if (signal?.aborted === true) throw abortError(signal);
    if (late.aborted) throw new TimeoutError(`no whole answer of ${apiUrl} within ${timeoutMs} ms (timeoutMs)`);
    const { message } = error as Error;
    throw new NotConnectedError(`the HTTP API at ${apiUrl} cannot be read: ${message}`, { cause: error });
  }
}
