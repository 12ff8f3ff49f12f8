import { createHistogram } from 'node:perf_hooks';

/** Delays of a measurement: percentiles, and their distribution by powers of two. All in microseconds. */
export interface Latency {
  /** Messages per second, of all publishers. */
  readonly rate: number;
  /** Messages that arrived, at all subscribers. */
  readonly count: number;
  readonly p50_us: number;
  readonly p90_us: number;
  readonly p99_us: number;
  readonly p999_us: number;
  readonly max_us: number;
  /** From the fastest to the slowest, without empty ones at both ends. */
  readonly histogram: readonly LatencyBucket[];
}

/** Messages whose delay is below a bound, and not below the bound of the bucket before it. */
export interface LatencyBucket {
  readonly below_us: number;
  readonly count: number;
}

/** Counts delays. */
export class LatencyHistogram {
  readonly #percentiles = createHistogram();
  /** By the number of binary digits of the microseconds. */
  readonly #counts = new Float64Array(54);

  get count(): number {
    return this.#percentiles.count;
  }

  add(delayMs: number): void {
    const us = Math.max(1, Math.round(delayMs * 1_000));
    this.#percentiles.record(us);
    this.#counts[Math.floor(Math.log2(us)) + 1]! += 1;
  }

  result(rate: number): Latency {
    const at = (percent: number): number => (this.count === 0 ? 0 : this.#percentiles.percentile(percent));
    return {
      rate,
      count: this.count,
      p50_us: at(50),
      p90_us: at(90),
      p99_us: at(99),
      p999_us: at(99.9),
      max_us: at(100),
      histogram: this.#buckets(),
    };
  }

  #buckets(): LatencyBucket[] {
    const first = this.#counts.findIndex((count) => count > 0);
    if (first < 0) return [];
    const last = this.#counts.findLastIndex((count) => count > 0);
    return Array.from(this.#counts.subarray(first, last + 1), (count, index) => ({
      below_us: 2 ** (first + index),
      count,
    }));
  }
}
