/**
 * The table of `@uwdata/flechette` as this package shows it. The types of that package do not compile in a program that checks the types of
 * its libraries, so none of ours imports them.
 */
export interface ArrowTable {
  /** Number of rows. */
  readonly numRows: number;
  /** Number of columns. */
  readonly numCols: number;
  /** Names of the columns, in order. */
  readonly names: readonly string[];
  /** The column of this name. */
  getChild(name: string): ArrowColumn;
  /** The column at this position. */
  getChildAt(index: number): ArrowColumn;
  /** The row at this position, as an object. */
  get(index: number): Record<string, unknown>;
  /** All rows, as objects. */
  toArray(): Record<string, unknown>[];
  /** The values of each column, by name. */
  toColumns(): Record<string, ArrayLike<unknown>>;
}

/** A column of an ArrowTable. */
export interface ArrowColumn {
  /** Number of values. */
  readonly length: number;
  /** Number of missing values. */
  readonly nullCount: number;
  /** The value at this position; null when it is missing. */
  at(index: number): unknown;
  /** All values: a typed array where the column has one and no value is missing. */
  toArray(): ArrayLike<unknown>;
  /** Goes over all values. */
  [Symbol.iterator](): Iterator<unknown>;
}
