import type { Turn } from '../fanout/turn.js';

/** Time that requests other than PUB may take in one turn of the loop, over all connections. */
const leastMs = 2;
/** It may grow to what the last writing of batches took: many small turns would spend their time on writes of one message each. */
const mostMs = 8;

/**
 * Bounds the work that peers can ask for in one turn: SUB, UNSUB and QUERY, regrouping, new topics. A connection that finds the budget spent
 * after a request stops reading; the rest of its bytes waits for a later turn, so that ticks go on between.
 */
export class RequestBudget {
  readonly #turn: Turn;
  #spentMs = 0;
  #beganMs = 0;
  #isScheduled = false;
  readonly #reset = (): void => {
    this.#spentMs = 0;
    this.#isScheduled = false;
  };

  constructor(turn: Turn) {
    this.#turn = turn;
  }

  get isSpent(): boolean {
    return this.#spentMs >= Math.min(mostMs, Math.max(leastMs, this.#turn.lastFlushMs));
  }

  /** Begins to measure a piece of work. */
  begin(): void {
    this.#beganMs = performance.now();
  }

  /** Ends the measured piece of work. */
  end(): void {
    this.#spentMs += performance.now() - this.#beganMs;
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(this.#reset);
  }
}
