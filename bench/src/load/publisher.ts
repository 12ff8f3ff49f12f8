import { wires } from '../wire/wires.js';
import { FlatOut } from './flat-out.js';
import type { PublishJob, Worker } from './job.js';
import { OnTime } from './on-time.js';

/** Publishes messages that were encoded in advance: flat out, or each one when it is due. */
export class Publisher implements Worker {
  readonly #parts: readonly (FlatOut | OnTime)[];

  private constructor(parts: readonly (FlatOut | OnTime)[]) {
    this.#parts = parts;
  }

  static async open(job: PublishJob): Promise<Publisher> {
    const { wire, address, schedule } = job;
    if (schedule !== null) return new Publisher([new OnTime(await wires[wire].openPublisher(address), job, schedule)]);
    const links = await Promise.all(Array.from({ length: job.linkCount }, () => wires[wire].openPublisher(address)));
    return new Publisher(links.map((link) => new FlatOut(link, job)));
  }

  get count(): number {
    return this.#parts.reduce((sum, part) => sum + part.count, 0);
  }

  get more(): Record<string, number> {
    const [first] = this.#parts;
    if (first instanceof OnTime) return { startedNs: first.startedNs };
    return { ackedCount: this.#parts.reduce((sum, part) => sum + (part instanceof FlatOut ? part.ackedCount : 0), 0) };
  }

  stop(): void {
    for (const part of this.#parts) part.stop();
  }
}
