import { Batch } from '../batch/batch.js';
import type { BatchMemory } from '../batch/batch-memory.js';
import { messagesOf } from '../batch/message-walk.js';

/** The newest message of each stream that a subscriber has had: by key and epoch as text, the sequence. */
export type StreamSequences = ReadonlyMap<string, number>;

/** The name of a stream in `StreamSequences`. */
export const streamName = (key: string, epoch: number): string => `${key} ${epoch}`;

/** Takes what is released: a batch for as long as it is pinned, and how many messages and bytes of it the subscriber has had. */
export type Release = (batch: Batch | null, passedCount: number, passedBytes: number) => void;

/** Live messages of a subscriber that first gets older ones. They are bounded: past the limit it must join again, later. */
export class HeldBatches {
  readonly #memory: BatchMemory;
  readonly #limitBytes: number;
  #batches: Batch[] = [];
  #bytes = 0;
  /** The limit was reached. Nothing more is held. */
  isOverflown = false;

  constructor(memory: BatchMemory, limitBytes: number) {
    this.#memory = memory;
    this.#limitBytes = limitBytes;
  }

  /** Holds a batch. False when the limit is reached. */
  hold(batch: Batch): boolean {
    if (this.isOverflown || this.#bytes + batch.heldBytes > this.#limitBytes) {
      this.isOverflown = true;
      return false;
    }
    if (batch.pins === 0) this.#memory.slabs.trim(batch);
    this.#memory.pin(batch);
    this.#batches.push(batch);
    this.#bytes += batch.heldBytes;
    return true;
  }

  /** Lets go of everything, without what is in `had`, in order. */
  release(had: StreamSequences, take: Release): void {
    for (const batch of this.#takeAll()) {
      const { rest, passedCount, passedBytes } = without(batch, had);
      take(rest, passedCount, passedBytes);
      this.#memory.unpin(batch);
    }
  }

  /** Gives everything up. `onGone` is called for each batch before its bytes may be used again. */
  discard(onGone: (batch: Batch) => void): void {
    for (const batch of this.#takeAll()) {
      onGone(batch);
      this.#memory.unpin(batch);
    }
  }

  #takeAll(): Batch[] {
    const batches = this.#batches;
    this.#batches = [];
    this.#bytes = 0;
    return batches;
  }
}

interface Trimmed {
  /** The batch itself, a copy of a part of it, or null when nothing is left. */
  readonly rest: Batch | null;
  readonly passedCount: number;
  readonly passedBytes: number;
}

/** A batch is shared with other subscribers, so what is left of it is a copy. */
function without(batch: Batch, had: StreamSequences): Trimmed {
  const kept: Buffer[] = [];
  let passedCount = 0;
  for (const { key, epoch, sequence, start, end } of messagesOf(batch, 0, batch.messageCount)) {
    if (sequence <= (had.get(streamName(key, epoch)) ?? 0)) passedCount++;
    else kept.push(batch.buffer.subarray(start, end));
  }
  if (passedCount === 0) return { rest: batch, passedCount: 0, passedBytes: 0 };
  if (kept.length === 0) return { rest: null, passedCount, passedBytes: batch.endBytes };
  const bytes = Buffer.concat(kept);
  const rest = new Batch(bytes, -1);
  rest.endBytes = bytes.length;
  rest.messageCount = kept.length;
  rest.readAtUs = batch.readAtUs;
  return { rest, passedCount, passedBytes: batch.endBytes - bytes.length };
}
