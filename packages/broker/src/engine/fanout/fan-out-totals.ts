import { DropCounts } from './subscriber/drop-counts.js';

/** Running totals of everything that left, or did not. Plain fields, folded where messages are already counted. */
export class FanOutTotals {
  deliveredCount = 0;
  deliveredBytes = 0;
  readonly dropped = new DropCounts();
  /** Bytes pinned by outboxes and unfinished writes, each batch once. */
  queuedBytes = 0;
}
