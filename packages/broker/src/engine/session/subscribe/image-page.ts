import type { Batch } from '../../fanout/batch/batch.js';
import type { BatchMemory } from '../../fanout/batch/batch-memory.js';
import type { StoredValue, ValueSource } from '../../fanout/batch/stored-value.js';
import { appendValue, imageWord, largeWithWord, valueDeliveryBytes } from '../../fanout/batch/value-delivery.js';
import type { Subscriber } from '../../fanout/subscriber/subscriber.js';

/** Bytes of images that are sent at once. */
const pageBytes = 65_536;

/** Images that are sent together, to one subscriber or to several. They are not counted, and no policy drops them. */
export class ImagePage {
  readonly #memory: BatchMemory;
  #batch: Batch | null = null;
  #large: Batch | null = null;

  constructor(memory: BatchMemory) {
    this.#memory = memory;
  }

  get isEmpty(): boolean {
    return this.#batch === null && this.#large === null;
  }

  /** One value always fits; more only within the size of a page. A large one has a page of its own. */
  hasRoomFor(source: ValueSource, value: StoredValue): boolean {
    if (this.isEmpty) return true;
    if (this.#batch === null || value.large !== null) return false;
    return this.#batch.endBytes + valueDeliveryBytes(source, value) <= pageBytes;
  }

  /** Appends the image of a topic, for which there must be room. */
  add(source: ValueSource, value: StoredValue): void {
    if (value.large !== null) {
      this.#memory.pin(value.large);
      this.#large = asImages(largeWithWord(value.large, imageWord));
      return;
    }
    const bytes = valueDeliveryBytes(source, value);
    const { slabs } = this.#memory;
    this.#batch ??= slabs.take(bytes);
    const needed = this.#batch.endBytes + bytes;
    if (needed > this.#batch.buffer.length) slabs.grow(this.#batch, needed);
    appendValue(this.#batch, source, value, imageWord);
  }

  /** Sends the images to every subscriber. The page is not used after this. */
  deliverTo(subscribers: readonly Subscriber[]): void {
    for (const batch of [this.#batch, this.#large]) {
      if (batch === null) continue;
      this.#memory.pin(asImages(batch));
      for (const subscriber of subscribers) subscriber.deliver(batch);
      this.#memory.unpin(batch);
    }
  }
}

function asImages(batch: Batch): Batch {
  batch.messageCount = 0;
  batch.isMarker = true;
  return batch;
}
