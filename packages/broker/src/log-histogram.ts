/** Each power of two has 8 buckets, so a bucket is at most 12.5 % wide. */
const subBucketBits = 3;
const subBucketCount = 1 << subBucketBits;
/** Buckets of a new histogram, for values up to 1,023. Most histograms never need more. */
const firstBucketCount = 64;

/** Percentiles of the recorded values. They are upper edges of buckets; the maximum is exact. */
export interface HistogramFigures {
  readonly count: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
}

const percentileShares = [0.5, 0.95, 0.99];

/** Largest value that can be recorded. */
export const histogramMax = 0x7fff_ffff;

/**
 * Counts whole numbers from 0 to 2^31 - 1 in buckets that grow with the value. It is small, because every topic has two, and recording
 * is cheap: no division and no search. The engine records values; the control plane sums what the engine reports.
 */
export class LogHistogram {
  count = 0;
  max = 0;
  sum = 0;
  #buckets = new Uint32Array(firstBucketCount);
  /** Consecutive values mostly fall into one bucket. They are counted here first, which saves most cache misses. */
  #runIndex = 0;
  #runCount = 0;

  /** Records `value` `times` times. */
  record(value: number, times: number): void {
    const index = bucketOf(value);
    if (index !== this.#runIndex) {
      this.#endRun();
      this.#runIndex = index;
    }
    this.#runCount += times;
    this.count += times;
    this.sum += value * times;
    if (value > this.max) this.max = value;
  }

  /** Adds `count` values of a bucket, as `buckets` of another histogram gave them. `addTotals` adds their sum and maximum. */
  addBucket(index: number, count: number): void {
    this.#endRun();
    if (index >= this.#buckets.length) this.#grow(index);
    this.#buckets[index]! += count;
    this.count += count;
  }

  addTotals(sum: number, max: number): void {
    this.sum += sum;
    if (max > this.max) this.max = max;
  }

  /** Buckets that are not empty, as `[bucket, count]`, ascending. */
  *buckets(): Generator<readonly [number, number]> {
    this.#endRun();
    for (let index = 0; index < this.#buckets.length; index++) {
      const count = this.#buckets[index]!;
      if (count > 0) yield [index, count];
    }
  }

  /** Appends the buckets that are not empty to `pairs` as bucket, count, bucket, count; returns the number of buckets. */
  appendTo(pairs: number[]): number {
    if (this.count === 0) return 0;
    this.#endRun();
    const before = pairs.length;
    for (let index = 0; index < this.#buckets.length; index++) {
      if (this.#buckets[index]! > 0) pairs.push(index, this.#buckets[index]!);
    }
    return (pairs.length - before) / 2;
  }

  /** Count, percentiles and maximum; null when nothing was recorded. */
  figures(): HistogramFigures | null {
    if (this.count === 0) return null;
    this.#endRun();
    const [p50, p95, p99] = this.#valuesAt(percentileShares) as [number, number, number];
    return { count: this.count, p50, p95, p99, max: this.max };
  }

  /** Number of values up to each of `bounds`, which ascend. */
  cumulative(bounds: readonly number[]): number[] {
    this.#endRun();
    const counts = bounds.map(() => 0);
    for (const [index, count] of this.#buckets.entries()) {
      if (count === 0) continue;
      const edge = upperEdge(index);
      for (let bound = bounds.length - 1; bound >= 0 && bounds[bound]! >= edge; bound--) counts[bound]! += count;
    }
    return counts;
  }

  /** Adds the values of another histogram. */
  add(other: LogHistogram): void {
    if (other.count === 0) return;
    other.#endRun();
    const from = other.#buckets;
    if (from.length > this.#buckets.length) this.#grow(from.length - 1);
    for (let index = 0; index < from.length; index++) this.#buckets[index]! += from[index]!;
    this.count += other.count;
    this.sum += other.sum;
    if (other.max > this.max) this.max = other.max;
  }

  reset(): void {
    if (this.count === 0) return;
    this.#runCount = 0;
    this.#buckets.fill(0);
    this.count = 0;
    this.max = 0;
    this.sum = 0;
  }

  /** For each share, the value that this share of all values does not exceed. Shares ascend. */
  #valuesAt(shares: readonly number[]): number[] {
    const values: number[] = [];
    let index = -1;
    let seen = 0;
    for (const share of shares) {
      const wanted = Math.ceil(this.count * share);
      while (seen < wanted) seen += this.#buckets[++index]!;
      values.push(Math.min(upperEdge(index), this.max));
    }
    return values;
  }

  #endRun(): void {
    if (this.#runCount === 0) return;
    if (this.#runIndex >= this.#buckets.length) this.#grow(this.#runIndex);
    this.#buckets[this.#runIndex]! += this.#runCount;
    this.#runCount = 0;
  }

  #grow(index: number): void {
    let size = this.#buckets.length;
    while (size <= index) size *= 2;
    const grown = new Uint32Array(size);
    grown.set(this.#buckets);
    this.#buckets = grown;
  }
}

/** The bucket of a value from 0 to `histogramMax`. */
export function bucketOf(value: number): number {
  if (value < subBucketCount) return value;
  const exponent = 31 - Math.clz32(value);
  return (
    ((exponent - subBucketBits + 1) << subBucketBits) | ((value >>> (exponent - subBucketBits)) & (subBucketCount - 1))
  );
}

/** Largest value of a bucket. */
function upperEdge(index: number): number {
  if (index < subBucketCount) return index;
  const shift = (index >> subBucketBits) - 1;
  return ((subBucketCount | (index & (subBucketCount - 1))) + 1) * 2 ** shift - 1;
}
