// A small generator of numbers from a seed, so that a run can be repeated. Math.random has no seed.

/** Xorshift with 32 bits. */
export class Random {
  #state;

  constructor(seed) {
    this.#state = seed >>> 0 || 1;
  }

  /** A whole number from 0 to `limit` - 1. */
  below(limit) {
    let state = this.#state;
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    this.#state = state >>> 0;
    return this.#state % limit;
  }

  /** One item of a list. */
  of(items) {
    return items[this.below(items.length)];
  }
}
