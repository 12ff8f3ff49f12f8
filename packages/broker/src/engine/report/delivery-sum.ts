import { DropCounts } from '../fanout/subscriber/drop-counts.js';
import type { Subscriber } from '../fanout/subscriber/subscriber.js';
import type { Lane } from '../session/lane.js';

/** What subscribers delivered, lost and have waiting, summed up. */
export class DeliverySum {
  deliveredCount = 0;
  deliveredBytes = 0;
  matchedCount = 0;
  conflatedCount = 0;
  queuedCount = 0;
  queuedBytes = 0;
  /** Age of the oldest message that waits, milliseconds. */
  lagMs = 0;
  isSlow = false;
  readonly dropped = new DropCounts();
  readonly #nowUs: number;

  constructor(nowUs: number) {
    this.#nowUs = nowUs;
  }

  /** Adds a lane: its connection, and those that it had before. */
  addLane({ subscriber, earlier }: Lane): void {
    if (subscriber !== null) this.addSubscriber(subscriber.subscriber);
    if (earlier === null) return;
    this.deliveredCount += earlier.deliveredCount;
    this.deliveredBytes += earlier.deliveredBytes;
    this.matchedCount += earlier.matchedCount;
    this.conflatedCount += earlier.conflatedCount;
    this.dropped.add(earlier.dropped);
  }

  addSubscriber(subscriber: Subscriber): void {
    const { counts, oldestUs } = subscriber;
    this.deliveredCount += counts.deliveredCount;
    this.deliveredBytes += counts.deliveredBytes;
    this.matchedCount += subscriber.matchedCount;
    this.conflatedCount += counts.conflatedCount;
    this.queuedCount += subscriber.queuedMessageCount;
    this.queuedBytes += subscriber.queuedBytes;
    if (oldestUs > 0) this.lagMs = Math.max(this.lagMs, (this.#nowUs - oldestUs) / 1_000);
    this.isSlow ||= subscriber.isSlow;
    this.dropped.add(counts.dropped);
  }
}
