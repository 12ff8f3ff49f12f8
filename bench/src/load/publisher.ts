import { writeFileSync } from 'node:fs';
import type { PublisherLink } from '../wire/peer-wire.js';
import { wires } from '../wire/wires.js';
import type { Job } from './job.js';

type PublishJob = Extract<Job, { kind: 'publish' }>;

/** Bytes of one write when flat out. */
const blockBytes = 65_536;
/** Bytes that may wait in a socket before the next block. */
const pendingMaxBytes = 1_048_576;
const sleeper = new Int32Array(new SharedArrayBuffer(4));
/**
 * A publisher that waits by spinning takes one of two cores, and what is measured then is who else gets the other one. It sleeps
 * instead, at least so long, and sends what has become due meanwhile.
 */
const shortestSleepNs = 25_000;

/** Lets this thread wake when it asked to and not up to 50 us later; on Linux, and where we may. */
function wakeOnTime(): void {
  try {
    writeFileSync('/proc/self/timerslack_ns', '1');
  } catch (error) {
    process.stderr.write(`bench: timers stay coarse, every peer's latency reads higher: ${(error as Error).message}\n`);
  }
}

/** Sends what was encoded beforehand: flat out, or each message at the moment it is due. */
export class Publisher {
  count = 0;
  readonly #job: PublishJob;
  #isStopped = false;

  private constructor(job: PublishJob) {
    this.#job = job;
  }

  static async open(job: PublishJob): Promise<Publisher> {
    const links = await Promise.all(
      Array.from({ length: job.linkCount }, () => wires[job.wire].openPublisher(job.address)),
    );
    const publisher = new Publisher(job);
    if (job.rate > 0) publisher.#runOnTime(links[0]!);
    else for (const link of links) publisher.#runFlatOut(link);
    return publisher;
  }

  reset(): void {
    this.count = 0;
  }

  stop(): void {
    this.#isStopped = true;
  }

  /** Blocks of many messages, as fast as the socket, or the acknowledgements, allow. */
  #runFlatOut(link: PublisherLink): void {
    const { topics, payloadBytes, windowCount, messageCount } = this.#job;
    const payload = Buffer.alloc(payloadBytes, 'x');
    const messages = topics.map((topic) => link.encode(topic, payload));
    const perBlock = Math.max(1, Math.ceil(blockBytes / messages[0]!.length));
    const blocks = Array.from({ length: Math.ceil(messages.length / perBlock) }, (_, block) =>
      Array.from({ length: perBlock }, (_, index) => messages[(block * perBlock + index) % messages.length]!),
    ).map((parts) => Buffer.concat(parts));
    let next = 0;
    let sent = 0;
    const pump = (): void => {
      while (!this.#isStopped && link.socket.writableLength < pendingMaxBytes) {
        const acked = link.ackedCount();
        if (acked !== undefined && sent - acked + perBlock > Math.max(windowCount, perBlock)) break;
        if (messageCount > 0 && this.count >= messageCount) return;
        link.socket.write(blocks[next++ % blocks.length]!);
        sent += perBlock;
        this.count += perBlock;
      }
      if (this.#isStopped) return;
      setImmediate(pump);
    };
    pump();
  }

  /** Open loop: message i is due at start + i / rate, and carries that moment, whenever it can really be sent. */
  #runOnTime(link: PublisherLink): void {
    const { topics, payloadBytes, rate, messageCount } = this.#job;
    const payload = Buffer.alloc(payloadBytes, 0xff);
    const messages = topics.map((topic) => link.encode(topic, payload));
    const payloadAt = messages[0]!.indexOf(payload);
    const gapNs = 1e9 / rate;
    wakeOnTime();
    const startNs = Number(process.hrtime.bigint()) + 1e6;
    let sent = 0;
    const turn = (): void => {
      if (this.#isStopped || (messageCount > 0 && sent >= messageCount)) return;
      const nowNs = Number(process.hrtime.bigint());
      const due = Math.min(Math.floor((nowNs - startNs) / gapNs) - sent, 4_096);
      if (due > 0) {
        const parts = new Array<Buffer>(due);
        for (let index = 0; index < due; index++) {
          const message = Buffer.from(messages[sent % messages.length]!);
          message.writeDoubleBE(startNs + sent * gapNs, payloadAt);
          parts[index] = message;
          sent++;
        }
        this.count += due;
        link.socket.write(due === 1 ? parts[0]! : Buffer.concat(parts));
      } else {
        const waitNs = Math.max(startNs + (sent + 1) * gapNs - nowNs, shortestSleepNs);
        Atomics.wait(sleeper, 0, 0, Math.min(1, waitNs / 1e6));
      }
      setImmediate(turn);
    };
    turn();
  }
}
