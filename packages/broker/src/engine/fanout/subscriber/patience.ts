/** A subscriber that loses more than it takes for this time cannot be helped by waiting. */
const reviewAfterMs = 1_000;

/**
 * Whether publishers should go on waiting for a subscriber that lags. A subscriber that loses messages although they wait reads too
 * slowly, and waiting for it would hold up everybody else. Publishers wait for it again when it has caught up, or when it takes more
 * in a second than it loses.
 */
export class Patience {
  /** When patience ran out, or was last reviewed since then. */
  #sinceMs = 0;
  #isOver = false;
  #takenBytes = 0;
  #lostBytes = 0;

  get isOver(): boolean {
    return this.#isOver;
  }

  /** The subscriber took bytes. */
  take(bytes: number): void {
    if (this.#isOver) this.#takenBytes += bytes;
  }

  /** The subscriber lost bytes because it lagged. */
  lose(bytes: number, nowMs: number): void {
    if (!this.#isOver) this.#begin(nowMs);
    this.#isOver = true;
    this.#lostBytes += bytes;
  }

  /** Compares what it took with what it lost. Call while it lags; more than once a second has no effect. */
  review(nowMs: number): void {
    if (!this.#isOver || nowMs - this.#sinceMs < reviewAfterMs) return;
    this.#isOver = this.#lostBytes >= this.#takenBytes;
    this.#begin(nowMs);
  }

  /** The subscriber has caught up. */
  restore(): void {
    this.#isOver = false;
  }

  #begin(nowMs: number): void {
    this.#sinceMs = nowMs;
    this.#takenBytes = 0;
    this.#lostBytes = 0;
  }
}
