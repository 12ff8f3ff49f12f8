import { pause } from './pause.js';

/** Spaces actions at a steady rate. After a delay it catches up, but for at most 100 ms. */
export class Pacer {
  readonly #intervalMs: number;
  #nextMs = performance.now();

  /** With Infinity, nothing waits. */
  constructor(perSecond: number) {
    this.#intervalMs = 1_000 / perSecond;
  }

  /** Resolves when the next action is due, or when the signal aborts. */
  async turn(signal: AbortSignal): Promise<void> {
    if (this.#intervalMs === 0) return;
    const nowMs = performance.now();
    this.#nextMs = Math.max(this.#nextMs, nowMs - 100);
    // A timer is exact to a millisecond, so at high rates several actions follow one wait.
    if (this.#nextMs - nowMs >= 1) await pause(this.#nextMs - nowMs, signal);
    this.#nextMs += this.#intervalMs;
  }
}
