/** Milliseconds of each second that may go into decoding. The rest of the second is for other work of the control plane. */
const shareMs = 200;
/** Maximum unused time that is saved up. */
const savedMaxMs = 20;

/** Time that all taps together may spend on decoding. A message that takes longer than what is left must be paid back first. */
export class DecodeBudget {
  readonly #now: () => number;
  #leftMs = savedMaxMs;
  #countedAtMs: number;

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
    this.#countedAtMs = now();
  }

  /** Runs `work`, or returns undefined when no time is left. */
  spend<Result>(work: () => Result): Result | undefined {
    const startMs = this.#now();
    this.#leftMs = Math.min(savedMaxMs, this.#leftMs + ((startMs - this.#countedAtMs) * shareMs) / 1_000);
    this.#countedAtMs = startMs;
    if (this.#leftMs <= 0) return undefined;
    const result = work();
    this.#leftMs -= this.#now() - startMs;
    return result;
  }
}
