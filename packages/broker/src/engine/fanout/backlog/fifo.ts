import type { Batch } from '../batch/batch.js';

/** One entry: a batch from `start` on. */
export interface QueuedBatch {
  batch: Batch;
  /** Offset of the first byte that is still wanted; always at a message boundary. */
  start: number;
  /** Messages from `start` on. */
  messageCount: number;
}

/**
 * What waits for one subscriber: references to shared batches, first in first out. The array is compacted now and then
 * instead of shifted, since `shift` on a long array costs its length.
 */
export class Outbox {
  #entries: QueuedBatch[] = [];
  #head = 0;
  bytes = 0;
  messageCount = 0;

  get isEmpty(): boolean {
    return this.#head === this.#entries.length;
  }

  push(batch: Batch): void {
    this.#entries.push({ batch, start: 0, messageCount: batch.messageCount });
    this.bytes += batch.heldBytes;
    this.messageCount += batch.messageCount;
  }

  /** The oldest entry; undefined when empty. */
  peek(): QueuedBatch | undefined {
    return this.#entries[this.#head];
  }

  /** Takes the oldest entry out; undefined when empty. */
  shift(): QueuedBatch | undefined {
    const entry = this.#entries[this.#head];
    if (entry === undefined) return undefined;
    this.#head++;
    this.bytes -= entry.batch.heldBytes;
    this.messageCount -= entry.messageCount;
    if (this.#head === this.#entries.length) this.#clear();
    else if (this.#head > 1024 && this.#head * 2 > this.#entries.length) this.#compact();
    return entry;
  }

  /** Gives up the first messages of the oldest entry, which keeps at least one. */
  cutFirst(start: number, messageCount: number): void {
    const entry = this.#entries[this.#head]!;
    entry.start = start;
    entry.messageCount -= messageCount;
    this.messageCount -= messageCount;
  }

  #clear(): void {
    this.#entries = [];
    this.#head = 0;
  }

  #compact(): void {
    this.#entries = this.#entries.slice(this.#head);
    this.#head = 0;
  }
}
