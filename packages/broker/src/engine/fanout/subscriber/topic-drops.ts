import type { Batch } from '../batch/batch.js';
import type { DeliverySource } from '../batch/delivery.js';
import { keyAt, messagesOf } from '../batch/message-walk.js';

/** Dropped messages by topic. A batch is walked only when messages of it are dropped; subscribers that drop all of it share one tally. */
export class TopicDrops {
  /** Messages by key (`namespace:topic`) since this was last taken. */
  #counts = new Map<string, number>();

  /** Counts `messageCount` messages of a batch, from the offset `start` on, as lost for one subscriber. */
  count(batch: Batch, start: number, messageCount: number): void {
    for (const [key, count] of sharedTally(batch, start, messageCount)) this.#add(key, count);
  }

  /** Counts one message of a topic as lost for one subscriber. */
  countOne({ keyView, keyStart }: DeliverySource): void {
    this.#add(keyAt(Buffer.from(keyView.buffer, keyView.byteOffset, keyView.byteLength), keyStart), 1);
  }

  /** Returns what was lost since the last call. */
  take(): ReadonlyMap<string, number> {
    const counts = this.#counts;
    if (counts.size > 0) this.#counts = new Map();
    return counts;
  }

  #add(key: string, count: number): void {
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + count);
  }
}

/** Most subscribers drop all of a batch; they share its tally. */
function sharedTally(batch: Batch, start: number, messageCount: number): Map<string, number> {
  if (messageCount !== batch.messageCount) return tallyOf(batch, start, messageCount);
  batch.tally ??= tallyOf(batch, start, messageCount);
  return batch.tally;
}

function tallyOf(batch: Batch, start: number, messageCount: number): Map<string, number> {
  const tally = new Map<string, number>();
  for (const { key } of messagesOf(batch, start, messageCount)) tally.set(key, (tally.get(key) ?? 0) + 1);
  return tally;
}
