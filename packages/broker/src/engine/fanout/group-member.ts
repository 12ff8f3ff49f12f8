import type { Batch } from './batch/batch.js';

/** Whoever gets a group's batches. The caller keeps a batch that was not pinned. */
export interface GroupMember {
  /** Counts as a subscriber in figures; a tap only looks on. */
  readonly isReader: boolean;
  deliver(batch: Batch): void;
}
