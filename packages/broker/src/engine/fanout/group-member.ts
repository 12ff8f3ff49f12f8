import type { Batch } from './batch/batch.js';

/** A receiver of a group's batches. */
export interface GroupMember {
  /** It counts as a subscriber in figures; a tap does not. */
  readonly isReader: boolean;
  /** Takes a batch. It pins the batch if it needs the bytes after the call; otherwise the caller may recycle it. */
  deliver(batch: Batch): void;
}
