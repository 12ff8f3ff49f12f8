/** Slab sizes. Writing a megabyte costs two thirds of writing it in four parts: each write wakes the reader. */
const slabSizesBytes = [262_144, 1_048_576] as const;
/** Every slab of a message except the last is at least three quarters full. */
const largeFromBytes = 786_432;
/** Bytes kept for the next large message; the rest goes to the garbage collector. */
const keptBytes = 64 * 1024 * 1024;

/**
 * Slabs for large messages that come in, used again. Fresh ones cost more than the copy into them: the system maps and clears their pages, and
 * the garbage collector runs for every few megabytes.
 */
export class ChunkPool {
  readonly #free: [Buffer[], Buffer[]] = [[], []];
  #freeBytes = 0;

  /** A slab for a message of which `missingBytes` are still to come; it need not hold all of them. */
  take(missingBytes: number): Buffer {
    const size = missingBytes >= largeFromBytes ? 1 : 0;
    const slab = this.#free[size].pop();
    if (slab === undefined) return Buffer.allocUnsafeSlow(slabSizesBytes[size]);
    this.#freeBytes -= slab.length;
    return slab;
  }

  /** Takes back slabs that are not read or written any more. */
  give(slabs: readonly Buffer[]): void {
    for (const slab of slabs) {
      if (this.#freeBytes + slab.length > keptBytes) continue;
      this.#freeBytes += slab.length;
      this.#free[slab.length === slabSizesBytes[0] ? 0 : 1].push(slab);
    }
  }
}
