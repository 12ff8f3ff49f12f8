import { delayChart } from './delay-chart.js';
import { ratioChart } from './ratio-chart.js';
import type { WorkloadResult } from './results.js';
import { svg } from './svg.js';

/** An SVG with two charts: each workload against NATS, and the delays. */
export function plot(results: readonly WorkloadResult[]): string {
  const ratios = ratioChart(results);
  const delays = delayChart(results, ratios.heightPx);
  return svg(ratios.heightPx + delays.heightPx, [...ratios.marks, ...delays.marks]);
}
