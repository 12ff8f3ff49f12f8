import type { ApiErrorBody } from '@pulsemq/protocol';
import { CommandError, ExitCode } from '../exit-code.js';

/** The broker must answer within this time. */
const answerWithinMs = 15_000;

/** One call of the HTTP API. */
export interface AdminCall {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** With its query. */
  readonly path: string;
  readonly body?: unknown;
  readonly token?: string;
  readonly signal: AbortSignal;
}

/** A refusal of the HTTP API, with the exit code of its class. */
export class AdminRefusal extends CommandError {
  readonly status: number;
  /** The API's word, such as `NOT_FOUND`. */
  readonly code: string;

  constructor(status: number, body: ApiErrorBody) {
    super(exitCodeOfStatus[status] ?? ExitCode.refused, wordsOf(body));
    this.status = status;
    this.code = body.code;
  }
}

/** Where in a request something stood is nothing to somebody at a terminal. */
const wordsOf = ({ error }: ApiErrorBody): string => error.replace(/^(body|query|params)\./, '');

const exitCodeOfStatus: Readonly<Record<number, ExitCode>> = {
  400: ExitCode.usage,
  401: ExitCode.unauthenticated,
  403: ExitCode.denied,
};

/** Sends it. Throws an AdminRefusal, or a CommandError when nobody answers. */
export async function sendAdminCall(adminUrl: string, call: AdminCall): Promise<Response> {
  const { method, path, body, token, signal } = call;
  let response: Response;
  try {
    response = await fetch(`${adminUrl}${path}`, {
      method,
      headers: {
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      redirect: 'error',
      signal: AbortSignal.any([signal, AbortSignal.timeout(answerWithinMs)]),
    });
  } catch (error) {
    throw new CommandError(ExitCode.unreachable, `no HTTP API at ${adminUrl}: ${causeOf(error)}`, { cause: error });
  }
  if (!response.ok) throw new AdminRefusal(response.status, await refusalOf(response, adminUrl));
  return response;
}

/** The broker went away in the middle of an answer. */
export const brokenAnswer = (cause: unknown): CommandError =>
  new CommandError(ExitCode.unreachable, `the HTTP API broke off: ${causeOf(cause)}`, { cause });

/** What fetch says is always "fetch failed"; the reason is behind it. */
function causeOf(error: unknown): string {
  const { name, message, cause } = error as Error;
  if (name === 'TimeoutError') return `no answer within ${answerWithinMs / 1_000} s`;
  if (!(cause instanceof Error)) return message;
  return cause.message || String((cause as NodeJS.ErrnoException).code);
}

async function refusalOf(response: Response, adminUrl: string): Promise<ApiErrorBody> {
  const text = await response.text();
  try {
    const body = JSON.parse(text) as ApiErrorBody;
    if (typeof body.error === 'string') return body;
  } catch {
    // Something else than a broker answered: it has no words for us.
  }
  return { error: `${adminUrl} answered ${response.status} and is no PulseMQ broker`, code: '', request_id: '' };
}
