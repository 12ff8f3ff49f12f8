import type { Batch } from './batch/batch.js';
import type { ValueSource } from './batch/stored-value.js';

/**
 * A conflating subscriber that lags: it takes note of topics with news instead of taking their messages. `note` and `settle` come before the
 * message is counted and becomes the last value.
 */
export interface NewsTaker {
  /** A topic gets one more message. */
  note(source: ValueSource): void;
  /** A topic has messages beyond its first `baseCount` ones that this subscriber has not got. */
  noteSince(source: ValueSource, baseCount: number): void;
  /** A topic gets a message that must not replace its pending value: that value waits as a whole message from now on. */
  settle(source: ValueSource): void;
  /** Queues the message that must not be conflated, after `settle`. */
  takeWhole(batch: Batch): void;
  /** Writes what waits. A paced group calls it at its ticks. */
  pumpNews(): void;
}
