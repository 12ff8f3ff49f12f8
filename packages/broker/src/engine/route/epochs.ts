import { randomInt } from 'node:crypto';

/**
 * Epochs: a number that changes whenever sequence numbers start again. The engine's own is random, so that it differs after a
 * restart, also one within the same second or with the clock set back; a deleted topic that returns takes one that has not been used
 * before.
 */
export class Epochs {
  /** The epoch of this run, a u32. */
  readonly current = randomInt(1, 0x1_0000_0000);
  #next = this.current;
  #lastRouteId = 0;
  readonly #ofReturning = new Map<string, number>();

  /** A number no other route of this run has. */
  nextRouteId(): number {
    return ++this.#lastRouteId;
  }

  /** Epoch of a topic's first route in its present life. */
  of(namespace: string, topic: string): number {
    return this.#ofReturning.get(`${namespace}:${topic}`) ?? this.current;
  }

  /** The topic was deleted: should it come back, its sequence starts again under a new epoch. */
  retire(namespace: string, topic: string): void {
    this.#next = (this.#next + 1) >>> 0;
    this.#ofReturning.set(`${namespace}:${topic}`, this.#next);
  }
}
