import type { ApiErrorBody } from '@pulsemq/protocol';
import { CommandError, ExitCode } from '../exit-code.js';
import { fetchTrusting } from './https-fetch.js';

/** Time the broker has to begin its answer, unless a call gives it longer. */
const defaultAnswerMs = 15_000;

/** A user of the broker and its token. */
export interface TokenUser {
  readonly username: string;
  readonly token: string;
}

/** One call of the HTTP API. */
export interface AdminCall {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Including the query. */
  readonly path: string;
  readonly body?: unknown;
  /** The token of a log-in. */
  readonly token?: string;
  /** Name and token of a user, for the routes that take them in place of a log-in. */
  readonly user?: TokenUser;
  /** Authorities to trust for https, PEM; undefined for those of the system. */
  readonly ca?: string | undefined;
  /** Time the broker has to begin its answer. */
  readonly answerWithinMs?: number;
  readonly signal: AbortSignal;
}

/** An error answer of the HTTP API. */
export class AdminRefusal extends CommandError {
  readonly status: number;
  /** Error code of the API, such as `NOT_FOUND`. */
  readonly code: string;

  constructor(status: number, body: ApiErrorBody) {
    super(exitCodeOfStatus[status] ?? ExitCode.refused, textOf(body));
    this.status = status;
    this.code = body.code;
  }
}

/** The error without the part of the request it is about, which means nothing to a user of the command line. */
const textOf = ({ error }: ApiErrorBody): string => error.replace(/^(body|query|params)\./, '');

const exitCodeOfStatus: Readonly<Record<number, ExitCode>> = {
  400: ExitCode.usage,
  401: ExitCode.unauthenticated,
  403: ExitCode.denied,
};

/** Sends a call. Throws an AdminRefusal for an error answer, and a CommandError when no answer begins in time. */
export async function sendAdminCall(adminUrl: string, call: AdminCall): Promise<Response> {
  const { method, path, body, ca, signal, answerWithinMs = defaultAnswerMs } = call;
  const authorization = authorizationOf(call);
  // Not AbortSignal.timeout: that would also cut an answer that has begun, such as a stream.
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(new Error(`no answer within ${answerWithinMs / 1_000} s`)), answerWithinMs);
  let response: Response;
  try {
    const url = `${adminUrl}${path}`;
    const request = {
      method,
      headers: {
        ...(authorization !== undefined && { authorization }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: AbortSignal.any([signal, late.signal]),
    };
    if (ca !== undefined && url.startsWith('https:')) response = await fetchTrusting(url, ca, request);
    else response = await fetch(url, { ...request, redirect: 'error' });
  } catch (error) {
    throw new CommandError(
      ExitCode.unreachable,
      `cannot reach the HTTP API at ${adminUrl}: ${causeOf(error)}${adviceOn(error)}`,
      {
        cause: error,
      },
    );
  } finally {
    clearTimeout(timer);
  }
  if (!response.ok) throw new AdminRefusal(response.status, await refusalOf(response, adminUrl));
  return response;
}

function authorizationOf({ token, user }: AdminCall): string | undefined {
  if (user === undefined) return token === undefined ? undefined : `Bearer ${token}`;
  return `Basic ${Buffer.from(`${user.username}:${user.token}`, 'utf8').toString('base64')}`;
}

/** The error for a connection that broke in the middle of an answer. */
export const brokenAnswer = (cause: unknown): CommandError =>
  new CommandError(ExitCode.unreachable, `the connection to the HTTP API broke: ${causeOf(cause)}`, { cause });

/** The message of fetch is always "fetch failed"; its cause has the reason. */
function causeOf(error: unknown): string {
  const { message, cause } = error as Error;
  if (!(cause instanceof Error)) return message;
  return cause.message || String((cause as NodeJS.ErrnoException).code);
}

/** What to do about an error of the connection that has one usual cause. */
function adviceOn(error: unknown): string {
  const { code } = ((error as Error).cause ?? {}) as NodeJS.ErrnoException;
  if (code !== undefined && /SELF_SIGNED|UNABLE_TO_/.test(code)) {
    return '; give its authority, or the certificate itself, by --tls-ca or PULSEMQ_TLS_CA';
  }
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return '; use a name of the certificate in --admin-url';
  return code === 'UND_ERR_SOCKET' ? '; does the broker speak HTTPS there? Then the address begins with https://' : '';
}

async function refusalOf(response: Response, adminUrl: string): Promise<ApiErrorBody> {
  const text = await response.text();
  try {
    const body = JSON.parse(text) as ApiErrorBody;
    if (typeof body.error === 'string') return body;
  } catch {
    // Not JSON, so another program answered; the text below says so.
  }
  return {
    error: `${adminUrl} answered ${response.status} and is not a PulseMQ broker; check the address`,
    code: '',
    request_id: '',
  };
}
