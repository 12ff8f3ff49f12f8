import type { Batch } from '../batch/batch.js';
import { messageEnd } from '../batch/message-walk.js';
import type { Backlog, GivenUp, QueuedBatch } from './backlog.js';

interface Entry {
  readonly batch: Batch;
  start: number;
  messageCount: number;
}

/** Taken entries past which the array is compacted. */
const compactAfterCount = 1_024;

/**
 * References to shared batches, first in first out. The array is compacted now and then, since `shift` on a long array costs its
 * length.
 */
export class FifoBacklog implements Backlog {
  #entries: Entry[] = [];
  #head = 0;
  heldBytes = 0;
  messageCount = 0;

  get isEmpty(): boolean {
    return this.#head === this.#entries.length;
  }

  get oldestUs(): number {
    return this.#entries[this.#head]?.batch.readAtUs ?? 0;
  }

  push(batch: Batch): void {
    this.#entries.push({ batch, start: 0, messageCount: batch.messageCount });
    this.heldBytes += batch.heldBytes;
    this.messageCount += batch.messageCount;
  }

  shift(): QueuedBatch | undefined {
    const entry = this.#entries[this.#head];
    if (entry === undefined) return undefined;
    this.#head++;
    this.heldBytes -= entry.batch.heldBytes;
    this.messageCount -= entry.messageCount;
    if (this.isEmpty || (this.#head > compactAfterCount && this.#head * 2 > this.#entries.length)) this.#compact();
    return entry;
  }

  giveUp(maxCount: number): GivenUp | undefined {
    const entry = this.#entries[this.#head];
    if (entry === undefined) return undefined;
    if (entry.messageCount <= maxCount) return { ...this.shift()!, isWhole: true };
    const { batch, start } = entry;
    for (let passed = 0; passed < maxCount; passed++) entry.start = messageEnd(batch.buffer, entry.start);
    entry.messageCount -= maxCount;
    this.messageCount -= maxCount;
    return { batch, start, messageCount: maxCount, isWhole: false };
  }

  #compact(): void {
    this.#entries = this.isEmpty ? [] : this.#entries.slice(this.#head);
    this.#head = 0;
  }
}
