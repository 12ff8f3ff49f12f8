import { float64, int64, uint64 } from '@uwdata/flechette';
import { badPayload } from '../bad-payload.js';
import { type CellPlace, cellText } from './cell-place.js';
import type { Shape, Target } from './shape.js';

const int64Min = -(2n ** 63n);
const int64Max = 2n ** 63n - 1n;
const uint64Max = 2n ** 64n - 1n;

/**
 * Numbers and bigints. Whole numbers are int64, and uint64 past 2^63. A fraction, NaN, an infinity, -0 or a whole number past 2^53 makes
 * all of them float64. A bigint must stay whole, so it is not mixed with those.
 */
export class NumberShape implements Shape {
  readonly kind = 'number';
  #isFloat = false;
  #floatText = '';
  #bigintText = '';
  #smallest = 0n;
  #largest = 0n;
  /** The smallest of the plain numbers, which are compared without making bigints of them. */
  #smallestNumber = 0;

  /** `isFloat`: whole numbers are float64, too. */
  constructor(isFloat = false) {
    this.#isFloat = isFloat;
  }

  add(value: unknown, place: CellPlace): void {
    if (typeof value === 'bigint') this.#addBigint(value, place);
    else if (!Number.isSafeInteger(value) || Object.is(value, -0)) this.#addFloat(value as number, place);
    else if ((value as number) < this.#smallestNumber) this.#addNegative(value as number, place);
  }

  target(): Target {
    if (this.#isFloat || this.#floatText !== '') return { type: float64(), convert: floatOf };
    return {
      type: this.#largest > int64Max ? uint64() : int64(),
      convert: (value) => BigInt(value as number | bigint),
    };
  }

  #addBigint(value: bigint, place: CellPlace): void {
    if (this.#isFloat && BigInt(Number(value)) === value) return;
    const text = `${cellText(place)} is ${value}n`;
    if (value < int64Min || value > uint64Max) {
      throw badPayload(`${text}, expected ${int64Min} to ${uint64Max}: send larger integers as text`);
    }
    this.#bigintText ||= text;
    if (value < this.#smallest) this.#smallest = value;
    if (value > this.#largest) this.#largest = value;
    this.#checkSigns(text);
    this.#refuseMixture();
  }

  #addNegative(value: number, place: CellPlace): void {
    this.#smallestNumber = value;
    if (this.#bigintText === '') return;
    this.#checkSigns(`${cellText(place)} is ${value}`);
  }

  /** No 64-bit type holds both negative integers and those past 2^63. */
  #checkSigns(text: string): void {
    const negative = this.#smallest < 0n ? this.#smallest : this.#smallestNumber;
    if (negative >= 0 || this.#largest <= int64Max) return;
    throw badPayload(
      `${text}, and the column has both a negative integer (${negative}) and one past 2^63 (${this.#largest}): send them as text`,
    );
  }

  #addFloat(value: number, place: CellPlace): void {
    this.#floatText ||= `${cellText(place)} is ${Object.is(value, -0) ? '-0' : value}`;
    this.#refuseMixture();
  }

  /** A float may not hold the bigint exactly, and an integer not the float. */
  #refuseMixture(): void {
    if (this.#bigintText === '' || (this.#floatText === '' && !this.#isFloat)) return;
    throw badPayload(
      `${this.#bigintText}, but ${this.#floatText === '' ? 'the column is float64' : this.#floatText}: use either bigints or numbers with fractions in a column`,
    );
  }
}

const floatOf = (value: unknown): number => Number(value as number | bigint);
