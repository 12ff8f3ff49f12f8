/** Every answer that is not a success. */
export interface ApiErrorBody {
  /** A sentence for people. */
  readonly error: string;
  /** A word for programs, such as `NOT_FOUND`. */
  readonly code: string;
  /** What exactly was wrong, for bad input: one entry for each field. */
  readonly details?: readonly { readonly field: string; readonly problem: string }[];
  /** Stands in the log beside what happened. */
  readonly request_id: string;
}

/** Answer to changes that have nothing to tell but that they happened. */
export interface StatusReply {
  readonly status: string;
}
