import type { ArrowBuffers } from '@pulsemq/codecs/arrow-buffers';
import { namesOf } from '../../../journal/record.js';
import { type Cells, firstRowCount } from './cells.js';

/** Topics: each name once, and its number in each row. */
export class TopicCells implements Cells {
  readonly #numbers = new Map<string, number>();
  /** The same by `namespace:topic`, which each message of a topic has as one and the same text. */
  readonly #numbersOfKeys = new Map<string, number>();
  readonly #names: string[] = [];
  #rows = new Int32Array(firstRowCount);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  add(value: unknown): boolean {
    if (typeof value !== 'string') return false;
    this.#addNumber(this.#numberOf(value));
    return true;
  }

  /** Adds the topic of a key. */
  addKey(key: string): void {
    let number = this.#numbersOfKeys.get(key);
    if (number === undefined) {
      number = this.#numberOf(namesOf(key).topic);
      this.#numbersOfKeys.set(key, number);
    }
    this.#addNumber(number);
  }

  /** Each row has a topic. */
  addMissing(): void {
    throw new Error('a row of history has no topic');
  }

  at(row: number): string {
    return this.#names[this.#rows[row]!]!;
  }

  toArrow(): ArrowBuffers {
    const names = this.#names.map((name) => Buffer.from(name, 'utf8'));
    const offsets = new Int32Array(this.#length + 1);
    for (let row = 0; row < this.#length; row++) offsets[row + 1] = offsets[row]! + names[this.#rows[row]!]!.length;
    const values = Buffer.allocUnsafeSlow(offsets[this.#length]!);
    for (let row = 0; row < this.#length; row++) values.set(names[this.#rows[row]!]!, offsets[row]!);
    return { type: 'utf8', length: this.#length, missingCount: 0, validity: new Uint8Array(), values, offsets };
  }

  #numberOf(topic: string): number {
    let number = this.#numbers.get(topic);
    if (number === undefined) {
      number = this.#names.push(topic) - 1;
      this.#numbers.set(topic, number);
    }
    return number;
  }

  #addNumber(number: number): void {
    if (this.#length === this.#rows.length) {
      const wider = new Int32Array(2 * this.#length);
      wider.set(this.#rows);
      this.#rows = wider;
    }
    this.#rows[this.#length++] = number;
  }
}
