import { LogHistogram } from '../../log-histogram.js';

/**
 * Delays of a minute or an hour as the store keeps them: the sum, the maximum, then `bucket:count` for each bucket that is not
 * empty, such as `93 17 4:20 8:1`. The store keeps the buckets, because the percentiles of an hour cannot be computed from those of
 * its minutes. Null when there are no delays.
 */
export function delayText(delays: Pick<LogHistogram, 'count' | 'sum' | 'max' | 'buckets'> | null): string | null {
  if (delays === null || delays.count === 0) return null;
  const buckets = [...delays.buckets()].map(([bucket, count]) => `${bucket}:${count}`);
  return [delays.sum, delays.max, ...buckets].join(' ');
}

/** Adds the delays of a text that `delayText` made. */
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

/** Sums texts. Parses the first one only when a second one comes, which is rare. */
export class DelayTextSum {
  #first: string | null = null;
  #delays: LogHistogram | null = null;

  add(text: string | null): void {
    if (text === null) return;
    if (this.#first === null) {
      this.#first = text;
      return;
    }
    this.#delays ??= addDelayText(new LogHistogram(), this.#first);
    addDelayText(this.#delays, text);
  }

  get text(): string | null {
    return this.#delays === null ? this.#first : delayText(this.#delays);
  }
}
