/** A second of losing more than it takes shows that a subscriber cannot be helped. */
const reviewAfterMs = 1_000;

/**
 * Whether publishers should still wait for a subscriber that is behind. One that loses messages although they wait reads too slowly
 * to be helped, and everybody else would be held up for nothing: it is waited for again when it has caught up, or when it takes
 * more in a second than it loses.
 */
export class Patience {
  /** When it ran out, or was last reviewed since then. */
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

  /** It lost bytes for being behind. */
  lose(bytes: number, nowMs: number): void {
    if (!this.#isOver) this.#begin(nowMs);
    this.#isOver = true;
    this.#lostBytes += bytes;
  }

  /** Call now and then while it is behind. */
  review(nowMs: number): void {
    if (!this.#isOver || nowMs - this.#sinceMs < reviewAfterMs) return;
    this.#isOver = this.#lostBytes >= this.#takenBytes;
    this.#begin(nowMs);
  }

  /** It has caught up. */
  restore(): void {
    this.#isOver = false;
  }

  #begin(nowMs: number): void {
    this.#sinceMs = nowMs;
    this.#takenBytes = 0;
    this.#lostBytes = 0;
  }
}
