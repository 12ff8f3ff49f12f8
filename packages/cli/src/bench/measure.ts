import type { PulseMQClient, Subscription } from '@pulsemq/client';
import { Pacer } from '../running/pacer.js';
import { PublishWindow } from '../wire/publish-window.js';
import { type Latency, LatencyHistogram } from './latency-histogram.js';

/** Settings of both measurements. */
export interface BenchSettings {
  readonly namespace: string;
  readonly topic: string;
  readonly payloadBytes: number;
  readonly forMs: number;
  /** Messages per second of the latency measurement, of all publishers. */
  readonly latencyRate: number;
}

/** The clients of a measurement: each publisher publishes to the topic, each subscriber receives all of it. */
export interface BenchClients {
  readonly publishers: readonly PulseMQClient[];
  readonly subscribers: readonly PulseMQClient[];
}

/** Result of publishing at full speed. */
export interface Throughput {
  readonly seconds: number;
  /** Messages that the broker acknowledged. */
  readonly published: number;
  /** Messages that all subscribers together received. */
  readonly received: number;
  /** Deliveries. */
  readonly messages_per_second: number;
  readonly bytes_per_second: number;
}

/** Publishes that one client may have open. */
const windowCount = 5_000;

/** Publishes at full speed with acknowledgements, and waits until the messages have arrived. */
export async function measureThroughput(
  clients: BenchClients,
  { namespace, topic, payloadBytes, forMs }: BenchSettings,
  signal: AbortSignal,
): Promise<Throughput> {
  let received = 0;
  const subscriptions = await subscribeAll(clients, { namespace, topic }, () => received++);
  const payload = Buffer.alloc(payloadBytes, 'x');
  const startedMs = performance.now();
  const counts = await Promise.all(
    clients.publishers.map(async (publisher) => {
      const window = new PublishWindow(windowCount);
      while (performance.now() - startedMs < forMs && !signal.aborted) {
        // The clock is read once per 100 messages, because reading it costs as much as a publish.
        for (let index = 0; index < 100; index++) {
          const full = window.add(publisher.publish(namespace, topic, payload));
          if (full !== undefined) await full;
        }
        // A window that never fills would keep the other publishers from their turn.
        if (clients.publishers.length > 1) await new Promise(setImmediate);
      }
      await window.settled();
      return window.sentCount;
    }),
  );
  const published = sum(counts);
  await untilReceived(clients, () => received === published * clients.subscribers.length);
  const seconds = (performance.now() - startedMs) / 1_000;
  await closeAll(subscriptions);
  return {
    seconds,
    published,
    received,
    messages_per_second: received / seconds,
    bytes_per_second: (received * payloadBytes) / seconds,
  };
}

/** The time a latency message was sent, the first eight bytes of its payload. */
const sentAtMs = (payload: Uint8Array): number => new DataView(payload.buffer, payload.byteOffset).getFloat64(0, true);

/** Publishes at a steady rate, shared by the publishers. Each message carries the time of its publish. */
export async function measureLatency(
  clients: BenchClients,
  { namespace, topic, payloadBytes, forMs, latencyRate }: BenchSettings,
  signal: AbortSignal,
): Promise<Latency> {
  const histogram = new LatencyHistogram();
  const subscriptions = await subscribeAll(clients, { namespace, topic }, ({ payload }) =>
    histogram.add(performance.now() - sentAtMs(payload)),
  );
  const startedMs = performance.now();
  const counts = await Promise.all(
    clients.publishers.map(async (publisher) => {
      const window = new PublishWindow(windowCount);
      const pacer = new Pacer(latencyRate / clients.publishers.length);
      while (performance.now() - startedMs < forMs && !signal.aborted) {
        await pacer.turn(signal);
        const payload = Buffer.alloc(Math.max(8, payloadBytes));
        payload.writeDoubleLE(performance.now(), 0);
        await window.add(publisher.publish(namespace, topic, payload));
      }
      await window.settled();
      return window.sentCount;
    }),
  );
  await untilReceived(clients, () => histogram.count === sum(counts) * clients.subscribers.length);
  await closeAll(subscriptions);
  return histogram.result(latencyRate);
}

const subscribeAll = (
  { subscribers }: BenchClients,
  { namespace, topic }: { readonly namespace: string; readonly topic: string },
  onMessage: (message: { readonly payload: Uint8Array }) => void,
): Promise<Subscription[]> =>
  Promise.all(subscribers.map((subscriber) => subscriber.subscribe(namespace, topic, { onMessage })));

const closeAll = async (subscriptions: readonly Subscription[]): Promise<void> => {
  await Promise.all(subscriptions.map((subscription) => subscription.close()));
};

/** Resolves when all messages have arrived, or after a second: a dropped message never arrives. */
async function untilReceived({ subscribers }: BenchClients, isComplete: () => boolean): Promise<void> {
  const deadlineMs = performance.now() + 1_000;
  while (!isComplete() && performance.now() < deadlineMs) {
    await Promise.all(subscribers.map((subscriber) => subscriber.flush()));
  }
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);
