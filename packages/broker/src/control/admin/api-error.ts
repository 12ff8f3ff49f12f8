/** An answer that is not a success. Handlers throw it; it becomes JSON with this status and code. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly details: readonly FieldProblem[] | undefined;
  /** For 429: seconds after which the caller may try again. */
  readonly retryAfterSeconds: number | undefined;

  constructor(
    status: number,
    code: string,
    message: string,
    more: { details?: readonly FieldProblem[]; retryAfterSeconds?: number } = {},
  ) {
    super(message);
    this.name = 'ApiError';
    this.status = status;
    this.code = code;
    this.details = more.details;
    this.retryAfterSeconds = more.retryAfterSeconds;
  }
}

/** A problem of one field of a request. */
export interface FieldProblem {
  /** Such as `body.name`. */
  readonly field: string;
  readonly problem: string;
}

export const badInput = (field: string, problem: string): ApiError =>
  new ApiError(400, 'BAD_INPUT', `${field}: ${problem}`, { details: [{ field, problem }] });

export const notFound = (what: string, id: number | string): ApiError =>
  new ApiError(404, 'NOT_FOUND', `there is no ${what} ${id}`);

export const forbidden = (message: string): ApiError => new ApiError(403, 'FORBIDDEN', message);
