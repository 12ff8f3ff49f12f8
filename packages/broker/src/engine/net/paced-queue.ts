import { Fifo } from '@pulsemq/protocol';
import type { Guard } from '../../guard.js';

/** Time that the work of a queue may take in one turn of the loop. */
const budgetMs = 1;

/**
 * Work for many connections, a little in each turn, so that ticks go on between. libuv hands over 3,000 connects at once, and all of their
 * greetings; done at once, that work held ticks up for 90 ms.
 */
export class PacedQueue<Item> {
  readonly #work: (item: Item) => void;
  readonly #guard: Guard;
  readonly #where: string;
  readonly #ratePerSecond: number;
  readonly #items = new Fifo<Item>();
  #isScheduled = false;
  /** Items that may be worked on now; grows with time up to a tenth of a second's worth. */
  #allowed: number;
  #allowedSinceMs = performance.now();
  readonly #run = (): void => this.#turn();

  /** `where` names the work in reports of errors. `ratePerSecond` items are worked on in a second at most. */
  constructor(where: string, guard: Guard, work: (item: Item) => void, ratePerSecond = Number.POSITIVE_INFINITY) {
    this.#where = where;
    this.#guard = guard;
    this.#work = work;
    this.#ratePerSecond = ratePerSecond;
    this.#allowed = this.#burst;
  }

  push(item: Item): void {
    this.#items.push(item);
    this.#schedule();
  }

  /** Takes out everything that is not done yet. */
  take(): Item[] {
    return this.#items.drain();
  }

  get #burst(): number {
    return Math.max(1, this.#ratePerSecond / 10);
  }

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    if (this.#allowed >= 1) setImmediate(this.#run);
    else setTimeout(this.#run, Math.ceil(1_000 / this.#ratePerSecond));
  }

  #turn(): void {
    this.#isScheduled = false;
    this.#refill();
    const untilMs = performance.now() + budgetMs;
    while (this.#items.size > 0 && this.#allowed >= 1 && performance.now() < untilMs) this.#next();
    if (this.#items.size > 0) this.#schedule();
  }

  #next(): void {
    const item = this.#items.shift()!;
    this.#allowed--;
    try {
      this.#work(item);
    } catch (error) {
      this.#guard.caught(this.#where, error);
    }
  }

  #refill(): void {
    const nowMs = performance.now();
    const passedMs = nowMs - this.#allowedSinceMs;
    // Two equal readings of the clock: zero times an endless rate would be no number, and the queue would stop for good.
    if (passedMs <= 0) return;
    this.#allowed = Math.min(this.#burst, this.#allowed + (passedMs * this.#ratePerSecond) / 1_000);
    this.#allowedSinceMs = nowMs;
  }
}
