/** A rate and its duration. The last step of a schedule has no end. */
export interface RateStep {
  /** Messages a second. */
  readonly rate: number;
  readonly seconds: number;
}

/** When each message is due: message 0 at the start, the others by the rates. Times are nanoseconds since the start. */
export class Schedule {
  readonly #steps: { readonly startNs: number; readonly startCount: number; readonly gapNs: number }[] = [];

  constructor(steps: readonly RateStep[]) {
    let startNs = 0;
    let startCount = 0;
    for (const { rate, seconds } of steps) {
      this.#steps.push({ startNs, startCount, gapNs: 1e9 / rate });
      startNs += seconds * 1e9;
      startCount += Math.round(rate * seconds);
    }
  }

  /** Messages due up to `elapsedNs` after the start. */
  dueCount(elapsedNs: number): number {
    if (elapsedNs < 0) return 0;
    const step = this.#steps.findLast((one) => one.startNs <= elapsedNs)!;
    const count = step.startCount + Math.floor((elapsedNs - step.startNs) / step.gapNs) + 1;
    const next = this.#steps[this.#steps.indexOf(step) + 1];
    return next === undefined ? count : Math.min(count, next.startCount);
  }

  /** When message `index` is due. */
  dueNs(index: number): number {
    const step = this.#steps.findLast((one) => one.startCount <= index)!;
    return step.startNs + (index - step.startCount) * step.gapNs;
  }
}
