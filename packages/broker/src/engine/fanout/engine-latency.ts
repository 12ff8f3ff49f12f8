import { createHistogram, type RecordableHistogram } from 'node:perf_hooks';
import type { Clock } from '../clock.js';
import type { Batch } from './batch.js';

/**
 * From the read that brought the first message of a batch to the write that takes it away, in microseconds: the engine's
 * own share of the latency. One record a batch, and the clock is read once for all batches of a turn.
 */
export class EngineLatency {
  #histogram: RecordableHistogram = createHistogram({ lowest: 1, highest: 60_000_000, figures: 2 });
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  record(batch: Batch): void {
    this.#histogram.record(Math.max(1, this.#clock.nowUs - batch.readAtUs));
  }

  /** Percentiles since the last call, in microseconds; null when nothing was written. */
  take(): { p50Us: number; p95Us: number; p99Us: number; maxUs: number; batchCount: number } | null {
    const histogram = this.#histogram;
    if (histogram.count === 0) return null;
    const figures = {
      p50Us: histogram.percentile(50),
      p95Us: histogram.percentile(95),
      p99Us: histogram.percentile(99),
      maxUs: histogram.max,
      batchCount: histogram.count,
    };
    histogram.reset();
    return figures;
  }
}
