import type { PulseMQClient } from '@pulsemq/client';

/** What one flood measured at its subscriber. */
export interface Flood {
  readonly sentCount: number;
  readonly receivedCount: number;
  /** Messages received per second. */
  readonly rate: number;
  readonly p50Us: number;
  readonly p99Us: number;
}

const sliceMs = 5;

/** Marks the message that ends a flood; the others carry their time here. */
const lastMark = -1;

const nowUs = (): number => Math.round(performance.now() * 1000);

/** Counts the messages of one topic, and samples their latency in microseconds. Publisher and subscriber share this process's clock. */
class Sink {
  count = 0;
  /** Resolves with the last message: those before it have arrived or were dropped. */
  readonly ended: Promise<void>;
  readonly #delays: number[] = [];
  #end = (): void => {};

  constructor() {
    this.ended = new Promise((resolve) => {
      this.#end = resolve;
    });
  }

  readonly take = ({ data }: { readonly data: unknown }): void => {
    const sentAtUs = (data as Buffer).readDoubleLE(0);
    if (sentAtUs === lastMark) return this.#end();
    this.count += 1;
    if (this.count % 10 === 0) this.#delays.push(nowUs() - sentAtUs);
  };

  at(quantile: number): number {
    const sorted = this.#delays.toSorted((left, right) => left - right);
    return sorted[Math.floor(sorted.length * quantile)] ?? Number.NaN;
  }
}

/** Publishes 100-byte ticks for `durationMs`: `perSecond` on a fixed schedule, or as many as possible when it is left out. */
export async function flood(
  { publisher, subscriber }: { readonly publisher: PulseMQClient; readonly subscriber: PulseMQClient },
  { namespace, topic }: { readonly namespace: string; readonly topic: string },
  { durationMs, perSecond }: { readonly durationMs: number; readonly perSecond?: number },
): Promise<Flood> {
  const sink = new Sink();
  const subscription = await subscriber.subscribe(namespace, topic, { onMessage: sink.take });
  const payload = Buffer.alloc(100);
  const start = performance.now();
  let sentCount = 0;
  for (let elapsedMs = 0; elapsedMs < durationMs; elapsedMs = performance.now() - start) {
    const due = perSecond === undefined ? sentCount + 500 : Math.floor((elapsedMs * perSecond) / 1000);
    let last: Promise<void> | undefined;
    for (; sentCount < due; sentCount += 1) {
      payload.writeDoubleLE(nowUs(), 0);
      last = publisher.publish(namespace, topic, payload, { ack: false });
    }
    await last;
    if (perSecond !== undefined) await new Promise((resolve) => setTimeout(resolve, sliceMs));
  }
  payload.writeDoubleLE(lastMark, 0);
  await publisher.publish(namespace, topic, payload);
  await sink.ended;
  const seconds = (performance.now() - start) / 1000;
  await subscription.close();
  return {
    sentCount,
    receivedCount: sink.count,
    rate: sink.count / seconds,
    p50Us: sink.at(0.5),
    p99Us: sink.at(0.99),
  };
}
