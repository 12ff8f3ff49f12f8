import type { ApiErrorBody } from '@pulsemq/protocol';
import { CommandError, ExitCode } from '../exit-code.js';

/** Time the broker has to answer. */
const answerWithinMs = 15_000;

/** One call of the HTTP API. */
export interface AdminCall {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Including the query. */
  readonly path: string;
  readonly body?: unknown;
  readonly token?: string;
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

/** Sends a call. Throws an AdminRefusal for an error answer, and a CommandError when there is no answer within 15 s. */
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
    throw new CommandError(ExitCode.unreachable, `cannot reach the HTTP API at ${adminUrl}: ${causeOf(error)}`, {
      cause: error,
    });
  }
  if (!response.ok) throw new AdminRefusal(response.status, await refusalOf(response, adminUrl));
  return response;
}

/** The error for a connection that broke in the middle of an answer. */
export const brokenAnswer = (cause: unknown): CommandError =>
  new CommandError(ExitCode.unreachable, `the connection to the HTTP API broke: ${causeOf(cause)}`, { cause });

/** The message of fetch is always "fetch failed"; its cause has the reason. */
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
    // Not JSON, so another program answered; the text below says so.
  }
  return {
    error: `${adminUrl} answered ${response.status} and is not a PulseMQ broker; check the address`,
    code: '',
    request_id: '',
  };
}
