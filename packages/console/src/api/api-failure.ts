import type { ApiErrorBody } from '@pulsemq/protocol';

/** A request that failed. `status` is the HTTP status; 0 means that no answer came. */
export class ApiFailure extends Error {
  readonly status: number;
  readonly code: string;
  /** The broker's log has it too. Empty when no answer came. */
  readonly requestId: string;
  readonly details: NonNullable<ApiErrorBody['details']>;

  constructor(status: number, body: ApiErrorBody) {
    super(body.error);
    this.name = 'ApiFailure';
    this.status = status;
    this.code = body.code;
    this.requestId = body.request_id;
    this.details = body.details ?? [];
  }

  /** No answer came: the broker or the network is down. */
  get isUnreachable(): boolean {
    return this.status === 0;
  }
}

const isErrorBody = (body: unknown): body is ApiErrorBody =>
  typeof body === 'object' && body !== null && typeof (body as ApiErrorBody).error === 'string';

/** The failure in an answer. A proxy between may have written it, so the body need not be the broker's. */
export async function failureOf(response: Response): Promise<ApiFailure> {
  const body: unknown = await response.json().catch(() => null);
  if (isErrorBody(body)) return new ApiFailure(response.status, body);
  const error = `${response.status} ${response.statusText}`.trim();
  return new ApiFailure(response.status, { error, code: `HTTP_${response.status}`, request_id: '' });
}

/** The failure of `fetch` itself. An abort is returned unchanged. */
export function unreachable(cause: unknown): Error {
  if (cause instanceof DOMException && cause.name === 'AbortError') return cause;
  return new ApiFailure(0, { error: String(cause), code: 'UNREACHABLE', request_id: '' });
}
