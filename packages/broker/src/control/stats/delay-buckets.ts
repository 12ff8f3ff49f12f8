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
 * Delays of one topic in one minute: only the buckets of a LogHistogram that are not empty. Most topics have one or two of them, which need no
 * array: at 100,000 topics arrays would take 20 MB, and whole histograms would be the largest part of all memory.
 */
export class DelayBuckets {
  count = 0;
  sum = 0;
  max = 0;
  #firstBucket = -1;
  #firstCount = 0;
  #secondBucket = -1;
  #secondCount = 0;
  /** Bucket, count, bucket, count; buckets ascending. All of them, once there are more than two. */
  #pairs: number[] | null = null;

  add({ pairs, sum, max }: DelayChange): void {
    for (let index = 0; index < pairs.length; index += 2) {
      const count = pairs[index + 1]!;
      this.#addBucket(pairs[index]!, count);
      this.count += count;
    }
    this.sum += sum;
    this.max = Math.max(this.max, max);
  }

  /** Buckets that are not empty, as `[bucket, count]`, ascending. */
  *buckets(): Generator<readonly [number, number]> {
    const pairs = this.#pairs ?? this.#firstPairs();
    for (let at = 0; at < pairs.length; at += 2) yield [pairs[at]!, pairs[at + 1]!];
  }

  /** Count, percentiles and maximum; null when no delay was recorded. */
  figures(): HistogramFigures | null {
    scratch.reset();
    for (const [bucket, count] of this.buckets()) scratch.addBucket(bucket, count);
    scratch.addTotals(this.sum, this.max);
    return scratch.figures();
  }

  #addBucket(bucket: number, count: number): void {
    if (this.#pairs !== null) return addPair(this.#pairs, bucket, count);
    if (this.#firstCount === 0 || bucket === this.#firstBucket) {
      this.#firstBucket = bucket;
      this.#firstCount += count;
    } else if (this.#secondCount === 0 || bucket === this.#secondBucket) {
      this.#secondBucket = bucket;
      this.#secondCount += count;
    } else {
      this.#pairs = this.#firstPairs();
      addPair(this.#pairs, bucket, count);
    }
  }

  #firstPairs(): number[] {
    const pairs: number[] = [];
    if (this.#firstCount > 0) addPair(pairs, this.#firstBucket, this.#firstCount);
    if (this.#secondCount > 0) addPair(pairs, this.#secondBucket, this.#secondCount);
    return pairs;
  }
}

/** Adds to a bucket of a list of pairs whose buckets ascend. */
function addPair(pairs: number[], bucket: number, count: number): void {
  let at = 0;
  while (at < pairs.length && pairs[at]! < bucket) at += 2;
  if (pairs[at] === bucket) pairs[at + 1]! += count;
  else pairs.splice(at, 0, bucket, count);
}
