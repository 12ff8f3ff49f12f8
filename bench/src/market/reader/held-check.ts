import { topicOf } from '../topic-index.js';
import type { Faults } from './faults.js';

/**
 * What a lane gets that reads again after publishing has ended: first what the kernel held, then one delivery of each topic, the
 * newest. An older value after the first newest one is a fault.
 */
export class HeldCheck {
  heldCount = 0;
  heldBytes = 0;
  #newestCount = 0;
  readonly #newest: Uint32Array;
  readonly #faults: Faults;

  constructor(newest: Uint32Array, faults: Faults) {
    this.#newest = newest;
    this.#faults = faults;
  }

  onDelivery(topic: number, sequence: number, bytes: number): void {
    if (sequence === this.#newest[topic]) {
      this.#newestCount++;
      return;
    }
    this.heldCount++;
    this.heldBytes += bytes;
    if (this.#newestCount > 0)
      this.#faults.add(
        'two deliveries of a topic',
        () => `${topicOf(topic)} ${sequence} after ${this.#newestCount} newest`,
      );
  }

  /** At the end: each topic has had its newest value here, and once. */
  checkCount(): void {
    const topicCount = this.#newest.length;
    if (this.#newestCount !== topicCount)
      this.#faults.add('wrong number of newest values', () => `${this.#newestCount} for ${topicCount} topics`);
  }
}
