import type { Clock } from '../clock.js';
import type { Guard } from '../guard.js';
import type { Batch } from './batch/batch.js';
import { deliver } from './batch/delivery.js';
import type { SmallMessage } from './batch/message.js';
import type { ValueSource } from './batch/stored-value.js';
import { appendValue, conflatedWord, largeWithWord, valueDeliveryBytes } from './batch/value-delivery.js';
import type { FanOut } from './fan-out.js';
import { InterestGroup } from './interest-group.js';

/** What a paced group knows of one topic. */
interface Pace {
  /** Messages of the topic that its last delivery covered. */
  coveredCount: number;
  /** When that was, milliseconds of the monotonic clock. */
  sentMs: number;
  isPending: boolean;
}

/**
 * Subscribers with the same interest and the same rate. The first update of a topic after a quiet period passes in the same turn; further
 * ones wait for the next tick of the group, which delivers the newest value of each topic with news. A thousand equal screens cost one batch a
 * tick.
 */
export class PacedGroup extends InterestGroup {
  /** Time between two ticks, and least time between two deliveries of a topic. */
  readonly #periodMs: number;
  readonly #fanOut: FanOut;
  readonly #pacedClock: Clock;
  readonly #guard: Guard;
  readonly #paces = new Map<ValueSource, Pace>();
  #pending: ValueSource[] = [];
  #timer: NodeJS.Timeout | null = null;
  /** Ticks lie at whole periods after this, milliseconds of the monotonic clock. */
  readonly #originMs: number;

  /** `ratePerSecond` updates a second for each topic. */
  constructor(key: string, fanOut: FanOut, ratePerSecond: number) {
    super(key, fanOut, true);
    this.#fanOut = fanOut;
    this.#pacedClock = fanOut.clock;
    this.#guard = fanOut.guard;
    this.#periodMs = 1_000 / ratePerSecond;
    this.#originMs = performance.now();
  }

  /** A topic has one more message, which is its last value now. `message` is that message. */
  noteMessage(source: ValueSource, message: SmallMessage | null): void {
    const pace = this.#paceOf(source, source.publishedCount - 1);
    if (pace.isPending) return;
    const isQuiet = this.#pacedClock.steadyMs - pace.sentMs >= this.#periodMs;
    if (isQuiet && message !== null) {
      this.#sent(pace, source);
      if (this.members.length > 0) this.#fanOut.turn.noteAppended(deliver([this], source, message, this.#pacedClock));
      return;
    }
    pace.isPending = true;
    this.#pending.push(source);
    this.#tickLater();
  }

  /** A message that must not be conflated follows: delivers the pending value of its topic first. */
  settleTopic(source: ValueSource): void {
    const pace = this.#paceOf(source, source.publishedCount);
    if (pace.isPending) this.#deliverValue(source, pace);
    pace.isPending = false;
  }

  /** The message after `settleTopic` has passed, outside the rate. */
  passed(source: ValueSource): void {
    this.#paceOf(source, 0).coveredCount = source.publishedCount;
  }

  /** A topic is gone. */
  forget(source: ValueSource): void {
    this.#paces.delete(source);
  }

  /** Ends the timer: the last member has left. */
  close(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  /** `coveredCount` is for a topic that this group has not seen before. */
  #paceOf(source: ValueSource, coveredCount: number): Pace {
    let pace = this.#paces.get(source);
    if (pace === undefined) {
      pace = { coveredCount, sentMs: Number.NEGATIVE_INFINITY, isPending: false };
      this.#paces.set(source, pace);
    }
    return pace;
  }

  #sent(pace: Pace, source: ValueSource): void {
    pace.coveredCount = source.publishedCount;
    pace.sentMs = this.#pacedClock.steadyMs;
  }

  /** The next whole period. */
  #tickLater(): void {
    if (this.#timer !== null) return;
    const sinceMs = performance.now() - this.#originMs;
    const waitMs = this.#periodMs - (sinceMs % this.#periodMs);
    this.#timer = setTimeout(() => this.#guard.run('a tick of a paced group', () => this.#tick()), waitMs);
  }

  #tick(): void {
    this.#timer = null;
    this.#pacedClock.tick();
    const pending = this.#pending;
    this.#pending = [];
    for (const source of pending) {
      const pace = this.#paces.get(source);
      if (pace?.isPending !== true) continue;
      pace.isPending = false;
      this.#deliverValue(source, pace);
    }
    this.flush();
    // Everything is delivered: a taker that has caught up joins here without a gap.
    for (const taker of [...this.takers]) taker.pumpNews();
    if (this.takers.length > 0) this.#tickLater();
  }

  #deliverValue(source: ValueSource, pace: Pace): void {
    const updateCount = source.publishedCount - pace.coveredCount;
    this.#sent(pace, source);
    const { value } = source;
    if (value === null) return;
    source.conflatedCount += (updateCount - 1) * this.#memberReaderCount();
    if (value.large !== null) return this.#deliverLargeValue(value.large, updateCount);
    const batch = this.reserve(valueDeliveryBytes(source, value));
    appendValue(batch, source, value, conflatedWord(updateCount));
    batch.conflatedCount += updateCount - 1;
  }

  #deliverLargeValue(large: Batch, updateCount: number): void {
    const { memory } = this.#fanOut;
    memory.pin(large);
    const batch = largeWithWord(large, conflatedWord(updateCount));
    batch.conflatedCount = updateCount - 1;
    memory.pin(batch);
    this.deliverLarge(batch);
    memory.unpin(batch);
  }

  #memberReaderCount(): number {
    let count = 0;
    for (const member of this.members) if (member.isReader) count++;
    return count;
  }
}
