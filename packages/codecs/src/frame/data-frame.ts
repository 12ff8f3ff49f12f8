import { inspect } from 'node:util';
import { payloadLimitBytes } from '@pulsemq/protocol';
import { type Column, columnFromArray, float64, type Table, tableFromColumns, tableToIPC } from '@uwdata/flechette';
import { badPayload } from '../bad-payload.js';
import { typeName } from '../format/bytes.js';
import { exact, readArrow } from './arrow-table.js';
import { cellReader, isLongInteger } from './cell.js';
import { type ColumnValues, columnType, dtypeOf } from './column-type.js';
import { plainCellReader } from './plain-cell.js';

/** One row by column name. */
export type Row = Record<string, unknown>;

/** One column as it is stored. */
export interface DataFrameColumn {
  readonly name: string;
  /** In pandas' words, such as `int64`, `datetime64[us]`, `str`, `category[str]`. */
  readonly dtype: string;
  /** Exact values: a typed array where there are no nulls, 64-bit integers and times as bigint. Made at the first use. */
  readonly values: ColumnValues;
}

/**
 * A table of named, typed columns: what travels as `df_msgpack` and `df_pyarrow`. Never changes; whoever decoded one and sends it
 * again sends the very bytes it came as, so that a DataFrame passes through with its dtypes and its pandas index.
 */
export class DataFrame {
  readonly #table: Table;
  readonly #arrowBytes: Uint8Array | null;
  #columns: readonly DataFrameColumn[] | null = null;

  private constructor(table: Table, arrowBytes: Uint8Array | null) {
    this.#table = table;
    this.#arrowBytes = arrowBytes;
  }

  /** Of anything that is one: rows, columns, an Arrow table, Arrow IPC bytes, or a DataFrame. Throws a PulseMQError. */
  static from(data: unknown): DataFrame {
    if (data instanceof DataFrame) return data;
    if (data instanceof Uint8Array) return DataFrame.fromArrow(data);
    if (Array.isArray(data)) return DataFrame.fromRows(data as Row[]);
    if (isFlechetteTable(data)) return new DataFrame(data, null);
    if (isApacheTable(data)) return DataFrame.fromColumns(apacheColumns(data));
    if (typeof data === 'object' && data !== null && Object.getPrototypeOf(data) !== Date.prototype) {
      return DataFrame.fromColumns(data as Record<string, ColumnValues>);
    }
    throw badPayload(`a DataFrame is rows, columns, an Arrow table or Arrow IPC bytes, not ${typeName(data)}`);
  }

  /** Rows of the same or different columns, in the order in which they first appear; what a row has not is null. */
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

  /** Columns by name: arrays, or typed arrays, all of one length. */
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

  /** The table in an Arrow IPC stream; the bytes are kept. Compressed buffers in it may become `limitBytes` together. */
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

  /** Rows. */
  get length(): number {
    return this.#table.numRows;
  }

  get columnNames(): readonly string[] {
    return this.#table.names as string[];
  }

  get columns(): readonly DataFrameColumn[] {
    this.#columns ??= this.columnNames.map((name, index) =>
      lazyColumn(name, dtypeOf(this.#table.schema.fields[index]!.type), this.#table.getChildAt(index)),
    );
    return this.#columns;
  }

  /** A column by its name. Throws a PulseMQError when there is none. */
  column(name: string): DataFrameColumn {
    const column = this.columns.find((one) => one.name === name);
    if (column === undefined) {
      throw badPayload(`there is no column ${JSON.stringify(name)}; there are ${this.columnNames.join(', ')}`);
    }
    return column;
  }

  /**
   * Rows as plain objects. Times are Dates (whole milliseconds; `columns` has the rest), decimals are text, and the integers of a
   * 64-bit column are numbers if all of that column fit, else all bigint.
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
   * The first rows as JSON can hold them, cells in the order of the columns: integers past 2^53 and decimals as text, times as ISO
   * text with all their digits, bytes as base64, missing and NaN as null, long texts and lists cut. Only these rows are decoded.
   */
  plainRows(rowMaxCount: number): unknown[][] {
    const readers = this.#table.schema.fields.map(({ type }, index) => {
      const column = this.#table.getChildAt(index);
      const read = plainCellReader(type);
      return (row: number) => read(column.at(row));
    });
    return Array.from({ length: Math.min(this.length, rowMaxCount) }, (_, row) => readers.map((read) => read(row)));
  }

  /** The table of `@uwdata/flechette`, for everything else. */
  table(): Table {
    return this.#table;
  }

  /** An Arrow IPC stream: the bytes it came as, if it came as such. */
  toArrow(): Uint8Array {
    if (this.#arrowBytes !== null) return this.#arrowBytes;
    return tableToIPC(this.#table, { format: 'stream' })!;
  }

  /** Rows, with bigint as text, since JSON has no other place for it. */
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

/** The builder of 64-bit integers wants bigint, the one of floats numbers. */
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

/** A column called `__proto__` is a column. */
function defineCell(cells: Row, name: string, value: unknown): void {
  if (name !== '__proto__') cells[name] = value;
  else Object.defineProperty(cells, name, { value, enumerable: true, configurable: true, writable: true });
}

const isFlechetteTable = (data: unknown): data is Table =>
  typeof data === 'object' && data !== null && 'numRows' in data && 'children' in data && 'names' in data;

/** A table of the package apache-arrow, known by its shape: it is no dependency of ours. */
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
