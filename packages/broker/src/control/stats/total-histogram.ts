import type { Metric, Registry } from 'prom-client';
import type { LogHistogram } from '../../log-histogram.js';

/** A histogram of Prometheus over delays that are counted already, in whole units. */
export interface TotalHistogramOptions {
  readonly name: string;
  readonly help: string;
  readonly delays: LogHistogram;
  readonly unitsPerSecond: number;
  /** Largest whole unit within each bound, ascending. Each is the upper edge of a bucket of `LogHistogram`, so counts are exact. */
  readonly bounds: readonly number[];
}

/** In seconds. Delays are cut to whole units: one counted as 15 took less than 16. */
const boundOf = (bound: number, unitsPerSecond: number): number => (bound + 1) / unitsPerSecond;

/**
 * Adds a histogram over everything since the broker started. The library's own histogram can only observe single values; this one has
 * the two members that the registry uses of a metric, `name` and `get`.
 */
export function addTotalHistogram(registry: Registry, options: TotalHistogramOptions): void {
  const { name, help } = options;
  const metric = { name, get: async () => ({ name, help, type: 'histogram', values: valuesOf(options) }) };
  registry.registerMetric(metric as unknown as Metric);
}

function valuesOf({ name, delays, unitsPerSecond, bounds }: TotalHistogramOptions): object[] {
  const value = (suffix: string, number: number, labels: object = {}) => ({
    metricName: `${name}_${suffix}`,
    value: number,
    labels,
  });
  const counts = delays.cumulative(bounds);
  return [
    ...bounds.map((bound, index) => value('bucket', counts[index]!, { le: boundOf(bound, unitsPerSecond) })),
    value('bucket', delays.count, { le: '+Inf' }),
    value('sum', delays.sum / unitsPerSecond),
    value('count', delays.count),
  ];
}
