import type { CopyTarget } from '../../fanout/batch/copy-bytes.js';
import { StoredValue } from '../../fanout/batch/stored-value.js';

/** Sizes of the places that values are kept in. Half a size more at each step wastes a quarter at most, a sixth on average. */
const classBytes = [128, 192, 256, 384, 512, 768, 1_024, 1_536, 2_048, 3_072, 4_096] as const;
const slabBytes = 262_144;

/**
 * Memory of last values: places of a few sizes in large slabs, used again. A buffer for each value would cost 250 bytes more a topic, and a
 * collection of garbage for each value that grows. Values above 4 KiB have a buffer of their own.
 */
export class ValueArena {
  readonly #free: StoredValue[][] = classBytes.map(() => []);

  /** An empty place with room for `bytes`. */
  take(bytes: number): StoredValue {
    const sizeClass = classBytes.findIndex((size) => size >= bytes);
    if (sizeClass < 0) return new StoredValue(memoryOf(bytes), 0, bytes);
    const free = this.#free[sizeClass]!;
    if (free.length === 0) this.#addSlab(free, classBytes[sizeClass]!);
    return free.pop()!;
  }

  /** Takes a place back. */
  give(value: StoredValue): void {
    const sizeClass = classBytes.indexOf(value.capacityBytes as (typeof classBytes)[number]);
    if (sizeClass >= 0) this.#free[sizeClass]!.push(value);
  }

  #addSlab(free: StoredValue[], size: number): void {
    const slab = memoryOf(slabBytes);
    for (let at = 0; at + size <= slabBytes; at += size) free.push(new StoredValue(slab, at, size));
  }
}

function memoryOf(bytes: number): CopyTarget {
  const buffer = Buffer.allocUnsafeSlow(bytes);
  return { buffer, fields: new DataView(buffer.buffer) };
}
