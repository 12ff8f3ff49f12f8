import { bucketOf, LogHistogram } from '../../log-histogram.js';

/** Histograms that wait to be used again: a topic needs one for less than a second. */
const spares: LogHistogram[] = [];
/** More spare histograms than this go to the garbage collector. */
const spareMaxCount = 1_000;

/**
 * Delays of one topic since the last report. Most topics have few messages in a second, whose delays fall into one or two buckets: these are
 * counted in place. Only a topic with more buckets borrows a histogram. At 100,000 topics that saves 200 MB.
 */
export class DelayCounts {
  sum = 0;
  max = 0;
  #firstBucket = -1;
  #firstCount = 0;
  #secondBucket = -1;
  #secondCount = 0;
  #histogram: LogHistogram | null = null;

  /** Records `value`, a whole number from 0 to `histogramMax`, `times` times. */
  record(value: number, times: number): void {
    this.sum += value * times;
    if (value > this.max) this.max = value;
    if (this.#histogram !== null) return this.#histogram.record(value, times);
    const bucket = bucketOf(value);
    if (this.#firstCount === 0 || bucket === this.#firstBucket) {
      this.#firstBucket = bucket;
      this.#firstCount += times;
    } else if (this.#secondCount === 0 || bucket === this.#secondBucket) {
      this.#secondBucket = bucket;
      this.#secondCount += times;
    } else this.#borrow().record(value, times);
  }

  /** Appends the buckets that are not empty to `pairs` as bucket, count, ascending; returns the number of buckets. Then it is empty. */
  takeTo(pairs: number[]): number {
    const bucketCount = this.#histogram === null ? this.#appendTwo(pairs) : this.#histogram.appendTo(pairs);
    this.#reset();
    return bucketCount;
  }

  #appendTwo(pairs: number[]): number {
    const first = [this.#firstBucket, this.#firstCount] as const;
    const second = [this.#secondBucket, this.#secondCount] as const;
    let bucketCount = 0;
    for (const [bucket, count] of first[0] < second[0] ? [first, second] : [second, first]) {
      if (count === 0) continue;
      pairs.push(bucket, count);
      bucketCount++;
    }
    return bucketCount;
  }

  #borrow(): LogHistogram {
    const histogram = spares.pop() ?? new LogHistogram();
    histogram.addBucket(this.#firstBucket, this.#firstCount);
    histogram.addBucket(this.#secondBucket, this.#secondCount);
    this.#histogram = histogram;
    return histogram;
  }

  #reset(): void {
    this.sum = 0;
    this.max = 0;
    this.#firstCount = 0;
    this.#secondCount = 0;
    if (this.#histogram === null) return;
    this.#histogram.reset();
    if (spares.length < spareMaxCount) spares.push(this.#histogram);
    this.#histogram = null;
  }
}
