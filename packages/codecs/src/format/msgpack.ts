import { badPayload } from '../bad-payload.js';
import { columnType } from '../frame/build-column.js';
import { DataFrame } from '../frame/data-frame.js';
import { hasExtension, type MarkedField } from '../frame/extension-type.js';
import { checkColumns, columnsIn } from '../frame/frame-columns.js';
import type { NamedValues } from '../frame/named-values.js';
import { MsgpackTable } from './msgpack-table.js';
import { type CellColumn, writeMsgpack } from './msgpack-writer.js';

/** DataFrames as MessagePack: one array of row maps, as in the Python package. Times are timestamps, extension -1. */

/** The bytes of decoded DataFrames: each is sent again as the same bytes. */
const received = new WeakMap<DataFrame, Uint8Array>();

/** Encodes a DataFrame. Throws a PulseMQError `PMQ_BAD_PAYLOAD` for data that MessagePack cannot hold exactly. */
export function encodeMsgpack(data: unknown): Uint8Array {
  const columns = data instanceof DataFrame || isEmptyArray(data) ? undefined : columnsIn(data);
  if (columns !== undefined) return writeMsgpack(typed(columns));
  const frame = DataFrame.from(data);
  const bytes = received.get(frame);
  if (bytes !== undefined) return bytes;
  const cells = frame.cells();
  return writeMsgpack(cells.map((column, index) => cellColumn(frame.field(index), column)));
}

/** The cells of an extension type are not of the type that stores them: booleans of 8 bits are stored as integers. */
function cellColumn(field: MarkedField, cells: readonly unknown[]): CellColumn {
  const { name } = field;
  return { name, type: hasExtension(field) ? columnType(name, cells) : field.type, cells };
}

/** Rows and columns are written as they are: to build Arrow columns first costs ten times as much. */
function typed(columns: readonly NamedValues[]): CellColumn[] {
  checkColumns(columns);
  return columns.map(([name, cells]) => ({ name, type: columnType(name, cells), cells }));
}

/** The `rows()` of an empty DataFrame remember its columns. */
const isEmptyArray = (data: unknown): boolean => Array.isArray(data) && data.length === 0;

/**
 * Decodes an array of row maps, or a map of column arrays. Throws a PulseMQError `PMQ_BAD_PAYLOAD` for other bytes, and a
 * PayloadTooLargeError for more cells or columns than a DataFrame may have.
 */
export function decodeMsgpack(bytes: Uint8Array): DataFrame {
  const frame = frameOf(new MsgpackTable(bytes));
  received.set(frame, bytes);
  return frame;
}

function frameOf(table: MsgpackTable): DataFrame {
  const columns = table.names.map(() => new ReadColumn(table.rowCount));
  table.readCells((column, row, value, isFloat) => columns[column]!.set(row, value, isFloat));
  if (columns.length === 0 && table.rowCount > 0) {
    throw badPayload(`MessagePack payload has ${table.rowCount} rows without columns`);
  }
  const floats = table.names.filter((_, index) => columns[index]!.isFloat);
  return DataFrame.fromColumnList(
    table.names.map((name, index) => [name, columns[index]!.cells()]),
    new Map(floats.map((name) => [name, 'float64'])),
  );
}

/** The cells of a column. MessagePack distinguishes 1 from 1.0 and JavaScript does not, so it also knows whether they are floats. */
class ReadColumn {
  readonly #values: unknown[];
  #hasFloats = false;
  /** It has values that are neither numbers nor missing. */
  #hasOthers = false;

  constructor(rowCount: number) {
    this.#values = new Array<unknown>(rowCount).fill(null);
  }

  set(row: number, value: unknown, isFloat: boolean): void {
    this.#values[row] = value;
    if (isFloat) this.#hasFloats = true;
    else if (value !== null && typeof value !== 'number' && typeof value !== 'bigint') this.#hasOthers = true;
  }

  get isFloat(): boolean {
    return this.#hasFloats && !this.#hasOthers;
  }

  cells(): unknown[] {
    // pandas writes a missing text as NaN.
    if (!this.#hasFloats || !this.#hasOthers) return this.#values;
    return this.#values.map((value) => (Number.isNaN(value) ? null : value));
  }
}
