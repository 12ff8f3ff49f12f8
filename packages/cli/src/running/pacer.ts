import { pause } from './running.js';

/** Lets things happen at a rate: what came late is caught up, for at most a tenth of a second. */
export class Pacer {
  readonly #intervalMs: number;
  #nextMs = performance.now();

  /** Infinity: as fast as it goes. */
  constructor(perSecond: number) {
    this.#intervalMs = 1_000 / perSecond;
  }

  /** Resolves when the next one is due. */
  async turn(signal: AbortSignal): Promise<void> {
    if (this.#intervalMs === 0) return;
    const nowMs = performance.now();
    this.#nextMs = Math.max(this.#nextMs, nowMs - 100);
    // A timer is no more exact than a millisecond: several may be due at once.
    if (this.#nextMs - nowMs >= 1) await pause(this.#nextMs - nowMs, signal);
    this.#nextMs += this.#intervalMs;
  }
}
