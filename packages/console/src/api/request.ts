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

/** Aborted when the viewer logs out, with the token of that log-in. Pages poll, and a request that reaches the broker later is refused. */
let pages = new AbortController();
let lastToken: string | undefined;

/** The last request of a log-in: it stops all others, and the pages get none until the next log-in. Throws as `send`. */
export async function sendLast(path: string): Promise<void> {
  const now = session.get();
  lastToken = now.state === 'in' ? now.token : undefined;
  pages.abort();
  pages = new AbortController();
  await answered(path, { method: 'POST' }, lastToken);
}

/** The answer to every request until the next log-in. Pages poll every few seconds, so it is given here instead of by the broker. */
const ended = (): ApiFailure =>
  new ApiFailure(401, { error: 'this log-in has ended', code: 'NOT_AUTHENTICATED', request_id: '' });

/** Requests whose answer has not begun. */
const underWay = new Set<Promise<unknown>>();
/** Resolves when the request that runs alone has ended; null without one. */
let alone: Promise<void> | null = null;

function tracked<Result>(work: Promise<Result>): Promise<Result> {
  const done = (): void => void underWay.delete(settled);
  const settled: Promise<unknown> = work.then(done, done);
  underWay.add(settled);
  return work;
}

/**
 * A request after which the present token is refused, such as a change of password: it waits for the answers of those before it, and those
 * after it wait for `take`, which enters with the new token. Throws as `send`.
 */
export async function askAlone<Reply>(path: string, body: object, take: (reply: Reply) => void): Promise<void> {
  while (alone !== null) await alone;
  let release = (): void => {};
  alone = new Promise((resolve) => (release = resolve));
  try {
    await Promise.all(underWay);
    take((await (await sendNow(path, { method: 'POST', body })).json()) as Reply);
  } finally {
    alone = null;
    release();
  }
}

/**
 * One request with the token of the log-in. Throws `ApiFailure`. A refused token ends the log-in but keeps the page; the answer
 * `PASSWORD_CHANGE_REQUIRED` opens the change of password.
 */
export async function send(path: string, options: RequestOptions = {}): Promise<Response> {
  while (alone !== null) await alone;
  return tracked(sendNow(path, options));
}

async function sendNow(path: string, options: RequestOptions): Promise<Response> {
  const now = session.get();
  if (now.state !== 'in' && path !== '/login') throw ended();
  const token = now.state === 'in' ? now.token : undefined;
  if (token !== undefined && token === lastToken) throw ended();
  const { signal } = pages;
  const signals = options.signal == null ? signal : AbortSignal.any([signal, options.signal]);
  return whileLoggedIn(() => answered(path, { ...options, signal: signals }, token));
}

/** Runs a request, or the reading of its answer. A log-out ends it as a refusal of the broker would. */
export async function whileLoggedIn<Result>(work: () => Promise<Result>): Promise<Result> {
  const { signal } = pages;
  try {
    return await work();
  } catch (failure) {
    throw signal.aborted ? ended() : failure;
  }
}

async function answered(path: string, options: RequestOptions, token: string | undefined): Promise<Response> {
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
export function ask<Reply>(path: string, options: RequestOptions = {}): Promise<Reply> {
  return whileLoggedIn(async () => (await (await send(path, options)).json()) as Reply);
}

export interface Page<Row> {
  readonly rows: readonly Row[];
  /** Count of all rows, not only of this page. */
  readonly total: number;
}

/** One page of a list, with the count of all rows. */
export async function askPage<Row>(path: string, options: RequestOptions = {}): Promise<Page<Row>> {
  const [response, rows] = await whileLoggedIn(async () => {
    const answer = await send(path, options);
    return [answer, (await answer.json()) as readonly Row[]] as const;
  });
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
