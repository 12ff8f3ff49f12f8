import type { Cells } from './cells.js';

/** Cells of any kind, such as lists, times and decimals, or numbers and texts mixed. */
export class AnyCells implements Cells {
  readonly #values: unknown[] = [];

  /** Begins with the cells of another column. */
  constructor(first: Cells | null) {
    for (let row = 0; first !== null && row < first.length; row++) this.#values.push(first.at(row));
  }

  get length(): number {
    return this.#values.length;
  }

  /** The cells; null for a missing one. */
  get values(): readonly unknown[] {
    return this.#values;
  }

  add(value: unknown): boolean {
    this.#values.push(value);
    return true;
  }

  addMissing(): void {
    this.#values.push(null);
  }

  at(row: number): unknown {
    return this.#values[row];
  }

  toArrow(): null {
    return null;
  }
}
