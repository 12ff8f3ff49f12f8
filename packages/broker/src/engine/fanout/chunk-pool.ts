/** One read at most: what a socket gives in one go. */
export const chunkBytes = 262_144;
/** Bytes kept for the next large message; what is beyond goes to the garbage collector. */
const keptBytes = 64 * 1024 * 1024;

/**
 * Slabs that large messages are taken in, used again. Fresh ones cost more than the copy into them: the system maps and clears
 * their pages, and the garbage collector runs for every few megabytes.
 */
export class ChunkPool {
  readonly #free: Buffer[] = [];

  take(): Buffer {
    return this.#free.pop() ?? Buffer.allocUnsafeSlow(chunkBytes);
  }

  /** Nobody reads or writes them any more. */
  give(slabs: readonly Buffer[]): void {
    for (const slab of slabs) if (this.#free.length * chunkBytes < keptBytes) this.#free.push(slab);
  }
}
