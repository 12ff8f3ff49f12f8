/** A replay that is further behind its times than this goes on from where it is: a reader that paused wants no burst. */
const lateMaxMs = 1_000;

/** When the messages of a replay are due, by the distances of their times. */
export class ReplayPace {
  readonly #speed: number;
  /** At this time of the monotonic clock the message of this time was due; null before the first message. */
  #anchor: { readonly nowMs: number; readonly timeUs: number } | null = null;

  /** `speed`: how many times as fast as the messages came. */
  constructor(speed: number) {
    this.#speed = speed;
  }

  /** Milliseconds until a message is due; 0 when it is. */
  waitMs(timeUs: number, nowMs: number): number {
    this.#anchor ??= { nowMs, timeUs };
    const dueMs = this.#anchor.nowMs + (timeUs - this.#anchor.timeUs) / 1_000 / this.#speed;
    if (nowMs - dueMs > lateMaxMs) this.#anchor = { nowMs, timeUs };
    return Math.max(0, dueMs - nowMs);
  }
}
