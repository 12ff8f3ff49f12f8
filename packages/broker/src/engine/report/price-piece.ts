import { Batch } from '../fanout/batch/batch.js';
import type { ValueSource } from '../fanout/batch/stored-value.js';
import { appendValue, conflatedWord, valueDeliveryBytes } from '../fanout/batch/value-delivery.js';

/** Bytes after which a piece is full. One more value may follow, so that every small value fits. */
const pieceBytes = 131_072;
const longestValueBytes = 131_072;

/** Last values on their way to the control plane, as deliveries one after another. One piece is filled again and again. */
export class PricePiece {
  readonly #batch = new Batch(Buffer.allocUnsafeSlow(pieceBytes + longestValueBytes), -1);

  get isFull(): boolean {
    return this.#batch.endBytes >= pieceBytes;
  }

  /** Appends the value of a topic as the newest of `updateCount` updates. False for a value that is too large. */
  add(source: ValueSource, updateCount: number): boolean {
    const { value } = source;
    if (value === null || value.large !== null) return false;
    if (valueDeliveryBytes(source, value) > longestValueBytes) return false;
    appendValue(this.#batch, source, value, conflatedWord(updateCount));
    return true;
  }

  /** Takes out what was appended: a copy of its own size, because the whole memory of an array goes through the port. */
  take(): Uint8Array {
    const bytes = new Uint8Array(this.#batch.view);
    this.#batch.reset();
    return bytes;
  }
}
