import { AnyCells } from './any-cells.js';
import type { Cells } from './cells.js';
import { FlagCells } from './flag-cells.js';
import { NumberCells } from './number-cells.js';
import { TextCells } from './text-cells.js';

/** A column of payloads. Its first cell chooses the kind of its cells; a cell of another kind makes it a column of any kind. */
export class PayloadColumn {
  readonly name: string;
  /** Its numbers are float64, also where all of them are whole. */
  isFloat = false;
  /** Null while no row has a cell. */
  #cells: Cells | null = null;

  constructor(name: string) {
    this.name = name;
  }

  /** The cells of all rows; null when no row has one. Rows at the end may be left out. */
  get cells(): Cells | null {
    return this.#cells;
  }

  /** Sets the cell of a row after those that were set. */
  setNumber(row: number, value: number): void {
    const cells = this.#cellsBefore(row, NumberCells);
    if (cells instanceof NumberCells) cells.addNumber(value);
    else this.#add(cells, value);
  }

  /** The same for a text: its UTF-8 at [start, end). */
  setUtf8(row: number, buf: Buffer, start: number, end: number): void {
    const cells = this.#cellsBefore(row, TextCells);
    if (cells instanceof TextCells && cells.addUtf8(buf, start, end)) return;
    this.#add(cells, buf.toString('utf8', start, end));
  }

  /** The same for any value but null and undefined. */
  set(row: number, value: unknown): void {
    this.#add(this.#cellsBefore(row, cellsFor(value)), value);
  }

  /** Gives the column this many rows: those at its end have no cell. */
  fill(rowCount: number): void {
    if (this.#cells !== null) while (this.#cells.length < rowCount) this.#cells.addMissing();
  }

  #cellsBefore(row: number, NewCells: new (first: null) => Cells): Cells {
    this.#cells ??= new NewCells(null);
    if (this.#cells.length < row) this.fill(row);
    return this.#cells;
  }

  #add(cells: Cells, value: unknown): void {
    if (cells.add(value)) return;
    this.#cells = new AnyCells(cells);
    this.#cells.add(value);
  }
}

function cellsFor(value: unknown): new (first: null) => Cells {
  switch (typeof value) {
    case 'number':
      return NumberCells;
    case 'string':
      return TextCells;
    case 'boolean':
      return FlagCells;
    default:
      return AnyCells;
  }
}
