/** Of each window, so much may go into decoding: the rest of the control plane has the rest. */
const windowMs = 100;
const spentMaxMs = 20;

/** Time that all taps together may spend on making messages readable. */
export class DecodeBudget {
  #windowStartMs = 0;
  #spentMs = 0;

  /** Runs `work`, or gives undefined when this window's time is used up. */
  spend<Result>(work: () => Result): Result | undefined {
    const startMs = performance.now();
    if (startMs - this.#windowStartMs > windowMs) {
      this.#windowStartMs = startMs;
      this.#spentMs = 0;
    }
    if (this.#spentMs >= spentMaxMs) return undefined;
    const result = work();
    this.#spentMs += performance.now() - startMs;
    return result;
  }
}
