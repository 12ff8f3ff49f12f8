import { inspect } from 'node:util';
import { payloadLimitBytes } from '@pulsemq/protocol';
import { type Column, columnFromArray, float64, type Table, tableFromColumns, tableToIPC } from '@uwdata/flechette';
import { badPayload } from '../bad-payload.js';
import { typeName } from '../format/bytes.js';
import { exact, readArrow } from './arrow-table.js';
import { cellReader, isLongInteger } from './cell.js';
import { type ColumnValues, columnType } from './column-type.js';
import { dtypeOf } from './dtype.js';
import { plainCellReader } from './plain-cell.js';

/** One row by column name. */
export type Row = Record<string, unknown>;

/** One column of a DataFrame. */
export interface DataFrameColumn {
  readonly name: string;
  /** Name of the type in pandas, such as `int64`, `datetime64[us]`, `str`, `category[str]`. */
  readonly dtype: string;
  /** Exact values: a typed array if there are no nulls; 64-bit integers and times as bigint. Made on first use. */
  readonly values: ColumnValues;
}

/**
 * An immutable table of named, typed columns: the data of `df_msgpack` and `df_pyarrow`. A decoded DataFrame keeps its bytes and is sent
 * again as the same bytes, with its dtypes and its pandas index.
 */
export class DataFrame {
  readonly #table: Table;
  readonly #arrowBytes: Uint8Array | null;
  #columns: readonly DataFrameColumn[] | null = null;

  private constructor(table: Table, arrowBytes: Uint8Array | null) {
    this.#table = table;
    this.#arrowBytes = arrowBytes;
  }

  /**
   * Makes a DataFrame of rows, columns, an Arrow table of flechette or apache-arrow, or Arrow IPC bytes; returns a DataFrame as it is.
   * Throws a PulseMQError `PMQ_BAD_PAYLOAD` for anything else.
   */
  static from(data: unknown): DataFrame {
    if (data instanceof DataFrame) return data;
    if (data instanceof Uint8Array) return DataFrame.fromArrow(data);
    if (Array.isArray(data)) return DataFrame.fromRows(data as Row[]);
    if (isFlechetteTable(data)) return new DataFrame(data, null);
    if (isApacheTable(data)) return DataFrame.fromColumns(apacheColumns(data));
    if (typeof data === 'object' && data !== null && Object.getPrototypeOf(data) !== Date.prototype) {
      return DataFrame.fromColumns(data as Record<string, ColumnValues>);
    }
    throw badPayload(`a DataFrame is made of rows, columns, an Arrow table or Arrow IPC bytes, not ${typeName(data)}`);
  }

  /**
   * Makes a DataFrame of rows. Its columns are those of all rows, in the order of their first appearance; a missing cell is null.
   * Columns in `types` are float64 even if all their values are whole. Throws a PulseMQError `PMQ_BAD_PAYLOAD`.
   */
  static fromRows(rows: readonly Row[], types: ReadonlyMap<string, 'float64'> = new Map()): DataFrame {
    const columns = new Map<string, unknown[]>();
    for (const [index, row] of rows.entries()) {
      if (typeof row !== 'object' || row === null || Array.isArray(row) || ArrayBuffer.isView(row)) {
        throw badPayload(`row ${index} is ${typeName(row)}, expected an object`);
      }
      for (const [name, value] of Object.entries(row)) {
        let column = columns.get(name);
        if (column === undefined) {
          column = new Array<unknown>(rows.length).fill(null);
          columns.set(name, column);
        }
        column[index] = value ?? null;
      }
    }
    return DataFrame.#ofColumns([...columns], types);
  }

  /** Makes a DataFrame of arrays or typed arrays of equal length, by column name. Throws a PulseMQError `PMQ_BAD_PAYLOAD`. */
  static fromColumns(columns: Readonly<Record<string, ColumnValues>>): DataFrame {
    const entries = Object.entries(columns);
    const length = entries[0]?.[1]?.length ?? 0;
    for (const [name, values] of entries) {
      if (!Array.isArray(values) && !(ArrayBuffer.isView(values) && !(values instanceof DataView))) {
        throw badPayload(`column ${JSON.stringify(name)} is ${typeName(values)}, expected an array or a typed array`);
      }
      if (values.length !== length) {
        throw badPayload(`column ${JSON.stringify(name)} has ${values.length} rows, the first one has ${length}`);
      }
    }
    return DataFrame.#ofColumns(entries, new Map());
  }

  /**
   * Reads an Arrow IPC stream and keeps its bytes: do not change them. Throws a PayloadTooLargeError if its compressed buffers take
   * more than `limitBytes` together, and a PulseMQError `PMQ_BAD_PAYLOAD` for other bytes.
   */
  static fromArrow(bytes: Uint8Array, limitBytes: number = payloadLimitBytes.df_pyarrow): DataFrame {
    return new DataFrame(readArrow(bytes, limitBytes), bytes);
  }

  static #ofColumns(
    entries: readonly (readonly [string, ColumnValues])[],
    types: ReadonlyMap<string, 'float64'>,
  ): DataFrame {
    const columns = entries.map(([name, values]): [string, Column<unknown>] => [
      name,
      buildColumn(name, values, types.has(name)),
    ]);
    return new DataFrame(tableFromColumns(columns), null);
  }

  /** Number of rows. */
  get length(): number {
    return this.#table.numRows;
  }

  /** Names of the columns, in order. */
  get columnNames(): readonly string[] {
    return this.#table.names as string[];
  }

  /** The columns, in order. */
  get columns(): readonly DataFrameColumn[] {
    this.#columns ??= this.columnNames.map((name, index) =>
      lazyColumn(name, dtypeOf(this.#table.schema.fields[index]!.type), this.#table.getChildAt(index)),
    );
    return this.#columns;
  }

  /** The column of this name. Throws a PulseMQError `PMQ_BAD_PAYLOAD` if there is none. */
  column(name: string): DataFrameColumn {
    const column = this.columns.find((one) => one.name === name);
    if (column === undefined) {
      throw badPayload(
        `the DataFrame has no column ${JSON.stringify(name)}, its columns are ${this.columnNames.join(', ')}`,
      );
    }
    return column;
  }

  /**
   * The rows as plain objects. Times are Dates, rounded down to milliseconds; `columns` has the exact values. Decimals are text. A column
   * of 64-bit integers has numbers if all its values are safe integers, otherwise bigint.
   */
  rows(): Row[] {
    const readers = this.#table.schema.fields.map(({ type }, index) => {
      const read = cellReader(type);
      const values = this.columns[index]!.values;
      if (!isLongInteger(type) || !everyFits(values)) return (row: number) => read(values[row] ?? null);
      return (row: number) => (values[row] == null ? null : Number(values[row]));
    });
    const names = this.columnNames;
    return Array.from({ length: this.length }, (_, row) => {
      const cells: Row = {};
      for (const [index, name] of names.entries()) defineCell(cells, name, readers[index]!(row));
      return cells;
    });
  }

  /**
   * The first rows as arrays of cells that JSON can hold: integers past 2^53 and decimals as text, times as ISO text with all digits,
   * bytes as base64, missing values and NaN as null. Long texts and lists are cut. Decodes only these rows.
   */
  plainRows(rowMaxCount: number): unknown[][] {
    const readers = this.#table.schema.fields.map(({ type }, index) => {
      const column = this.#table.getChildAt(index);
      const read = plainCellReader(type);
      return (row: number) => read(column.at(row));
    });
    return Array.from({ length: Math.min(this.length, rowMaxCount) }, (_, row) => readers.map((read) => read(row)));
  }

  /** The table of `@uwdata/flechette`, for all other uses. */
  table(): Table {
    return this.#table;
  }

  /** The DataFrame as an Arrow IPC stream: the same bytes if it was read from one. */
  toArrow(): Uint8Array {
    if (this.#arrowBytes !== null) return this.#arrowBytes;
    return tableToIPC(this.#table, { format: 'stream' })!;
  }

  /** The rows for JSON.stringify, with bigint as text. */
  toJSON(): Row[] {
    return this.rows().map((row) =>
      Object.fromEntries(
        Object.entries(row).map(([name, value]) => [name, typeof value === 'bigint' ? String(value) : value]),
      ),
    );
  }

  [inspect.custom](): string {
    const columns = this.columns.map(({ name, dtype }) => `${name}: ${dtype}`).join(', ');
    return `DataFrame(${this.length} rows; ${columns})`;
  }
}

function buildColumn(name: string, values: ColumnValues, isFloat: boolean): Column<unknown> {
  const type = isFloat ? float64() : columnType(name, values);
  try {
    return columnFromArray(widened(values, type === undefined ? '' : dtypeOf(type)) as unknown[], type, exact);
  } catch (error) {
    throw badPayload(`column ${JSON.stringify(name)} cannot be written: ${(error as Error).message}`, error);
  }
}

/** flechette builds 64-bit integers from bigint, and floats from numbers. */
function widened(values: ColumnValues, dtype: string): ColumnValues {
  if (ArrayBuffer.isView(values)) return values;
  if (dtype === 'int64' || dtype === 'uint64') {
    return Array.from(values, (value) => (value == null ? null : BigInt(value as number)));
  }
  if (dtype === 'float64') return Array.from(values, (value) => (value == null ? null : Number(value)));
  return values;
}

function lazyColumn(name: string, dtype: string, column: Column<unknown>): DataFrameColumn {
  let values: ColumnValues | null = null;
  return {
    name,
    dtype,
    get values() {
      values ??= column.toArray();
      return values;
    },
  };
}

const everyFits = (values: ColumnValues): boolean => {
  for (let row = 0; row < values.length; row++) {
    const value = values[row];
    if (typeof value === 'bigint' && BigInt.asIntN(54, value) !== value) return false;
  }
  return true;
};

/** Sets a cell. A column may have the name `__proto__`, which plain assignment would take for the prototype. */
function defineCell(cells: Row, name: string, value: unknown): void {
  if (name !== '__proto__') cells[name] = value;
  else Object.defineProperty(cells, name, { value, enumerable: true, configurable: true, writable: true });
}

const isFlechetteTable = (data: unknown): data is Table =>
  typeof data === 'object' && data !== null && 'numRows' in data && 'children' in data && 'names' in data;

/** A table of apache-arrow, recognised by its shape, because this package does not depend on it. */
interface ApacheTable {
  readonly schema: { readonly fields: readonly { readonly name: string }[] };
  getChildAt(index: number): { toArray(): ColumnValues } | null;
}

const isApacheTable = (data: unknown): data is ApacheTable =>
  typeof data === 'object' && data !== null && 'getChildAt' in data && 'schema' in data;

const apacheColumns = (table: ApacheTable): Record<string, ColumnValues> =>
  Object.fromEntries(
    table.schema.fields.map(({ name }, index) => {
      const vector = table.getChildAt(index) as unknown as Iterable<unknown>;
      return [name, [...vector]];
    }),
  );
