import type { Batch } from '../batch/batch.js';

/** A batch from `start` on. */
export interface QueuedBatch {
  readonly batch: Batch;
  /** Offset of the first byte that is still wanted; always at a message boundary. */
  readonly start: number;
  /** Messages from `start` on. */
  readonly messageCount: number;
  /** Messages before its first one were not taken, which that one must say. */
  readonly isAfterLoss?: boolean;
}

/** Messages that a backlog gave up. */
export interface GivenUp extends QueuedBatch {
  /** The backlog holds nothing more of this batch: its pin is the caller's now. */
  readonly isWhole: boolean;
}

/**
 * What waits for one subscriber while its socket takes nothing. The subscriber asks for the next bytes to write and decides when the
 * limits are exceeded; the backlog decides in which form messages wait and which of them go first.
 */
export interface Backlog {
  /** Bytes held: a slab counts with its capacity, since that is what it costs. */
  readonly heldBytes: number;
  readonly messageCount: number;
  readonly isEmpty: boolean;
  /** When the oldest waiting message was read, Unix microseconds; 0 when none waits. */
  readonly oldestUs: number;
  /** Appends messages. The caller has pinned their batch. */
  push(queued: QueuedBatch): void;
  /** Takes out what is to be written next, with its pin; undefined when nothing may be written now. */
  shift(): QueuedBatch | undefined;
  /** Gives up the oldest messages, at most `maxCount` of one batch; undefined when there is nothing to give up. */
  giveUp(maxCount: number): GivenUp | undefined;
}
