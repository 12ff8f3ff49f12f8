import type { Clock } from '../../clock.js';
import type { Backlog } from '../backlog/backlog.js';
import type { BacklogLimits } from './limits.js';
import { stalledAfterMs } from './limits.js';
import { Patience } from './patience.js';
import type { Writer } from './writer.js';

/** How far a subscriber lags, and whether publishers should wait for it. */
export class Standing {
  readonly #backlog: Backlog;
  readonly #writer: Writer;
  readonly #limits: BacklogLimits;
  readonly #clock: Clock;
  readonly #patience = new Patience();

  constructor(backlog: Backlog, writer: Writer, limits: BacklogLimits, clock: Clock) {
    this.#backlog = backlog;
    this.#writer = writer;
    this.#limits = limits;
    this.#clock = clock;
  }

  /** It holds more than half of the bytes it may. */
  get isOverSoft(): boolean {
    return this.#backlog.heldBytes * 2 > this.#limits.outboxBytes;
  }

  /** None of its writes has begun or completed for so long that it must have stopped reading. */
  get isStalled(): boolean {
    return this.#clock.steadyMs - this.#writer.lastProgressMs > stalledAfterMs;
  }

  /** It holds more than half of the bytes, or of the messages, that it may. */
  get isSlow(): boolean {
    return this.isOverSoft || (this.isStalled && this.#backlog.messageCount * 2 > this.#limits.outboxMessageCount);
  }

  /** It took bytes of messages. */
  take(bytes: number): void {
    this.#patience.take(bytes);
  }

  /** It lost bytes because it lagged. */
  lose(bytes: number): void {
    this.#patience.lose(bytes, this.#clock.steadyMs);
  }

  /** Publishers should wait for it: it is past its soft limit, still drains, and waiting helps. */
  reviewPacing(): boolean {
    if (!this.isOverSoft) {
      this.#patience.restore();
      return false;
    }
    this.#patience.review(this.#clock.steadyMs);
    return !this.isStalled && !this.#patience.isOver;
  }
}
