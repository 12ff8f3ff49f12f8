import type { PublisherLink } from '../wire/peer-wire.js';
import type { PublishJob } from './job.js';
import { type RateStep, Schedule } from './schedule.js';
import { sharpenSleep, sleepUntilDue } from './short-sleep.js';

/** Messages of one turn, after which the process handles requests. */
const turnMaxCount = 4_096;

const nowNs = (): number => Number(process.hrtime.bigint());

/**
 * Open loop: sends each message when it is due, or with the first write after that. A message sent late still carries the time it was due, so that
 * the wait counts as delay.
 */
export class OnTime {
  count = 0;
  readonly startedNs = nowNs();
  readonly #link: PublisherLink;
  readonly #schedule: Schedule;
  readonly #messages: readonly Buffer[];
  /** Offset of the due time in each message; -1 without one. */
  readonly #stampAt: number;
  readonly #writeGapNs: number;
  /** Nothing is written before this time since the start. */
  #nextWriteNs = 0;
  #isStopped = false;
  readonly #turn = (): void => this.#run();

  constructor(
    link: PublisherLink,
    { topics, payloadBytes, isStamped, writeGapMs = 0 }: PublishJob,
    steps: readonly RateStep[],
  ) {
    const payload = Buffer.alloc(payloadBytes, 0xff);
    this.#link = link;
    this.#schedule = new Schedule(steps);
    this.#messages = topics.map((topic) => link.encode(topic, payload));
    this.#writeGapNs = writeGapMs * 1e6;
    sharpenSleep();
    this.#stampAt = isStamped ? this.#messages[0]!.indexOf(payload) : -1;
    this.#run();
  }

  stop(): void {
    this.#isStopped = true;
  }

  #run(): void {
    if (this.#isStopped) return;
    const elapsedNs = nowNs() - this.startedNs;
    const gapNs = this.#nextWriteNs - elapsedNs;
    const dueCount = gapNs > 0 ? 0 : Math.min(this.#schedule.dueCount(elapsedNs) - this.count, turnMaxCount);
    if (dueCount > 0) {
      this.#nextWriteNs = elapsedNs + this.#writeGapNs;
      this.#send(dueCount);
    } else sleepUntilDue(Math.max(gapNs, this.#schedule.dueNs(this.count) - elapsedNs));
    setImmediate(this.#turn);
  }

  #send(dueCount: number): void {
    const parts = new Array<Buffer>(dueCount);
    for (let index = 0; index < dueCount; index++) parts[index] = this.#message(this.count++);
    this.#link.socket.write(dueCount === 1 ? parts[0]! : Buffer.concat(parts));
  }

  #message(index: number): Buffer {
    const message = this.#messages[index % this.#messages.length]!;
    if (this.#stampAt < 0) return message;
    const stamped = Buffer.from(message);
    stamped.writeDoubleBE(this.startedNs + this.#schedule.dueNs(index), this.#stampAt);
    return stamped;
  }
}
