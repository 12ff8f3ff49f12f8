import type { BatchMemory } from '../batch/batch-memory.js';

/** A subscriber as the lists of those that lag see it. */
export interface Laggard {
  /** Bytes its backlog holds. */
  readonly queuedBytes: number;
  /** Gives up its oldest batch because all backlogs together exceed their limit. False when it has none. */
  giveUpForTotal(): boolean;
}

/** The subscribers that lag, and those among them that publishers wait for. */
export class Laggards {
  /** Called when no subscriber needs publishers to wait any more. */
  onRelief: () => void = () => {};
  readonly #memory: BatchMemory;
  readonly #totalLimitBytes: number;
  /** Every subscriber with a backlog. */
  readonly #lagging = new Set<Laggard>();
  /** Those that still drain and hold more than half of their limit: publishers wait for them. */
  readonly #paced = new Set<Laggard>();

  constructor(memory: BatchMemory, totalLimitBytes: number) {
    this.#memory = memory;
    this.#totalLimitBytes = totalLimitBytes;
  }

  /** Publishers should wait. */
  get needPacing(): boolean {
    return this.#paced.size > 0;
  }

  /** Subscribers that publishers wait for. */
  get pacedCount(): number {
    return this.#paced.size;
  }

  /** Says where a subscriber stands now. */
  update(subscriber: Laggard, isLagging: boolean, needsPacing: boolean): void {
    if (isLagging) this.#lagging.add(subscriber);
    else this.#lagging.delete(subscriber);
    if (needsPacing) this.#paced.add(subscriber);
    else if (this.#paced.delete(subscriber) && this.#paced.size === 0) this.onRelief();
  }

  /** Keeps all backlogs together within their limit: the largest gives up its oldest messages first. */
  enforceTotal(): void {
    while (this.#memory.pinnedBytes > this.#totalLimitBytes) {
      let largest: Laggard | undefined;
      for (const subscriber of this.#lagging) {
        if (largest === undefined || subscriber.queuedBytes > largest.queuedBytes) largest = subscriber;
      }
      if (largest === undefined || !largest.giveUpForTotal()) return;
    }
  }
}
