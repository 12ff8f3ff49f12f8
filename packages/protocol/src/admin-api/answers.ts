/** Body of every answer with an error status. */
export interface ApiErrorBody {
  /** The error as a sentence for the user. */
  readonly error: string;
  /** The error as a stable code, such as `NOT_FOUND`. */
  readonly code: string;
  /** For bad input: one entry per bad field. */
  readonly details?: readonly { readonly field: string; readonly problem: string }[];
  /** The log has the same id. */
  readonly request_id: string;
}

/** Answer to a change that has no other result. */
export interface StatusReply {
  readonly status: string;
  /** False with status 202: the change acts, and is kept in a file until the store can be written. */
  readonly stored?: false;
}
