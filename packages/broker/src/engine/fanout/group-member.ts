import type { Batch } from './batch.js';

/** Whoever gets a group's batches. The caller keeps a batch that was not pinned. */
export interface GroupMember {
  deliver(batch: Batch): void;
}
