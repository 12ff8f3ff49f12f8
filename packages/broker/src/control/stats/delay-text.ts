import { LogHistogram } from '../../log-histogram.js';

/**
 * Delays of a minute or an hour as the store keeps them: the sum, the maximum, then `bucket:count` for each bucket that is not
 * empty, such as `93 17 4:20 8:1`. Whole and not as percentiles, because percentiles of minutes do not make those of an hour.
 */
export function delayText(delays: LogHistogram | null): string | null {
  if (delays === null || delays.count === 0) return null;
  const buckets = [...delays.buckets()].map(([bucket, count]) => `${bucket}:${count}`);
  return [delays.sum, delays.max, ...buckets].join(' ');
}

/** Adds what `delayText` made of another histogram. */
export function addDelayText(delays: LogHistogram, text: string | null): LogHistogram {
  if (text === null) return delays;
  const [sum, max, ...buckets] = text.split(' ');
  for (const pair of buckets) {
    const colon = pair.indexOf(':');
    delays.addBucket(Number(pair.slice(0, colon)), Number(pair.slice(colon + 1)));
  }
  delays.addTotals(Number(sum), Number(max));
  return delays;
}

/** Both together. */
export const joinedDelayText = (one: string | null, other: string | null): string | null =>
  one === null || other === null
    ? (one ?? other)
    : delayText(addDelayText(addDelayText(new LogHistogram(), one), other));
