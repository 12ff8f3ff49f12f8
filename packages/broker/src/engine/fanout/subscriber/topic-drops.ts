import type { Batch } from '../batch/batch.js';
import { frameBody, messageEnd } from '../batch/message-walk.js';

/** Dropped messages by topic. A batch is walked only when messages of it are dropped; subscribers that drop all of it share one tally. */
export class TopicDrops {
  /** Messages by key (`namespace:topic`) since this was last taken. */
  #counts = new Map<string, number>();

  /** Counts `messageCount` messages of a batch, from the offset `start` on, as lost for one subscriber. */
  count(batch: Batch, start: number, messageCount: number): void {
    for (const [key, count] of sharedTally(batch, start, messageCount)) {
      this.#counts.set(key, (this.#counts.get(key) ?? 0) + count);
    }
  }

  /** Returns what was lost since the last call. */
  take(): ReadonlyMap<string, number> {
    const counts = this.#counts;
    if (counts.size > 0) this.#counts = new Map();
    return counts;
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
  const bytes = batch.chunks?.[0] ?? batch.buffer;
  let at = start;
  for (let index = 0; index < messageCount; index++) {
    const key = keyAt(bytes, at);
    tally.set(key, (tally.get(key) ?? 0) + 1);
    if (index + 1 < messageCount) at = messageEnd(bytes, at);
  }
  return tally;
}

/** The key, frame 0, of the message at `at`. A key is at most 131 bytes, so the frame has the short form. */
const keyAt = (bytes: Buffer, at: number): string => {
  const body = frameBody(bytes, at, 0);
  return bytes.toString('latin1', body, body + bytes[at + 1]!);
};
