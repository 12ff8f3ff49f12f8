import { pause } from '../running/running.js';

/** Lets messages happen at the pace of their times: so many times as fast, and without long silences. */
export class ReplayClock {
  readonly #speed: number;
  readonly #maxGapMs: number;
  #lastTimeMs = Number.NaN;
  #dueMs = performance.now();

  constructor(speed: number, maxGapMs: number) {
    this.#speed = speed;
    this.#maxGapMs = maxGapMs;
  }

  /** Resolves when a message of that time is due. One that is older than the last is due at once. */
  async reach(timeMs: number, signal: AbortSignal): Promise<void> {
    const gapMs = Number.isNaN(this.#lastTimeMs) ? 0 : Math.max(0, timeMs - this.#lastTimeMs);
    this.#lastTimeMs = timeMs;
    if (this.#speed === Number.POSITIVE_INFINITY) return;
    // From due time to due time, not from now: what a timer is late does not add up.
    this.#dueMs += Math.min(gapMs / this.#speed, this.#maxGapMs);
    let waitMs = this.#dueMs - performance.now();
    while (waitMs >= 1 && !signal.aborted) {
      await pause(Math.min(waitMs, 60_000), signal);
      waitMs = this.#dueMs - performance.now();
    }
  }

  /** The time it is at, and how fast it goes. */
  get text(): string {
    const pace = this.#speed === Number.POSITIVE_INFINITY ? 'full speed' : `${this.#speed}x`;
    if (Number.isNaN(this.#lastTimeMs)) return pace;
    return `${new Date(this.#lastTimeMs).toISOString().slice(0, 19)}Z, ${pace}`;
  }
}
