import type { Metric, Registry } from 'prom-client';
import type { LogHistogram } from '../../log-histogram.js';

/** What a histogram of Prometheus is made of: delays that are counted already, in whole units. */
export interface TotalHistogramOptions {
  readonly name: string;
  readonly help: string;
  readonly delays: LogHistogram;
  /** Units in a second. */
  readonly unitsASecond: number;
  /** Largest whole units that count as below each bound, ascending; each the upper edge of a bucket of `LogHistogram`. */
  readonly bounds: readonly number[];
}

/** Delays are cut to whole units, so that what counts as 15 took less than 16. */
const boundOf = (bound: number, unitsASecond: number): number => (bound + 1) / unitsASecond;

/**
 * Adds a histogram since the broker started that is told from what is counted elsewhere. The library's own histogram can only
 * observe one value after the other, so this is what the registry asks of a metric: its name, and `get`.
 */
export function addTotalHistogram(registry: Registry, options: TotalHistogramOptions): void {
  const { name, help } = options;
  const metric = { name, get: async () => ({ name, help, type: 'histogram', values: valuesOf(options) }) };
  registry.registerMetric(metric as unknown as Metric);
}

function valuesOf({ name, delays, unitsASecond, bounds }: TotalHistogramOptions): object[] {
  const value = (suffix: string, number: number, labels: object = {}) => ({
    metricName: `${name}_${suffix}`,
    value: number,
    labels,
  });
  const counts = delays.cumulative(bounds);
  return [
    ...bounds.map((bound, index) => value('bucket', counts[index]!, { le: boundOf(bound, unitsASecond) })),
    value('bucket', delays.count, { le: '+Inf' }),
    value('sum', delays.sum / unitsASecond),
    value('count', delays.count),
  ];
}
