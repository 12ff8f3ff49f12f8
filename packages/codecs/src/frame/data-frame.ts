import { payloadLimitBytes } from '@pulsemq/protocol';
import { type Column, type Table, Type, tableFromColumns, tableFromIPC, tableToIPC } from '@uwdata/flechette';
import { badPayload } from '../bad-payload.js';
import { jsonValue } from '../json/json-value.js';
import { typedArrayName } from '../shape/typed-arrays.js';
import { typeName } from '../type-name.js';
import { inspectMethod } from '../value/inspect-method.js';
import { rowsOf } from '../value/object-of.js';
import { exact } from './arrow-options.js';
import { readArrow } from './arrow-table.js';
import type { ArrowTable } from './arrow-table-type.js';
import { buildColumn } from './build-column.js';
import { cellsOf } from './cells.js';
import { dtypeOf } from './dtype.js';
import { emptyArrowStream } from './empty-stream.js';
import { extensionName, type MarkedField } from './extension-type.js';
import { isFlechetteTable } from './foreign-table.js';
import {
  checkColumns,
  checkSize,
  columnsIn,
  columnsOfRows,
  type Row,
  rememberOrder,
  twiceIn,
} from './frame-columns.js';
import type { ColumnValues, NamedValues } from './named-values.js';
import { plainValue } from './plain-value.js';

/** One column of a DataFrame. */
export interface DataFrameColumn {
  readonly name: string;
  /** Name of the type in pandas, such as `int64`, `datetime64[us]`, `str`, `category[str]`; of an extension type its own, such as `pandas.period`. */
  readonly dtype: string;
  /**
   * The values: a typed array of numbers or bigints if there are no nulls, otherwise the cells as in `rows()`, with 64-bit integers as
   * bigint. Made on first use. A DataFrame made of them has equal values.
   */
  readonly values: ColumnValues;
}

/**
 * An immutable table of named, typed columns: the data of `df_msgpack` and `df_pyarrow`. A decoded DataFrame keeps its bytes and is sent
 * again as the same bytes, with its dtypes and its pandas index.
 */
export class DataFrame {
  /**
   * The DataFrame as an Arrow IPC stream. An own property, so that `structuredClone` and `postMessage` keep it: the class is lost there, and
   * `DataFrame.fromArrow(clone.arrow)` makes the DataFrame again.
   */
  declare readonly arrow: Uint8Array;
  readonly #table: Table;
  readonly #rowCount: number;
  readonly #arrowBytes: Uint8Array | null;
  #columns: readonly DataFrameColumn[] | null = null;

  private constructor(table: Table, rowCount: number, arrowBytes: Uint8Array | null) {
    this.#table = table;
    this.#rowCount = rowCount;
    this.#arrowBytes = arrowBytes;
    Object.defineProperty(this, 'arrow', { enumerable: true, get: () => this.toArrow() });
  }

  /**
   * Makes a DataFrame of rows, columns, an Arrow table of flechette or apache-arrow, or Arrow IPC bytes; returns a DataFrame as it is.
   * Throws a PulseMQError `PMQ_BAD_PAYLOAD` for anything else.
   */
  static from(data: unknown): DataFrame {
    if (data instanceof DataFrame) return data;
    if (typedArrayName(data) === 'Uint8Array') return DataFrame.fromArrow(data as Uint8Array);
    // Through its bytes: a table of flechette may have been read with options that round its values.
    if (isFlechetteTable(data)) return DataFrame.fromArrow(streamOf(data));
    if (Array.isArray(data)) return DataFrame.fromRows(data as Row[]);
    const columns = columnsIn(data);
    if (columns !== undefined) return DataFrame.fromColumnList(columns);
    throw badPayload(`a DataFrame is made of rows, columns, an Arrow table or Arrow IPC bytes, not ${typeName(data)}`);
  }

  /**
   * Makes a DataFrame of rows. Its columns are those of all rows, in the order of their first appearance; a missing cell is null.
   * Columns in `types` are float64 even if all their values are whole. Throws a PulseMQError `PMQ_BAD_PAYLOAD`.
   */
  static fromRows(rows: readonly Row[], types?: ReadonlyMap<string, 'float64'>): DataFrame {
    const empty = rows.length === 0 ? emptyFrames.get(rows) : undefined;
    return empty ?? DataFrame.fromColumnList(columnsOfRows(rows), types);
  }

  /** Makes a DataFrame of arrays or typed arrays of equal length, by column name. Throws a PulseMQError `PMQ_BAD_PAYLOAD`. */
  static fromColumns(columns: Readonly<Record<string, ColumnValues>>): DataFrame {
    return DataFrame.fromColumnList(Object.entries(columns));
  }

  /**
   * The same for pairs of name and values. Columns in `types` are float64 even if all their values are whole. Throws a PulseMQError
   * `PMQ_BAD_PAYLOAD`, also for two columns of one name.
   */
  static fromColumnList(columns: readonly NamedValues[], types?: ReadonlyMap<string, 'float64'>): DataFrame {
    checkColumns(columns);
    const built = columns.map(([name, values]): [string, Column<unknown>] => [
      name,
      buildColumn(name, values, types?.has(name) === true),
    ]);
    return new DataFrame(tableFromColumns(built), columns[0]?.[1].length ?? 0, null);
  }

  /**
   * Reads an Arrow IPC stream and keeps its bytes: do not change them. Throws a PayloadTooLargeError if its compressed buffers take
   * more than `limitBytes` together, and a PulseMQError `PMQ_BAD_PAYLOAD` for other bytes.
   */
  static fromArrow(bytes: Uint8Array, limitBytes: number = payloadLimitBytes.df_pyarrow): DataFrame {
    const { table, rowCount } = readArrow(bytes, limitBytes);
    return new DataFrame(table, rowCount, bytes);
  }

  /** Number of rows. */
  get length(): number {
    return this.#rowCount;
  }

  /** Names of the columns, in order. */
  get columnNames(): readonly string[] {
    return this.#table.names as string[];
  }

  /** The columns, in order. */
  get columns(): readonly DataFrameColumn[] {
    this.#columns ??= this.columnNames.map((_, index) => lazyColumn(this.field(index), this.#table.getChildAt(index)));
    return this.#columns;
  }

  /** The column of this name. Throws a PulseMQError `PMQ_BAD_PAYLOAD` if there is none, or if there are two. */
  column(name: string): DataFrameColumn {
    const [column, second] = this.columns.filter((one) => one.name === name);
    if (column !== undefined && second === undefined) return column;
    const text = `the DataFrame has ${column === undefined ? 'no column' : 'two columns'} ${JSON.stringify(name)}`;
    throw badPayload(`${text}, its columns are ${this.columnNames.join(', ')}`);
  }

  /**
   * The rows as plain objects. Each cell has the kind of its column: times are Dates, or PreciseDates with all digits and the zone; dates
   * CalendarDates, decimals Decimals, durations Durations, lists arrays, structs objects, maps Maps. 64-bit integers are numbers if all
   * values of the column are safe integers, otherwise bigint. Sent again, the array gives an equal DataFrame. Throws a PulseMQError
   * `PMQ_BAD_PAYLOAD` for two columns of one name, for texts that are not UTF-8 and for extension types such as a pandas period, and a PayloadTooLargeError for more than 8,388,608
   * cells: `columns` has no such limit.
   */
  rows(): Row[] {
    const names = this.columnNames;
    const twice = twiceIn(names);
    if (twice !== undefined) {
      throw badPayload(`two columns have the name ${JSON.stringify(twice)}, of which rows would lose one: use columns`);
    }
    checkSize(names.length, this.length);
    const rows = rowsOf(names, this.cells(), this.length);
    if (rows.length === 0) emptyFrames.set(rows, this);
    else rememberOrder(rows, names);
    return rows;
  }

  /**
   * Name and Arrow type of a column.
   *
   * @internal It would bring the types of flechette into ours.
   */
  field(index: number): MarkedField {
    return this.#table.schema.fields[index]!;
  }

  /** The cells of each column, as in `rows()`. With a count, only those of the first rows. */
  cells(rowMaxCount = this.length): unknown[][] {
    return this.columnNames.map((_, index) =>
      cellsOf(this.field(index), this.#table.getChildAt(index), { narrowsIntegers: true }, rowMaxCount),
    );
  }

  /**
   * The first rows as arrays of cells that JSON can hold, as `toJSON` has them, with long texts and lists cut. Decodes only these rows.
   */
  plainRows(rowMaxCount: number): unknown[][] {
    const count = Math.min(this.length, rowMaxCount);
    const cells = this.cells(count).map((column) => column.map(plainValue));
    return Array.from({ length: count }, (_, row) => cells.map((column) => column[row]));
  }

  /** The table of `@uwdata/flechette`, for all other uses: cast it to the `Table` of that package for what ArrowTable does not name. */
  table(): ArrowTable {
    return this.#arrowBytes === null ? tableFromIPC(this.toArrow(), exact) : this.#table;
  }

  /** The DataFrame as an Arrow IPC stream: the same bytes if it was read from one. */
  toArrow(): Uint8Array {
    return this.#arrowBytes ?? streamOf(this.#table);
  }

  /**
   * The rows as values that JSON can hold without loss: bigint and decimals as text, also `NaN`, `Infinity`, `-Infinity` and `-0`; times
   * and dates as ISO 8601 with all digits, bytes as base64, maps as arrays of pairs. Throws as `rows` does.
   */
  toJSON(): Row[] {
    return this.rows().map((row) => jsonValue(row) as Row);
  }

  /** What `console.log` shows on Node. */
  [inspectMethod](): string {
    const columns = this.columns.map(({ name, dtype }) => `${name}: ${dtype}`).join(', ');
    return `DataFrame(${this.length} rows; ${columns})`;
  }
}

/** The DataFrames whose `rows()` are these empty arrays: made of no rows again, a DataFrame keeps its columns. */
const emptyFrames = new WeakMap<readonly Row[], DataFrame>();

/** flechette leaves out the empty list of columns, which Arrow requires. */
const streamOf = (table: Table): Uint8Array =>
  table.numCols === 0 ? emptyArrowStream() : tableToIPC(table, { format: 'stream' })!;

function lazyColumn(field: MarkedField, column: Column<unknown>): DataFrameColumn {
  let values: ColumnValues | null = null;
  return {
    name: field.name,
    dtype: extensionName(field) ?? dtypeOf(column.type),
    get values() {
      values ??= valuesOf(field, column);
      return values;
    },
  };
}

function valuesOf(field: MarkedField, column: Column<unknown>): ColumnValues {
  const { typeId } = column.type;
  const isNumeric = (typeId === Type.Int || typeId === Type.Float) && extensionName(field) === undefined;
  if (isNumeric && column.nullCount === 0 && column.length > 0) return column.toArray();
  return cellsOf(field, column, { narrowsIntegers: false });
}
