import type { Backlog } from '../backlog/backlog.js';
import { ConflatingBacklog } from '../backlog/conflating-backlog.js';
import { FifoBacklog } from '../backlog/fifo-backlog.js';
import type { FanOut } from '../fan-out.js';
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
