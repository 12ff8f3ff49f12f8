import type { Backlog } from '../backlog/backlog.js';
import { ConflatingBacklog } from '../backlog/conflating-backlog.js';
import { FifoBacklog } from '../backlog/fifo-backlog.js';
import type { Batch } from '../batch/batch.js';
import type { FanOut } from '../fan-out.js';
import type { BacklogLimits } from './limits.js';
import type { SlowPolicy } from './policy.js';
import { Standing } from './standing.js';
import type { SubscriberCounts } from './subscriber-counts.js';
import type { Writer } from './writer.js';

/** What a subscriber has while it lags. Ten thousand idle subscribers have none. */
export interface Lag {
  readonly backlog: Backlog;
  /** The same backlog if it conflates, else null. */
  readonly news: ConflatingBacklog | null;
  readonly standing: Standing;
}

export function newLag(
  policy: SlowPolicy,
  writer: Writer,
  { memory, clock, limits }: FanOut,
  counts: SubscriberCounts,
): Lag {
  const news = policy === 'conflate' ? new ConflatingBacklog(memory, clock, counts) : null;
  const backlog = news ?? new FifoBacklog();
  return { backlog, news, standing: new Standing(backlog, writer, limits, clock) };
}

/** Taking this batch would exceed a limit of one subscriber. */
export function wouldExceed({ backlog, standing }: Lag, batch: Batch, limits: BacklogLimits): boolean {
  if (batch.isMarker) return false;
  if (backlog.heldBytes + batch.heldBytes > limits.outboxBytes) return true;
  return standing.isStalled && backlog.messageCount + batch.messageCount > limits.outboxMessageCount;
}

/** Moves what waits, which is whole messages, to another backlog. */
export function moveBacklog(from: Backlog, to: Backlog): void {
  for (let entry = from.shift(); entry !== undefined; entry = from.shift()) to.push(entry);
}
