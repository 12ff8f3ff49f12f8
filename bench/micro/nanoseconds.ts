import type { MicroBench } from './micro-bench.js';

/** Samples of one measurement. The fastest counts, since a disturbance can only add time. */
const sampleCount = 7;

/** Nanoseconds of one operation. Each sample lasts at least `sampleMs`. */
export function nanosecondsOf(bench: MicroBench, sampleMs: number): number {
  const run = bench.prepare();
  const msOf = (count: number): number => {
    const startedMs = performance.now();
    run(count);
    return performance.now() - startedMs;
  };
  let count = 1;
  for (let ms = 0; ms < sampleMs; ) {
    ms = msOf(count);
    if (ms < sampleMs) count = Math.ceil(count * Math.min(10, Math.max(2, (sampleMs / Math.max(ms, 0.001)) * 1.2)));
  }
  const samples = Array.from({ length: sampleCount }, () => msOf(count));
  return (Math.min(...samples) / count) * 1e6;
}
