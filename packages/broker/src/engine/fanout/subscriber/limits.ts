/** What one subscriber, and all of them together, may have waiting. */
export interface BacklogLimits {
  /** Bytes waiting for one subscriber; past it the oldest messages are dropped. */
  readonly outboxBytes: number;
  /** Messages waiting for one subscriber that has stopped draining. */
  readonly outboxMessageCount: number;
  /** Bytes waiting for all subscribers together; shared batches count once. */
  readonly outboxTotalBytes: number;
}

/**
 * A subscriber has stopped reading when no write to it has completed for this time. A reader at 4 MB/s needs one second for what the
 * kernel holds for it; a busy one needs a hundredth of that for a slab.
 */
export const stalledAfterMs = 1_000;

/**
 * Bytes written to one socket in one turn of the loop. Without this limit a 10 MB message to a fast reader holds up every tick behind
 * it for the milliseconds its writes take.
 */
export const writeBudgetBytes = 262_144;

/** The same while only large messages go out: fewer and longer writes carry a large message in two thirds of the time. */
export const largeWriteBudgetBytes = 1_048_576;

/** When no small message has gone out for this time, a long write holds up no tick. */
export const onlyLargeAfterMs = 20;
