import { badPayload } from '../bad-payload.js';
import { DataFrame } from '../frame/data-frame.js';
import { MsgpackTable } from './msgpack-table.js';
import { writeMsgpack } from './msgpack-writer.js';

/** DataFrames as MessagePack: one array of row maps, as in the Python package. Times are timestamps, extension -1. */

/** The bytes of decoded DataFrames: each is sent again as the same bytes. */
const received = new WeakMap<DataFrame, Uint8Array>();

/** Encodes a DataFrame. Throws a PulseMQError `PMQ_BAD_PAYLOAD` for data that MessagePack cannot hold exactly. */
export function encodeMsgpack(data: unknown): Uint8Array {
  const frame = DataFrame.from(data);
  return received.get(frame) ?? writeMsgpack(frame);
}

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
