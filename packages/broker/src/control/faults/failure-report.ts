import type { Guard } from '../../guard.js';
import { errorText } from '../error-text.js';
import type { Logger } from '../logging/logging.js';
import { StoreError } from '../store/store-error.js';

/** Reports what work in the background threw. `where` names the work. */
export type FailureReport = (where: string, error: unknown) => void;

/** A store that cannot be written is one line in the log: its cause was logged with its stack once. Anything else is an error of ours. */
export const failureReport =
  (log: Logger, guard: Guard): FailureReport =>
  (where, error) => {
    if (error instanceof StoreError) log.warn(`${where} waits: ${errorText(error)}`);
    else guard.caught(where, error);
  };
