import type { Faults } from './faults.js';
import type { SequenceCheck } from './sequence-check.js';

interface EndBody {
  readonly count: number;
  readonly left_out: number;
  readonly reason: string;
}

/** Holds SNAPSHOT_END against what came before it. */
export class SnapshotCheck {
  /** When SNAPSHOT_END arrived, nanoseconds of the monotonic clock; 0 before. */
  endedNs = 0;
  readonly #faults: Faults;

  constructor(faults: Faults) {
    this.#faults = faults;
  }

  /** Every topic that is counted here has a value, so each must have arrived. `otherImageCount` is that of further topics. */
  onEnd(payload: string, sequences: SequenceCheck, otherImageCount: number, arrivedNs: number): void {
    const { count, left_out: leftOut, reason } = JSON.parse(payload) as EndBody;
    const topicCount = sequences.newest.length;
    const missing = topicCount - sequences.seenTopicCount;
    if (this.endedNs > 0) this.#faults.add('second SNAPSHOT_END', () => payload);
    if (missing > 0)
      this.#faults.add('missing topics', () => `${missing} of ${topicCount} had not arrived before the end`);
    if (reason !== 'complete' || leftOut !== 0) this.#faults.add('incomplete snapshot', () => payload);
    const imageCount = sequences.imageCount + otherImageCount;
    if (count !== imageCount) this.#faults.add('wrong count', () => `${imageCount} images, the end says ${count}`);
    this.endedNs = arrivedNs;
  }
}
