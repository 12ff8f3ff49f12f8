import type { Outbox } from '../backlog/fifo.js';
import type { FanOut } from '../fan-out.js';
import { stalledAfterMs } from './limits.js';
import { Patience } from './patience.js';
import type { Subscriber } from './subscriber.js';

/** How far behind a subscriber is, and whether publishers should wait for it. */
export class Standing {
  readonly #subscriber: Subscriber;
  readonly #outbox: Outbox;
  readonly #fanOut: FanOut;
  readonly #patience = new Patience();
  #lastProgressMs = 0;

  constructor(subscriber: Subscriber, outbox: Outbox, fanOut: FanOut) {
    this.#subscriber = subscriber;
    this.#outbox = outbox;
    this.#fanOut = fanOut;
  }

  /** Holds more than half of the bytes it may. */
  get isOverSoft(): boolean {
    return this.#outbox.bytes * 2 > this.#fanOut.limits.outboxBytes;
  }

  /** Has taken nothing for so long that it must have stopped reading. */
  get isStalled(): boolean {
    return this.#fanOut.clock.nowMs - this.#lastProgressMs > stalledAfterMs;
  }

  /** Holds more than half of what it may. */
  get isSlow(): boolean {
    return (
      this.isOverSoft || (this.isStalled && this.#outbox.messageCount * 2 > this.#fanOut.limits.outboxMessageCount)
    );
  }

  /** A write began or ended. One that was taken at once counts too: a reader that keeps up has no other. */
  progress(): void {
    this.#lastProgressMs = this.#fanOut.clock.nowMs;
  }

  /** It took the bytes of messages. */
  take(bytes: number): void {
    this.#patience.take(bytes);
  }

  /** It lost bytes for being behind. */
  lose(bytes: number): void {
    this.#patience.lose(bytes, this.#fanOut.clock.nowMs);
  }

  /** Enters it in the lists of those who lag and of those publishers wait for: not of one that is beyond help. */
  update(): void {
    const { lagging, overSoft } = this.#fanOut;
    if (this.#outbox.isEmpty) lagging.delete(this.#subscriber);
    if (this.#deservesPacing()) overSoft.add(this.#subscriber);
    else if (overSoft.delete(this.#subscriber) && overSoft.size === 0) this.#fanOut.onRelief();
  }

  #deservesPacing(): boolean {
    if (!this.isOverSoft) {
      this.#patience.restore();
      return false;
    }
    this.#patience.review(this.#fanOut.clock.nowMs);
    return !this.#subscriber.closed && !this.isStalled && !this.#patience.isOver;
  }
}
