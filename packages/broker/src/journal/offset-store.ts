/**
 * Memory for the offsets of the messages of a segment, in chunks that belong to one run each. A segment has a million offsets: in arrays that grow
 * they cost the writing thread, and the threads that collect garbage for it, a third of its time.
 */

/** Offsets of one chunk, a power of two. */
const chunkCount = 32;
/** Chunks of one slab, a power of two. */
const slabChunkCount = 128;

/** Chunks for the offsets of all runs of a segment. None is given back. */
export class OffsetStore {
  readonly #slabs: Uint32Array[] = [];
  #nextChunk = 0;

  /** The number of a chunk that is not in use. */
  takeChunk(): number {
    const chunk = this.#nextChunk++;
    if (chunk % slabChunkCount === 0) this.#slabs.push(new Uint32Array(slabChunkCount * chunkCount));
    return chunk;
  }

  /** The array that a chunk lies in. */
  slabOf(chunk: number): Uint32Array {
    return this.#slabs[Math.floor(chunk / slabChunkCount)]!;
  }
}

/** A list of offsets that grows at its end. */
export class OffsetList {
  readonly #store: OffsetStore;
  readonly #chunks: number[] = [];
  #slab: Uint32Array = noOffsets;
  /** Where the next offset goes in the slab, and how many more fit the chunk. */
  #at = 0;
  #left = 0;
  count = 0;

  constructor(store: OffsetStore) {
    this.#store = store;
  }

  add(offset: number): void {
    if (this.#left === 0) this.#grow();
    this.#slab[this.#at++] = offset;
    this.#left--;
    this.count++;
  }

  /** A copy of up to `count` offsets from the one at index `start` on. */
  slice(start: number, count: number): Uint32Array {
    const copy = new Uint32Array(Math.max(0, Math.min(count, this.count - start)));
    for (let done = 0; done < copy.length; ) {
      const index = start + done;
      const chunk = this.#chunks[Math.floor(index / chunkCount)]!;
      const slab = this.#store.slabOf(chunk);
      let at = firstOf(chunk) + (index % chunkCount);
      const end = Math.min(firstOf(chunk) + chunkCount, at + copy.length - done);
      while (at < end) copy[done++] = slab[at++]!;
    }
    return copy;
  }

  #grow(): void {
    const chunk = this.#store.takeChunk();
    this.#chunks.push(chunk);
    this.#slab = this.#store.slabOf(chunk);
    this.#at = firstOf(chunk);
    this.#left = chunkCount;
  }
}

/** Where a chunk begins in its slab. */
const firstOf = (chunk: number): number => (chunk % slabChunkCount) * chunkCount;

const noOffsets = new Uint32Array(0);
