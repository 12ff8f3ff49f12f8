import { demandPasswordChange, expire, session } from '../state/session.js';
import { ApiFailure, failureOf, unreachable } from './api-failure.js';

export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

export interface RequestOptions {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly query?: Query | undefined;
  readonly body?: unknown;
  readonly signal?: AbortSignal | undefined;
}

/** A path with its query. Undefined and empty values are left out. */
export function pathOf(path: string, query: Query = {}): string {
  const words = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== '') words.set(name, String(value));
  }
  const text = words.toString();
  return text === '' ? path : `${path}?${text}`;
}

/** The answer to every request until the next log-in. Pages poll every few seconds, so it is given here instead of by the broker. */
const ended = (): ApiFailure =>
  new ApiFailure(401, { error: 'this log-in has ended', code: 'NOT_AUTHENTICATED', request_id: '' });

/**
 * One request with the token of the log-in. Throws `ApiFailure`. A refused token ends the log-in but keeps the page; the answer
 * `PASSWORD_CHANGE_REQUIRED` opens the change of password.
 */
export async function send(path: string, options: RequestOptions = {}): Promise<Response> {
  const now = session.get();
  if (now.state === 'expired' && path !== '/login') throw ended();
  const token = now.state === 'in' ? now.token : undefined;
  const headers = new Headers();
  if (token !== undefined) headers.set('Authorization', `Bearer ${token}`);
  if (options.body !== undefined) headers.set('Content-Type', 'application/json');
  const response = await fetch(pathOf(`.${path}`, options.query), {
    method: options.method ?? 'GET',
    headers,
    ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
    signal: options.signal ?? null,
    cache: 'no-store',
  }).catch((cause: unknown) => {
    throw unreachable(cause);
  });
  if (response.ok) return response;
  const failure = await failureOf(response);
  if (failure.status === 401 && token !== undefined) expire(token);
  if (failure.code === 'PASSWORD_CHANGE_REQUIRED') demandPasswordChange();
  throw failure;
}

/** The JSON body of an answer. */
export async function ask<Reply>(path: string, options: RequestOptions = {}): Promise<Reply> {
  const response = await send(path, options);
  return (await response.json()) as Reply;
}

export interface Page<Row> {
  readonly rows: readonly Row[];
  /** Count of all rows, not only of this page. */
  readonly total: number;
}

/** One page of a list, with the count of all rows. */
export async function askPage<Row>(path: string, options: RequestOptions = {}): Promise<Page<Row>> {
  const response = await send(path, options);
  const rows = (await response.json()) as readonly Row[];
  const total = Number(response.headers.get('X-Total-Count') ?? rows.length);
  return { rows, total: Number.isFinite(total) ? total : rows.length };
}

const listPage = 1000;

/** A whole list, page after page. For lists of a size that administrators maintain by hand: users, namespaces, grants. */
export async function askAll<Row>(path: string, options: RequestOptions = {}): Promise<readonly Row[]> {
  const all: Row[] = [];
  for (;;) {
    const query = { ...options.query, limit: listPage, offset: all.length };
    const { rows, total } = await askPage<Row>(path, { ...options, query });
    all.push(...rows);
    if (rows.length === 0 || all.length >= total) return all;
  }
}
