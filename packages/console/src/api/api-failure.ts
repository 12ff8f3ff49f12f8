import type { ApiErrorBody } from '@pulsemq/protocol';

/** A request that did not succeed. `status` 0: nobody answered. */
export class ApiFailure extends Error {
  readonly status: number;
  readonly code: string;
  /** Stands in the broker's log; empty when nobody answered. */
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

  /** Nobody answered: the broker is away, or the network. */
  get isUnreachable(): boolean {
    return this.status === 0;
  }
}

const isErrorBody = (body: unknown): body is ApiErrorBody =>
  typeof body === 'object' && body !== null && typeof (body as ApiErrorBody).error === 'string';

/** The failure in an answer, also when a proxy on the way wrote it. */
export async function failureOf(response: Response): Promise<ApiFailure> {
  const body: unknown = await response.json().catch(() => null);
  if (isErrorBody(body)) return new ApiFailure(response.status, body);
  const error = `${response.status} ${response.statusText}`.trim();
  return new ApiFailure(response.status, { error, code: `HTTP_${response.status}`, request_id: '' });
}

/** `fetch` itself failed. Aborts stay aborts. */
export function unreachable(cause: unknown): Error {
  if (cause instanceof DOMException && cause.name === 'AbortError') return cause;
  return new ApiFailure(0, { error: String(cause), code: 'UNREACHABLE', request_id: '' });
}
