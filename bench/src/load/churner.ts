import type { ChurnLink } from '../wire/peer-wire.js';
import { wires } from '../wire/wires.js';
import type { ChurnJob, Worker } from './job.js';
import { Schedule } from './schedule.js';

const turnMs = 2;

/** One connection that subscribes to a topic and cancels it, again and again, on schedule. */
export class Churner implements Worker {
  /** Requests sent. */
  count = 0;
  readonly #link: ChurnLink;
  readonly #topics: readonly string[];
  readonly #schedule: Schedule;
  readonly #startedMs = performance.now();
  readonly #timer: NodeJS.Timeout;

  private constructor(link: ChurnLink, { topics, rate }: ChurnJob) {
    this.#link = link;
    this.#topics = topics;
    this.#schedule = new Schedule([{ rate, seconds: Number.POSITIVE_INFINITY }]);
    this.#timer = setInterval(() => this.#turn(), turnMs);
  }

  static async open(job: ChurnJob): Promise<Churner> {
    const open = wires[job.wire].openChurner;
    if (open === undefined) throw new Error(`the wire ${job.wire} has no openChurner: the churn workload needs one`);
    return new Churner(await open(job.address), job);
  }

  get more(): Record<string, number> {
    return { answeredCount: this.#link.answeredCount() ?? this.count };
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #turn(): void {
    const dueCount = this.#schedule.dueCount((performance.now() - this.#startedMs) * 1e6);
    const parts: Buffer[] = [];
    for (; this.count < dueCount; this.count++) parts.push(this.#request(this.count));
    if (parts.length > 0) this.#link.socket.write(Buffer.concat(parts));
  }

  /** Each topic is subscribed to, then cancelled, before the next one. */
  #request(index: number): Buffer {
    const topic = this.#topics[(index >> 1) % this.#topics.length]!;
    return index % 2 === 0 ? this.#link.subscribe(topic) : this.#link.cancel(topic);
  }
}
