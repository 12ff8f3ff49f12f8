import { build, type Histogram } from 'hdr-histogram-js';
import type { Latency } from './job.js';

const longestUs = 60_000_000;
/** A message with this delay counts as late: the last late one marks the end of a burst's backlog. */
const lateUs = 10_000;

const newHistogram = (): Histogram =>
  build({ lowestDiscernibleValue: 1, highestTrackableValue: longestUs, numberOfSignificantValueDigits: 3 });

/** Delays of messages, as a high dynamic range histogram. */
export class DelayRecord {
  #histogram = newHistogram();
  #lateUntilNs = 0;

  record(dueNs: number, arrivedNs: number): void {
    const delayUs = (arrivedNs - dueNs) / 1_000;
    this.#histogram.recordValue(Math.min(longestUs, Math.max(1, Math.round(delayUs))));
    if (delayUs >= lateUs) this.#lateUntilNs = arrivedNs;
  }

  reset(): void {
    this.#histogram = newHistogram();
    this.#lateUntilNs = 0;
  }

  figures(): Latency {
    const histogram = this.#histogram;
    return {
      kind: 'latency',
      count: histogram.totalCount,
      p50Us: histogram.getValueAtPercentile(50),
      p99Us: histogram.getValueAtPercentile(99),
      maxUs: histogram.totalCount === 0 ? 0 : histogram.maxValue,
      lateUntilNs: this.#lateUntilNs,
    };
  }
}
