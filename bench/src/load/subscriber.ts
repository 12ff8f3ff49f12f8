import type { Socket } from 'node:net';
import { build, type Histogram } from 'hdr-histogram-js';
import type { PeerWire } from '../wire/peer-wire.js';
import { wires } from '../wire/wires.js';
import type { Job, Report } from './job.js';

type SubscribeJob = Extract<Job, { kind: 'subscribe' }>;

const newHistogram = (): Histogram =>
  build({ lowestDiscernibleValue: 1, highestTrackableValue: 60_000_000, numberOfSignificantValueDigits: 3 });

/** Counts bytes, since every delivery of a run is equally long; reads the time out of each payload only where it is measured. */
export class Subscriber {
  readonly #job: SubscribeJob;
  readonly #sockets: Socket[];
  readonly #deliveryBytes: number;
  #bytes = 0;
  #histogram = newHistogram();

  private constructor(job: SubscribeJob, sockets: Socket[]) {
    this.#job = job;
    this.#sockets = sockets;
    this.#deliveryBytes = wires[job.wire].deliveryBytes(job.topic, job.payloadBytes);
    for (const socket of sockets) this.#read(socket);
  }

  static async open(job: SubscribeJob): Promise<Subscriber> {
    const sockets: Socket[] = [];
    // A few at a time: a thousand handshakes at once are a workload of their own.
    for (let at = 0; at < job.interests.length; at += 20) {
      const some = job.interests.slice(at, at + 20);
      sockets.push(...(await Promise.all(some.map((topics) => wires[job.wire].openSubscriber(job.address, topics)))));
    }
    return new Subscriber(job, sockets);
  }

  get count(): number {
    return Math.floor(this.#bytes / this.#deliveryBytes);
  }

  reset(): void {
    this.#bytes = 0;
    this.#histogram = newHistogram();
  }

  stop(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  latency(): Report {
    const histogram = this.#histogram;
    return {
      kind: 'latency',
      count: histogram.totalCount,
      p50Us: histogram.getValueAtPercentile(50),
      p99Us: histogram.getValueAtPercentile(99),
      maxUs: histogram.maxValue,
    };
  }

  #read(socket: Socket): void {
    if (this.#job.measuresLatency) this.#readTimes(socket);
    else
      socket.on('data', (chunk) => {
        this.#bytes += chunk.length;
      });
    socket.resume();
  }

  #readTimes(socket: Socket): void {
    const size = this.#deliveryBytes;
    const wire: PeerWire = wires[this.#job.wire];
    const payloadAt = wire.payloadAt(this.#job.topic, this.#job.payloadBytes);
    let rest = Buffer.alloc(0);
    socket.on('data', (chunk) => {
      const nowNs = Number(process.hrtime.bigint());
      const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      let at = 0;
      for (; at + size <= bytes.length; at += size) {
        if (wire.talkBytes !== undefined) at += wire.talkBytes(bytes, at, socket);
        if (at + size > bytes.length) break;
        const delayUs = (nowNs - bytes.readDoubleBE(at + payloadAt)) / 1_000;
        this.#histogram.recordValue(Math.min(60_000_000, Math.max(1, Math.round(delayUs))));
      }
      this.#bytes += at;
      rest = Buffer.from(bytes.subarray(at));
    });
  }
}
