import type { Batch } from './batch.js';
import { ChunkPool } from './chunk-pool.js';
import { SlabPool } from './slab-pool.js';

/**
 * The memory of all batches: where their bytes come from, how many subscribers still need them, and where they go afterwards. A batch is pinned once
 * for each subscriber that has not written it yet; its slab returns to its pool with the last pin.
 */
export class BatchMemory {
  readonly slabs = new SlabPool();
  readonly chunks = new ChunkPool();
  /** Bytes pinned by backlogs and unfinished writes; each batch counts once. Values that are only kept do not count: nothing waits for them. */
  pinnedBytes = 0;

  /** Adds a pin. */
  pin(batch: Batch): void {
    if (batch.pins++ === ownPins(batch)) this.pinnedBytes += batch.heldBytes;
  }

  /** Takes a pin away. Do not read the batch afterwards: the last pin recycles it. */
  unpin(batch: Batch): void {
    if (--batch.pins === ownPins(batch)) this.pinnedBytes -= batch.heldBytes;
    if (batch.pins === 0) this.#recycle(batch);
  }

  /** Takes a pin away and recycles nothing: the caller still owns the batch. */
  unpinOwned(batch: Batch): void {
    if (--batch.pins === ownPins(batch)) this.pinnedBytes -= batch.heldBytes;
  }

  /** Keeps a batch as the last value of a topic. */
  keep(batch: Batch): void {
    batch.isKept = true;
    batch.pins++;
  }

  /** A kept batch is not the last value any more. */
  unkeep(batch: Batch): void {
    batch.isKept = false;
    if (--batch.pins === 0) this.#recycle(batch);
  }

  #recycle(batch: Batch): void {
    this.slabs.release(batch);
    if (batch.slabs !== null) this.chunks.give(batch.slabs);
    if (batch.source !== null) this.unpin(batch.source);
    if (batch.onFree !== null) batch.onFree();
  }
}

/** Pins of a batch that nothing waits for. */
const ownPins = ({ isKept }: Batch): number => (isKept ? 1 : 0);
