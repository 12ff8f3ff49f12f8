import { performance } from 'node:perf_hooks';

/** When more time than this passes between the readings, the thread has rested. Both clocks are read again. */
const readingMaxMs = 0.05;
const tryMaxCount = 5;

/** The time, read once for each read and not for each message. Microseconds are Unix time as a number, exact until the year 2255. */
export class Clock {
  /** Unix microseconds of the last `tick`. */
  nowUs = 0;
  /** Unix milliseconds of the last `tick`, whole. */
  nowMs = 0;
  /** Milliseconds of the monotonic clock at the last `tick`, whole. Durations are measured with it: the wall clock may step. */
  steadyMs = 0;
  /** Halves of `nowUs`, to be written as two u32. */
  highUs = 0;
  lowUs = 0;
  /** Halves of `nowMs`, to be compared with those of a header. */
  highMs = 0;
  lowMs = 0;
  // `align` corrects the difference to the monotonic clock every second.
  #offsetMs = performance.timeOrigin;

  constructor() {
    this.align();
    this.tick();
  }

  /** Reads the clock. */
  tick(): void {
    const steadyMs = performance.now();
    this.steadyMs = Math.floor(steadyMs);
    const us = Math.floor((this.#offsetMs + steadyMs) * 1000);
    this.nowUs = us;
    this.nowMs = Math.floor(us / 1000);
    this.highUs = Math.floor(us / 0x1_0000_0000);
    this.lowUs = (us % 0x1_0000_0000) | 0;
    this.highMs = Math.floor(this.nowMs / 0x1_0000_0000);
    this.lowMs = (this.nowMs % 0x1_0000_0000) | 0;
  }

  /** Messages from now on were received at that time, by another broker: until the next `tick` they get it as theirs. */
  stamp(highUs: number, lowUs: number): void {
    this.highUs = highUs;
    this.lowUs = lowUs;
  }

  /**
   * Follows the wall clock, which may drift or be set. `Date.now()` is cut to whole milliseconds, and the thread may rest between two readings: the
   * true difference to the monotonic clock lies within a range. A difference inside that range is kept; any other moves to its nearer edge.
   */
  align(): void {
    for (let tryCount = 1; ; tryCount++) {
      const beforeMs = performance.now();
      const wallMs = Date.now();
      const afterMs = performance.now();
      if (afterMs - beforeMs > readingMaxMs && tryCount < tryMaxCount) continue;
      const [leastMs, mostMs] = [wallMs - afterMs, wallMs + 1 - beforeMs];
      if (this.#offsetMs < leastMs) this.#offsetMs = leastMs;
      else if (this.#offsetMs > mostMs) this.#offsetMs = mostMs;
      return;
    }
  }
}
