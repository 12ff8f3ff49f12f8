/** Attempts of one lane whose passwords are checked, or whose wrong answers are delayed, at one time. */
const runningMaxCount = 4;

interface Lane {
  runningCount: number;
  readonly waiting: (() => void)[];
}

/** Attempts to log in, in one lane for each origin: a lane takes a few at a time, and the others of that lane wait their turn. */
export class LogInLanes {
  readonly #lanes = new Map<string, Lane>();

  /** Runs `work` when its turn in the lane has come. Undefined when `waitingMaxCount` others wait there already. */
  async run<Result>(key: string, waitingMaxCount: number, work: () => Promise<Result>): Promise<Result | undefined> {
    const lane = this.#lanes.get(key) ?? { runningCount: 0, waiting: [] };
    if (lane.runningCount >= runningMaxCount) {
      if (lane.waiting.length >= waitingMaxCount) return undefined;
      await new Promise<void>((resolve) => lane.waiting.push(resolve));
    } else {
      lane.runningCount++;
      this.#lanes.set(key, lane);
    }
    try {
      return await work();
    } finally {
      this.#leave(key, lane);
    }
  }

  /** The next one takes the place that is free now. */
  #leave(key: string, lane: Lane): void {
    const next = lane.waiting.shift();
    if (next !== undefined) return next();
    lane.runningCount--;
    if (lane.runningCount === 0) this.#lanes.delete(key);
  }
}
