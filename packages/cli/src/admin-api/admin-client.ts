import type { ApiNamespace, ApiUser } from '@pulsemq/protocol';
import type { CommandRun } from '../command-run.js';
import { CommandError, ExitCode } from '../exit-code.js';
import { type AdminFlags, adminUrlOf } from './admin-address.js';
import { type AdminCall, AdminRefusal, brokenAnswer, sendAdminCall } from './admin-request.js';
import { logIn, passwordAtHand } from './log-in.js';
import { forgetLogIn, savedLogIn } from './login-file.js';

/** Rows per request; the API allows no more. */
const pageCount = 1_000;

type Query = Readonly<Record<string, string | number | boolean | undefined>>;

/** The HTTP API of one broker. Logs in when needed, if a username and password are available. */
export class AdminClient {
  readonly run: CommandRun;
  readonly adminUrl: string;
  readonly #flags: AdminFlags;
  readonly #signal: AbortSignal;

  constructor(run: CommandRun, flags: AdminFlags, signal: AbortSignal) {
    this.run = run;
    this.adminUrl = adminUrlOf(run, flags);
    this.#flags = flags;
    this.#signal = signal;
  }

  async get<Result>(path: string, query: Query = {}): Promise<Result> {
    return bodyOf(await this.open('GET', withQuery(path, query)));
  }

  async send<Result>(method: 'POST' | 'PUT' | 'DELETE', path: string, body?: object): Promise<Result> {
    return bodyOf(await this.open(method, path, body));
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
    const found = await this.list<ApiUser>('/api/users', { text: username });
    return named(
      found,
      (one) => one.username === username,
      `user ${JSON.stringify(username)}; the command "pulsemq user list" shows the users`,
    );
  }

  async namespaceNamed(name: string): Promise<ApiNamespace> {
    const found = await this.list<ApiNamespace>('/api/namespaces', { text: name });
    return named(
      found,
      (one) => one.name === name,
      `namespace ${JSON.stringify(name)}; the command "pulsemq ns list" shows the namespaces`,
    );
  }

  /**
   * Sends a call with the saved log-in. Without one, or when the broker no longer accepts it, logs in first. Throws a CommandError when
   * there is no username and password to log in with.
   */
  async open(method: AdminCall['method'], path: string, body?: object): Promise<Response> {
    const saved = this.#flags.credentials === undefined ? savedLogIn(this.run, this.adminUrl) : undefined;
    const call = { method, path, ...(body !== undefined && { body }), signal: this.#signal };
    if (saved !== undefined) {
      try {
        return await sendAdminCall(this.adminUrl, { ...call, token: saved.token });
      } catch (error) {
        // 401: the log-in was ended, or the broker has another database.
        if (!(error instanceof AdminRefusal) || error.status !== 401) throw error;
        forgetLogIn(this.run, this.adminUrl);
      }
    }
    return sendAdminCall(this.adminUrl, { ...call, token: await this.#freshToken(saved !== undefined) });
  }

  async #freshToken(hasEnded: boolean): Promise<string> {
    const atHand = passwordAtHand(this.run, this.adminUrl, this.#flags);
    if (atHand !== undefined) return (await logIn(this.run, this.adminUrl, atHand, this.#signal)).token;
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

function withQuery(path: string, query: Query): string {
  const given = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) given.set(name, String(value));
  return given.size === 0 ? path : `${path}?${given}`;
}

/** The API searches for a part of the name; this picks the row with exactly that name. */
function named<Row>(rows: readonly Row[], isIt: (row: Row) => boolean, what: string): Row {
  const found = rows.find(isIt);
  if (found === undefined) throw new CommandError(ExitCode.refused, `there is no ${what}`);
  return found;
}
