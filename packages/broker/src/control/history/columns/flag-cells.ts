import type { ArrowBuffers } from '@pulsemq/codecs/arrow-buffers';
import { type Cells, firstRowCount } from './cells.js';
import { Presence } from './presence.js';

/** Booleans. */
export class FlagCells implements Cells {
  readonly #presence = new Presence();
  /** A bit for each row, as Arrow stores them. */
  #bits = new Uint8Array(firstRowCount >> 3);

  get length(): number {
    return this.#presence.length;
  }

  add(value: unknown): boolean {
    if (typeof value !== 'boolean') return false;
    const row = this.#presence.length;
    this.#makeRoom(row);
    if (value) this.#bits[row >> 3]! |= 1 << (row & 7);
    this.#presence.add();
    return true;
  }

  addMissing(): void {
    this.#makeRoom(this.#presence.length);
    this.#presence.addMissing();
  }

  at(row: number): boolean | null {
    return this.#presence.has(row) ? (this.#bits[row >> 3]! & (1 << (row & 7))) !== 0 : null;
  }

  toArrow(): ArrowBuffers {
    const { length, missingCount } = this.#presence;
    const values = this.#bits.subarray(0, (length + 7) >> 3);
    return { type: 'bool', length, missingCount, validity: this.#presence.bits(), values };
  }

  #makeRoom(row: number): void {
    if (row >> 3 < this.#bits.length) return;
    const wider = new Uint8Array(2 * this.#bits.length);
    wider.set(this.#bits);
    this.#bits = wider;
  }
}
