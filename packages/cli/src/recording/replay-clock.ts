import { pause } from '../running/pause.js';

/** Paces messages by their times, scaled by a speed and with a limit for pauses. */
export class ReplayClock {
  readonly #speed: number;
  readonly #maxGapMs: number;
  #lastTimeMs = Number.NaN;
  #dueMs = performance.now();

  constructor(speed: number, maxGapMs: number) {
    this.#speed = speed;
    this.#maxGapMs = maxGapMs;
  }

  /** Resolves when a message with this time is due, or when the signal aborts. A message older than the last one is due at once. */
  async reach(timeMs: number, signal: AbortSignal): Promise<void> {
    const gapMs = Number.isNaN(this.#lastTimeMs) ? 0 : Math.max(0, timeMs - this.#lastTimeMs);
    this.#lastTimeMs = timeMs;
    if (this.#speed === Number.POSITIVE_INFINITY) return;
    // Counted from the last due time, not from now, so that the delays of timers do not add up.
    this.#dueMs += Math.min(gapMs / this.#speed, this.#maxGapMs);
    let waitMs = this.#dueMs - performance.now();
    while (waitMs >= 1 && !signal.aborted) {
      await pause(Math.min(waitMs, 60_000), signal);
      waitMs = this.#dueMs - performance.now();
    }
  }

  /** The time of the last message and the speed, for people. */
  get text(): string {
    const pace = this.#speed === Number.POSITIVE_INFINITY ? 'full speed' : `${this.#speed}x`;
    if (Number.isNaN(this.#lastTimeMs)) return pace;
    return `${new Date(this.#lastTimeMs).toISOString().slice(0, 19)}Z, ${pace}`;
  }
}
