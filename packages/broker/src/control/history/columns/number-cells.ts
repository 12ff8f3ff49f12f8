import type { ArrowBuffers } from '@pulsemq/codecs/arrow-buffers';
import { type Cells, firstRowCount } from './cells.js';
import { wholeNumbers } from './int64-array.js';
import { Presence } from './presence.js';

/** Numbers, but no bigints. */
export class NumberCells implements Cells {
  readonly #presence = new Presence();
  #values = new Float64Array(firstRowCount);
  #isWhole = true;

  get length(): number {
    return this.#presence.length;
  }

  /** All cells are integers up to 2^53, and none is -0. */
  get isWhole(): boolean {
    return this.#isWhole;
  }

  add(value: unknown): boolean {
    if (typeof value !== 'number') return false;
    this.addNumber(value);
    return true;
  }

  addNumber(value: number): void {
    const row = this.#presence.length;
    if (row === this.#values.length) this.#widen();
    this.#values[row] = value;
    if (this.#isWhole && (!Number.isSafeInteger(value) || Object.is(value, -0))) this.#isWhole = false;
    this.#presence.add();
  }

  addMissing(): void {
    if (this.#presence.length === this.#values.length) this.#widen();
    this.#presence.addMissing();
  }

  at(row: number): number | null {
    return this.#presence.has(row) ? this.#values[row]! : null;
  }

  toArrow(isFloat: boolean): ArrowBuffers {
    const { length, missingCount } = this.#presence;
    const numbers = this.#values.subarray(0, length);
    const isInteger = this.#isWhole && !isFloat;
    return {
      type: isInteger ? 'int64' : 'float64',
      length,
      missingCount,
      validity: this.#presence.bits(),
      values: isInteger ? wholeNumbers(numbers) : numbers,
    };
  }

  #widen(): void {
    const wider = new Float64Array(2 * this.#values.length);
    wider.set(this.#values);
    this.#values = wider;
  }
}
