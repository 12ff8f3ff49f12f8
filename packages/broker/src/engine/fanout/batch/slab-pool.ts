import { Batch } from './batch.js';

/**
 * Slabs of four sizes, last in first out, so that the next slab is still in the CPU's cache. One fixed size loses: 256 KiB for each interest
 * group falls out of the cache with 1,000 groups, and 4 KiB makes a write of every few messages.
 */

/** Slab sizes; a batch starts in the first and grows by copying into the next. */
export const slabClassBytes = [4_096, 16_384, 65_536, 262_144] as const;

/** The largest slab. What does not fit is a large message. */
export const slabMaxBytes = slabClassBytes[slabClassBytes.length - 1] as number;

/** Bytes that the pool keeps for each size class; the rest goes to the garbage collector. */
const keptBytesPerClass = 8 * 1024 * 1024;

export class SlabPool {
  readonly #free: Batch[][] = slabClassBytes.map(() => []);

  /** An empty batch with room for `bytes`, at most `slabMaxBytes`. */
  take(bytes: number): Batch {
    const sizeClass = this.#classFor(bytes);
    return this.#free[sizeClass]!.pop() ?? new Batch(allocate(sizeClass), sizeClass);
  }

  /** Takes back a batch without pins. */
  release(batch: Batch): void {
    if (batch.chunks !== null || batch.sizeClass < 0) return;
    const free = this.#free[batch.sizeClass]!;
    if (free.length * batch.buffer.length >= keptBytesPerClass) return;
    batch.reset();
    free.push(batch);
  }

  /** Moves a batch into a slab with room for `bytes` in all. */
  grow(batch: Batch, bytes: number): void {
    const sizeClass = this.#classFor(bytes);
    const spare = this.#free[sizeClass]!.pop();
    const old = batch.buffer;
    const oldClass = batch.sizeClass;
    batch.move(spare?.buffer ?? allocate(sizeClass), sizeClass);
    if (oldClass >= 0) this.release(new Batch(old, oldClass));
  }

  /**
   * Moves a batch that fills less than a quarter of its slab into a buffer of its own size: a stopped reader would otherwise pin 256 KiB
   * for 2 KiB. Call only while nothing is being written from it.
   */
  trim(batch: Batch): void {
    if (batch.chunks !== null || batch.endBytes * 4 > batch.buffer.length) return;
    const old = batch.buffer;
    const oldClass = batch.sizeClass;
    batch.move(Buffer.allocUnsafeSlow(batch.endBytes), -1);
    if (oldClass >= 0) this.release(new Batch(old, oldClass));
  }

  #classFor(bytes: number): number {
    let sizeClass = 0;
    while (slabClassBytes[sizeClass]! < bytes) sizeClass++;
    return sizeClass;
  }
}

const allocate = (sizeClass: number): Buffer => Buffer.allocUnsafeSlow(slabClassBytes[sizeClass]!);
