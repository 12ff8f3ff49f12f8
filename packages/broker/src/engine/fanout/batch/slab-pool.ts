import { Batch } from './batch.js';

/**
 * Slabs of four sizes, last in first out, so that the warmest one is filled next. A fixed size loses either way: 256 KiB
 * per interest group falls out of the cache with 1,000 groups, 4 KiB makes a write of every few messages.
 */

/** Slab sizes; a batch starts in the first and grows by copying into the next. */
export const slabClassBytes = [4_096, 16_384, 65_536, 262_144] as const;

/** The largest slab; what does not fit takes the large path. */
export const slabMaxBytes = slabClassBytes[slabClassBytes.length - 1] as number;

/** Bytes the pool keeps per size class; more than that goes to the garbage collector. */
const keptBytesPerClass = 8 * 1024 * 1024;

export class SlabPool {
  readonly #free: Batch[][] = slabClassBytes.map(() => []);

  /** An empty batch with room for `bytes`, at most `slabMaxBytes`. */
  take(bytes: number): Batch {
    const sizeClass = this.#classFor(bytes);
    return this.#free[sizeClass]!.pop() ?? new Batch(allocate(sizeClass), sizeClass);
  }

  /** Takes a batch back that nobody needs any more. */
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
   * Cuts a batch to its size when it fills less than a quarter of its slab, because a stopped reader would otherwise pin
   * 256 KiB for 2 KiB. Only while nobody writes from it.
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
