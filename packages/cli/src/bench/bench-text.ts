import { byteText, countText } from '../output/units.js';
import type { Latency, LatencyBucket } from './latency-histogram.js';
import type { Throughput } from './measure.js';

/** Characters of the longest bar. */
const barWidth = 40;

/** The throughput for people: one line. */
export function throughputText(measured: Throughput, payloadBytes: number, subscriberCount: number): string {
  const lostCount = measured.published * subscriberCount - measured.received;
  return (
    `throughput  ${countText(measured.messages_per_second)} messages/s, ${byteText(measured.bytes_per_second)}/s ` +
    `(${countText(measured.published)} of ${payloadBytes} bytes, all acknowledged, ${lostCount === 0 ? 'none' : lostCount} lost)`
  );
}

/** The delays for people: a line of percentiles, and a bar for each power of two. */
export function latencyText(measured: Latency): string {
  const percentiles =
    `latency     p50 ${usText(measured.p50_us)}, p90 ${usText(measured.p90_us)}, p99 ${usText(measured.p99_us)}, ` +
    `p99.9 ${usText(measured.p999_us)}, max ${usText(measured.max_us)} ` +
    `(${countText(measured.count)} at ${countText(measured.rate)}/s)`;
  return [percentiles, ...barLines(measured)].join('\n');
}

function barLines({ histogram, count }: Latency): string[] {
  const most = Math.max(...histogram.map((bucket) => bucket.count));
  return histogram.map((bucket) => barLine(bucket, most, count));
}

function barLine({ below_us, count }: LatencyBucket, most: number, total: number): string {
  // A count above zero is visible, however small its share.
  const bar = '#'.repeat(count === 0 ? 0 : Math.max(1, Math.round((count / most) * barWidth)));
  const percent = ((count / total) * 100).toFixed(2).padStart(6);
  return `  < ${usText(below_us).padStart(9)}  ${percent} %  ${bar}`.trimEnd();
}

const usText = (us: number): string => (us < 10_000 ? `${us} us` : `${(us / 1_000).toFixed(1)} ms`);
