import { DropCounts } from './drop-counts.js';

/** What one subscriber got, and did not. */
export class SubscriberCounts {
  deliveredCount = 0;
  deliveredBytes = 0;
  readonly dropped = new DropCounts();

  /** Hands over what was counted so far, and counts from nothing. */
  moveTo(to: { deliveredCount: number; deliveredBytes: number; dropped: DropCounts }): void {
    to.deliveredCount += this.deliveredCount;
    to.deliveredBytes += this.deliveredBytes;
    to.dropped.add(this.dropped);
    this.deliveredCount = 0;
    this.deliveredBytes = 0;
    this.dropped.reset();
  }
}
