import type { Batch } from './batch.js';

/** How far a large message has been written to one subscriber. */
export class LargeWrite {
  readonly batch: Batch;
  #chunk = 0;
  #at = 0;

  constructor(batch: Batch) {
    this.batch = batch;
  }

  get isDone(): boolean {
    return this.#chunk === this.batch.chunks!.length;
  }

  /** The next bytes: at most `maxBytes`, and of one piece. */
  next(maxBytes: number): Buffer {
    const chunk = this.batch.chunks![this.#chunk]!;
    const start = this.#at;
    const end = Math.min(start + maxBytes, chunk.length);
    if (end === chunk.length) {
      this.#chunk++;
      this.#at = 0;
    } else this.#at = end;
    return start === 0 && end === chunk.length ? chunk : chunk.subarray(start, end);
  }
}
