import { randomInt } from 'node:crypto';

/**
 * Epochs: a number that changes when sequence numbers start again. The epoch of a run is random, so that it differs after a restart, also
 * within the same second or with the clock set back. A deleted topic that returns gets an epoch that was not used before.
 */
export class Epochs {
  /** The epoch of this run, a u32. */
  readonly current = randomInt(1, 0x1_0000_0000);
  #next = this.current;
  #lastRouteId = 0;
  readonly #ofReturning = new Map<string, number>();

  /** A number that no other route of this run has. */
  nextRouteId(): number {
    return ++this.#lastRouteId;
  }

  /** The epoch of a topic's next route. */
  of(namespace: string, topic: string): number {
    return this.#ofReturning.get(`${namespace}:${topic}`) ?? this.current;
  }

  /** Gives a deleted topic a new epoch: if it returns, its sequence starts again. */
  retire(namespace: string, topic: string): void {
    this.#next = (this.#next + 1) >>> 0;
    this.#ofReturning.set(`${namespace}:${topic}`, this.#next);
  }
}
