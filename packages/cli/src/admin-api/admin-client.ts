import type { ApiNamespace, ApiTopic, ApiUser } from '@pulsemq/protocol';
import type { CommandRun } from '../command-run.js';
import { CommandError, ExitCode } from '../exit-code.js';
import { didYouMean } from '../names/closest-name.js';
import { warning } from '../output/notices.js';
import { type AdminFlags, adminUrlOf } from './admin-address.js';
import { type AdminCa, adminCa } from './admin-ca.js';
import { type AdminCall, AdminRefusal, brokenAnswer, sendAdminCall } from './admin-request.js';
import { logIn, passwordAtHand } from './log-in.js';
import { endLogIn, savedLogIn } from './login-file.js';
import { type Query, withQuery } from './query.js';

const notStored =
  'the change acts at this broker, but the database cannot be written: it is stored later, and other brokers act on it only then';

/** Rows per request; the API allows no more. */
const pageCount = 1_000;

/** The HTTP API of one broker. Logs in when needed, if a username and password are available. */
export class AdminClient {
  readonly run: CommandRun;
  readonly adminUrl: string;
  readonly #flags: AdminFlags;
  readonly #signal: AbortSignal;
  /** Learned once: a log-in that has ended is forgotten, and the next one needs it. */
  readonly #trusted: AdminCa;

  constructor(run: CommandRun, flags: AdminFlags, signal: AbortSignal) {
    this.run = run;
    this.adminUrl = adminUrlOf(run, flags);
    this.#flags = flags;
    this.#trusted = adminCa(run, flags, this.adminUrl);
    this.#signal = signal;
  }

  /** Aborts when the command is to end. */
  get signal(): AbortSignal {
    return this.#signal;
  }

  async get<Result>(path: string, query: Query = {}): Promise<Result> {
    return bodyOf(await this.open('GET', withQuery(path, query)));
  }

  async send<Result>(method: 'POST' | 'PUT' | 'DELETE', path: string, body?: object): Promise<Result> {
    const response = await this.open(method, path, body);
    const result = await bodyOf<Result & { readonly stored?: boolean }>(response);
    if (response.status === 202 && result.stored === false) warning(this.run, notStored);
    return result;
  }

  /** The rows of a list, read page by page, up to a limit. */
  async list<Row>(path: string, query: Query = {}, limit = Number.POSITIVE_INFINITY): Promise<Row[]> {
    const rows: Row[] = [];
    for (;;) {
      const wanted = Math.min(pageCount, limit - rows.length);
      const page = await this.get<Row[]>(path, { ...query, limit: wanted, offset: rows.length });
      rows.push(...page);
      if (page.length < wanted || rows.length >= limit) return rows;
    }
  }

  async userNamed(username: string): Promise<ApiUser> {
    return this.#named<ApiUser>('user', username, 'pulsemq user list', '/api/users', (one) => one.username);
  }

  async namespaceNamed(name: string): Promise<ApiNamespace> {
    return this.#named<ApiNamespace>('namespace', name, 'pulsemq ns list', '/api/namespaces', (one) => one.name);
  }

  /** The topic of exactly this name in a namespace. */
  async topicNamed(namespace: string, name: string): Promise<ApiTopic> {
    const found = await this.list<ApiTopic>('/api/topics', { namespace, text: name });
    const topic = found.find((one) => one.name === name);
    if (topic !== undefined) return topic;
    await this.namespaceNamed(namespace);
    const others = await this.list<ApiTopic>('/api/topics', { namespace }, pageCount);
    const names = others.map((one) => `${namespace}:${one.name}`);
    const typed = `${namespace}:${name}`;
    throw unknownName(`topic ${JSON.stringify(typed)}`, typed, names, `pulsemq topic list '${namespace}:>'`);
  }

  /** The API searches for a part of the name; this picks the row with exactly that name. */
  async #named<Row>(
    kind: string,
    name: string,
    listing: string,
    path: string,
    nameOf: (row: Row) => string,
  ): Promise<Row> {
    const found = (await this.list<Row>(path, { text: name })).find((row) => nameOf(row) === name);
    if (found !== undefined) return found;
    const names = (await this.list<Row>(path, {}, pageCount)).map(nameOf);
    throw unknownName(`${kind} ${JSON.stringify(name)}`, name, names, listing);
  }

  /**
   * Sends a call with the saved log-in. Without one, or when the broker no longer accepts it, logs in first. Throws a CommandError when
   * there is no username and password to log in with. `answerWithinMs`: time the broker has to begin its answer; 15 s without it.
   */
  async open(method: AdminCall['method'], path: string, body?: object, answerWithinMs?: number): Promise<Response> {
    const saved = this.#flags.credentials === undefined ? savedLogIn(this.run, this.adminUrl) : undefined;
    const call = {
      method,
      path,
      ...(body !== undefined && { body }),
      ...(answerWithinMs !== undefined && { answerWithinMs }),
      ca: this.#trusted.ca,
      signal: this.#signal,
    };
    if (saved !== undefined) {
      try {
        return await sendAdminCall(this.adminUrl, { ...call, token: saved.token });
      } catch (error) {
        // 401: the log-in was ended, or the broker has another database.
        if (!(error instanceof AdminRefusal) || error.status !== 401) throw error;
        endLogIn(this.run, this.adminUrl);
      }
    }
    return sendAdminCall(this.adminUrl, { ...call, token: await this.#freshToken(saved !== undefined) });
  }

  async #freshToken(hasEnded: boolean): Promise<string> {
    const atHand = passwordAtHand(this.run, this.adminUrl, this.#flags);
    if (atHand !== undefined)
      return (await logIn(this.run, this.adminUrl, { ...atHand, ...this.#trusted }, this.#signal)).token;
    const state = hasEnded ? 'the log-in has ended' : 'not logged in';
    throw new CommandError(
      ExitCode.unauthenticated,
      `${state} at ${this.adminUrl}; run: pulsemq login --admin-url ${this.adminUrl}`,
    );
  }
}

async function bodyOf<Result>(response: Response): Promise<Result> {
  try {
    return (await response.json()) as Result;
  } catch (error) {
    throw brokenAnswer(error);
  }
}

/** The error for a name that does not exist. Says which one was probably meant, else which command lists them. */
function unknownName(what: string, typed: string, names: readonly string[], listing: string): CommandError {
  const hint = didYouMean(typed, names) || `; the command "${listing}" shows them`;
  return new CommandError(ExitCode.refused, `there is no ${what}${hint}`);
}
