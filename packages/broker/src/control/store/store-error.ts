/**
 * Why the store cannot be written, as `/ready` and the API call it. `STORE_BUSY`: our own writes take long, such as a large import.
 * `STORE_AWAY`: the server of the database cannot be reached.
 */
export type StoreProblemCode =
  | 'STORE_BUSY'
  | 'STORE_LOCKED'
  | 'STORE_FULL'
  | 'STORE_READ_ONLY'
  | 'STORE_AWAY'
  | 'STORE_FAILED';

/** The store could not be written or read. The message is the true cause, in one line for people. */
export class StoreError extends Error {
  readonly code: StoreProblemCode;

  constructor(code: StoreProblemCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'StoreError';
    this.code = code;
  }
}
