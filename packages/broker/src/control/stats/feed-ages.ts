import type { Monitor } from './monitor.js';

/** Quantiles of the ages of feeds, as values of the label `quantile`. */
const quantiles = [0.5, 0.99, 1] as const;

/**
 * How old the newest message is of each topic that a freshness rule watches inside its hours, in seconds by quantile. Topics without a message in
 * this run count from the start of the broker. Empty without such topics.
 */
export function feedAges(monitor: Monitor, nowMs: number): { readonly quantile: number; readonly seconds: number }[] {
  const ages: number[] = [];
  for (const { namespace, status } of monitor.statuses.watched()) {
    const row = monitor.topics.live(namespace, status.topic)?.row;
    ages.push(Math.max(0, nowMs - (row?.lastPublishedMs ?? monitor.startedAtMs)) / 1_000);
  }
  if (ages.length === 0) return [];
  const sorted = Float64Array.from(ages).sort();
  return quantiles.map((quantile) => ({ quantile, seconds: sorted[Math.ceil(quantile * sorted.length) - 1]! }));
}
