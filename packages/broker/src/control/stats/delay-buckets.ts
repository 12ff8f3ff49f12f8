import { type HistogramFigures, LogHistogram } from '../../log-histogram.js';

/** New delays of a topic: pairs of bucket and count, buckets ascending, and the sum and the maximum of the values. */
export interface DelayChange {
  readonly pairs: Uint32Array;
  readonly sum: number;
  readonly max: number;
}

/** For figures only, one after another. */
const scratch = new LogHistogram();

/**
 * Delays of one topic in one minute: only the buckets of a LogHistogram that are not empty. Most topics have a few of them, and a whole
 * histogram for each topic would be the largest part of the memory of 100,000 topics.
 */
export class DelayBuckets {
  count = 0;
  sum = 0;
  max = 0;
  /** Bucket, count, bucket, count; buckets ascending. */
  readonly #pairs: number[] = [];

  add({ pairs, sum, max }: DelayChange): void {
    let at = 0;
    for (let index = 0; index < pairs.length; index += 2) {
      const bucket = pairs[index]!;
      const count = pairs[index + 1]!;
      while (at < this.#pairs.length && this.#pairs[at]! < bucket) at += 2;
      if (this.#pairs[at] === bucket) this.#pairs[at + 1]! += count;
      else this.#pairs.splice(at, 0, bucket, count);
      this.count += count;
    }
    this.sum += sum;
    this.max = Math.max(this.max, max);
  }

  /** Buckets that are not empty, as `[bucket, count]`, ascending. */
  *buckets(): Generator<readonly [number, number]> {
    for (let at = 0; at < this.#pairs.length; at += 2) yield [this.#pairs[at]!, this.#pairs[at + 1]!];
  }

  /** Count, percentiles and maximum; null when no delay was recorded. */
  figures(): HistogramFigures | null {
    scratch.reset();
    for (let at = 0; at < this.#pairs.length; at += 2) scratch.addBucket(this.#pairs[at]!, this.#pairs[at + 1]!);
    scratch.addTotals(this.sum, this.max);
    return scratch.figures();
  }
}
