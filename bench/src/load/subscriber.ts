import type { Socket } from 'node:net';
import type { PeerWire } from '../wire/peer-wire.js';
import { wires } from '../wire/wires.js';
import { DelayRecord } from './delay-record.js';
import type { Latency, SubscribeJob, Worker } from './job.js';

/** Handshakes at the same time. Few, because connecting in bulk is a workload of its own. */
const atOnceCount = 20;

/** Counts deliveries by their bytes, since all of a run are equally long. Parses payloads only where delays are measured. */
export class Subscriber implements Worker {
  readonly #job: SubscribeJob;
  readonly #wire: PeerWire;
  readonly #sockets: Socket[];
  readonly #deliveryBytes: number;
  readonly #delays = new DelayRecord();
  #bytes = 0;
  #endedCount = 0;

  private constructor(job: SubscribeJob, sockets: Socket[]) {
    this.#job = job;
    this.#wire = wires[job.wire];
    this.#sockets = sockets;
    this.#deliveryBytes = this.#wire.deliveryBytes(job.topic, job.payloadBytes);
    for (const socket of sockets) {
      if (job.measuresLatency) this.#readTimes(socket);
      else socket.on('data', (chunk) => this.#countBytes(chunk));
      socket.once('close', () => this.#endedCount++);
      socket.resume();
    }
  }

  static async open(job: SubscribeJob): Promise<Subscriber> {
    const sockets: Socket[] = [];
    for (let at = 0; at < job.interests.length; at += atOnceCount) {
      const some = job.interests.slice(at, at + atOnceCount);
      sockets.push(...(await Promise.all(some.map((topics) => wires[job.wire].openSubscriber(job.address, topics)))));
    }
    return new Subscriber(job, sockets);
  }

  /** Deliveries since the start. */
  get count(): number {
    return Math.floor(this.#bytes / this.#deliveryBytes);
  }

  /** Bytes received, and connections closed by the peer. */
  get more(): Record<string, number> {
    return { bytes: this.#bytes, endedCount: this.#endedCount };
  }

  /** Starts a new record of delays. The count continues. */
  reset(): void {
    this.#delays.reset();
  }

  stop(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  latency(): Latency {
    return this.#delays.figures();
  }

  #countBytes(chunk: Buffer): void {
    this.#bytes += chunk.length;
  }

  #readTimes(socket: Socket): void {
    const size = this.#deliveryBytes;
    const wire = this.#wire;
    const payloadAt = wire.payloadAt(this.#job.topic, this.#job.payloadBytes);
    let rest = Buffer.alloc(0);
    socket.on('data', (chunk) => {
      const arrivedNs = Number(process.hrtime.bigint());
      const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      let at = 0;
      for (;;) {
        if (wire.keepAliveBytes !== undefined && at < bytes.length) at += wire.keepAliveBytes(bytes, at, socket);
        if (at + size > bytes.length) break;
        this.#delays.record(bytes.readDoubleBE(at + payloadAt), arrivedNs);
        at += size;
        this.#bytes += size;
      }
      rest = Buffer.from(bytes.subarray(at));
    });
  }
}
