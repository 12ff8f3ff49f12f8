import type { Batch } from './batch.js';
import type { BatchMemory } from './batch-memory.js';
import type { ValueSource } from './stored-value.js';
import { appendValue, conflatedWord, largeWithWord, valueDeliveryBytes } from './value-delivery.js';

/** Bytes of values that are put into one batch. */
export const valueBatchMaxBytes = 65_536;

/** Takes a batch, and pins it if it needs the bytes after the call. */
export interface BatchTaker {
  deliver(batch: Batch): void;
}

/** Delivers last values to one subscriber, as updates that stand for several. */
export class ValueWriter {
  readonly #memory: BatchMemory;
  readonly #taker: BatchTaker;
  #batch: Batch | null = null;

  constructor(memory: BatchMemory, taker: BatchTaker) {
    this.#memory = memory;
    this.#taker = taker;
  }

  /** Delivers the value of a topic as the newest of `updateCount` updates, and counts those that it replaces. */
  add(source: ValueSource, updateCount: number): void {
    source.conflatedCount += updateCount - 1;
    const value = source.value!;
    if (value.large !== null) return this.#addLarge(value.large, updateCount);
    const bytes = valueDeliveryBytes(source, value);
    if (this.#batch !== null && this.#batch.endBytes + bytes > valueBatchMaxBytes) this.end();
    const { slabs } = this.#memory;
    this.#batch ??= slabs.take(bytes);
    const needed = this.#batch.endBytes + bytes;
    if (needed > this.#batch.buffer.length) slabs.grow(this.#batch, needed);
    if (this.#batch.readAtUs === 0) this.#batch.readAtUs = value.receivedAtUs;
    appendValue(this.#batch, source, value, conflatedWord(updateCount));
    this.#batch.conflatedCount += updateCount - 1;
  }

  /** Delivers what was added. */
  end(): void {
    if (this.#batch !== null) this.#deliver(this.#batch);
    this.#batch = null;
  }

  #addLarge(large: Batch, updateCount: number): void {
    this.end();
    this.#memory.pin(large);
    const batch = largeWithWord(large, conflatedWord(updateCount));
    batch.conflatedCount = updateCount - 1;
    this.#deliver(batch);
  }

  #deliver(batch: Batch): void {
    this.#memory.pin(batch);
    this.#taker.deliver(batch);
    this.#memory.unpin(batch);
  }
}
