import type { ArrowBuffers } from '@pulsemq/codecs/arrow-buffers';

/** The cells of a column that has one kind of value, from the first row on. */
export interface Cells {
  /** Number of rows. */
  readonly length: number;
  /** Adds a row with this value. False when these cells cannot hold it exactly; then nothing was added. */
  add(value: unknown): boolean;
  /** Adds a row without a cell. */
  addMissing(): void;
  /** The cell of a row; null for a missing one. */
  at(row: number): unknown;
  /** The column as Arrow stores it; null for cells that must be looked at one by one. `isFloat`: whole numbers are float64, too. */
  toArrow(isFloat: boolean): ArrowBuffers | null;
}

/** Rows that cells have room for at first. They double it as they grow. */
export const firstRowCount = 1_024;
