/** What one subscriber, and all together, may have waiting. */
export interface FanOutLimits {
  /** Bytes queued for one subscriber; past it the oldest messages are dropped. */
  readonly outboxBytes: number;
  /** Messages queued for one subscriber that has stopped draining. */
  readonly outboxMessageCount: number;
  /** Bytes queued for all subscribers together, shared batches counted once. */
  readonly outboxTotalBytes: number;
}

/**
 * A subscriber none of whose writes completed for so long has stopped reading. One second is the time a reader at 4 MB/s
 * needs for what the kernel holds for it, and a hundred times what a busy one needs for a slab.
 */
export const stalledAfterMs = 1_000;

/**
 * Bytes written to one socket in one turn of the loop before others get theirs. Without it a 10 MB message to a fast
 * reader would hold up every tick behind it for the milliseconds its writes take.
 */
export const writeBudgetBytes = 262_144;

/**
 * The same while nothing but large messages goes out: fewer and longer writes carry a large message in two thirds of the time.
 */
export const largeWriteBudgetBytes = 1_048_576;

/** Nothing small has gone out for so long: nobody waits behind a long write. */
export const onlyLargeAfterMs = 20;
