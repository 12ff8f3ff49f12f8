/** Milliseconds of each second that may go into decoding: the rest of the control plane has the others. */
const shareMs = 200;
/** Unused time that is saved up. */
const savedMaxMs = 20;

/** Time that all taps together may spend on making messages readable. What one message costs too much is paid back first. */
export class DecodeBudget {
  readonly #now: () => number;
  #leftMs = savedMaxMs;
  #countedAtMs: number;

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
    this.#countedAtMs = now();
  }

  /** Runs `work`, or gives undefined when there is no time left for now. */
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
