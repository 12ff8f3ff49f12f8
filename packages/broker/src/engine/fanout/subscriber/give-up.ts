import type { QueuedBatch } from '../backlog/backlog.js';
import type { FanOut } from '../fan-out.js';
import type { DropReason } from './drop-counts.js';
import type { Lag } from './lag.js';

/** Counts messages that were given up, before their batch may be used again. */
export type OnGivenUp = (entry: QueuedBatch, reason: DropReason) => void;

/** Gives up the oldest messages until a subscriber is within its limits. */
export function enforceLimits(lag: Lag, fanOut: FanOut, onGivenUp: OnGivenUp): void {
  const { outboxBytes, outboxMessageCount } = fanOut.limits;
  const { backlog, standing, news } = lag;
  while (backlog.heldBytes > outboxBytes) {
    if (!giveUp(lag, fanOut, Number.POSITIVE_INFINITY, 'outboxBytes', onGivenUp)) break;
  }
  // Topics with news are bounded by themselves.
  if (!standing.isStalled || news !== null) return;
  for (;;) {
    const excessCount = backlog.messageCount - outboxMessageCount;
    if (excessCount <= 0 || !giveUp(lag, fanOut, excessCount, 'hwm', onGivenUp)) return;
  }
}

/** Gives up the oldest messages, at most `maxCount` of one batch. False when there is nothing to give up. */
export function giveUp(lag: Lag, fanOut: FanOut, maxCount: number, reason: DropReason, onGivenUp: OnGivenUp): boolean {
  const given = lag.backlog.giveUp(maxCount);
  if (given === undefined) return false;
  onGivenUp(given, reason);
  if (given.isWhole) {
    lag.standing.lose(given.batch.heldBytes);
    fanOut.memory.unpin(given.batch);
  }
  return true;
}
