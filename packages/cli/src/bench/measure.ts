import { createHistogram } from 'node:perf_hooks';
import type { PulseMQClient } from '@pulsemq/client';
import { Pacer } from '../running/pacer.js';
import { PublishWindow } from '../wire/publish-window.js';

/** Settings of both measurements. */
export interface BenchSettings {
  readonly namespace: string;
  readonly topic: string;
  readonly payloadBytes: number;
  readonly forMs: number;
  readonly latencyRate: number;
}

/** Result of publishing at full speed. */
export interface Throughput {
  readonly seconds: number;
  /** Messages that the broker acknowledged. */
  readonly published: number;
  /** Messages that the subscriber received. */
  readonly received: number;
  readonly messages_per_second: number;
  readonly bytes_per_second: number;
}

/** Delays from just before the publish to the callback of the subscriber, in microseconds. */
export interface Latency {
  readonly rate: number;
  readonly count: number;
  readonly p50_us: number;
  readonly p90_us: number;
  readonly p99_us: number;
  readonly p999_us: number;
  readonly max_us: number;
}

/** Publishes at full speed with acknowledgements, and waits until the messages have arrived. */
export async function measureThroughput(
  publisher: PulseMQClient,
  subscriber: PulseMQClient,
  { namespace, topic, payloadBytes, forMs }: BenchSettings,
  signal: AbortSignal,
): Promise<Throughput> {
  let received = 0;
  const subscription = await subscriber.subscribe(namespace, topic, { onMessage: () => received++ });
  const payload = Buffer.alloc(payloadBytes, 'x');
  const window = new PublishWindow(5_000);
  const startedMs = performance.now();
  while (performance.now() - startedMs < forMs && !signal.aborted) {
    // The clock is read once per 100 messages, because reading it costs as much as a publish.
    for (let index = 0; index < 100; index++) {
      const full = window.add(publisher.publish(namespace, topic, payload));
      if (full !== undefined) await full;
    }
  }
  await window.settled();
  await untilReceived(subscriber, () => received === window.sentCount);
  const seconds = (performance.now() - startedMs) / 1_000;
  await subscription.close();
  return {
    seconds,
    published: window.sentCount,
    received,
    messages_per_second: received / seconds,
    bytes_per_second: (received * payloadBytes) / seconds,
  };
}

/** The time a latency message was sent, the first eight bytes of its payload. */
const sentAtMs = (payload: Uint8Array): number => new DataView(payload.buffer, payload.byteOffset).getFloat64(0, true);

/** Publishes at a steady rate. Each message carries the time of its publish. */
export async function measureLatency(
  publisher: PulseMQClient,
  subscriber: PulseMQClient,
  { namespace, topic, payloadBytes, forMs, latencyRate }: BenchSettings,
  signal: AbortSignal,
): Promise<Latency> {
  const histogram = createHistogram();
  let received = 0;
  const subscription = await subscriber.subscribe(namespace, topic, {
    onMessage: ({ payload }) => {
      received++;
      histogram.record(Math.max(1, Math.round((performance.now() - sentAtMs(payload)) * 1_000)));
    },
  });
  const window = new PublishWindow(5_000);
  const pacer = new Pacer(latencyRate);
  const startedMs = performance.now();
  while (performance.now() - startedMs < forMs && !signal.aborted) {
    await pacer.turn(signal);
    const payload = Buffer.alloc(Math.max(8, payloadBytes));
    payload.writeDoubleLE(performance.now(), 0);
    await window.add(publisher.publish(namespace, topic, payload));
  }
  await window.settled();
  await untilReceived(subscriber, () => received === window.sentCount);
  await subscription.close();
  const at = (percent: number): number => (histogram.count === 0 ? 0 : histogram.percentile(percent));
  return {
    rate: latencyRate,
    count: received,
    p50_us: at(50),
    p90_us: at(90),
    p99_us: at(99),
    p999_us: at(99.9),
    max_us: at(100),
  };
}

/** Resolves when all messages have arrived, or after a second: a dropped message never arrives. */
async function untilReceived(subscriber: PulseMQClient, isComplete: () => boolean): Promise<void> {
  const deadlineMs = performance.now() + 1_000;
  while (!isComplete() && performance.now() < deadlineMs) await subscriber.flush();
}
