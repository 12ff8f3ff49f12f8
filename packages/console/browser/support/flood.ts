import type { PulseMQClient } from '@pulsemq/client';

/** What a stretch of publishing came to, as its subscriber saw it. */
export interface Flood {
  readonly sentCount: number;
  readonly receivedCount: number;
  /** Received a second. */
  readonly rate: number;
  readonly p50Us: number;
  readonly p99Us: number;
}

const sliceMs = 5;

/** In place of a time, in the message that ends a flood. */
const lastMark = -1;

const nowUs = (): number => Math.round(performance.now() * 1000);

/** Takes the messages of one topic and how long each was on its way, in microseconds of this process's clock. */
class Sink {
  count = 0;
  /** The last message has arrived, and so all before it that were not dropped. */
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

/** Publishes 100-byte ticks for `durationMs`, `perSecond` of them on a fixed schedule, or as many as go without a number. */
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
