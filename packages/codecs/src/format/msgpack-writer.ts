import { Encoder, ExtensionCodec, encodeTimeSpecToTimestamp } from '@msgpack/msgpack';
import { payloadLimitBytes } from '@pulsemq/protocol';
import type { DataType } from '@uwdata/flechette';
import { allocate } from '#bytes';
import { badPayload, tooLarge } from '../bad-payload.js';
import { PreciseDate } from '../value/precise-date.js';
import { floorDivide } from '../value/time-unit.js';
import { hasFloats, packerOf } from './msgpack-cells.js';

/** Writes a table as MessagePack: an array of row maps. */

const extensionCodec = new ExtensionCodec();
extensionCodec.register({
  type: -1,
  encode: (value) => (value instanceof Date ? timestampOf(value) : null),
  decode: () => null,
});

/** Writes bigints in 64 bits, and other numbers in the shortest form of an integer. */
const integers = new Encoder({ extensionCodec, useBigInt64: true });
/** Writes bigints in 64 bits, and all other numbers as float64. */
const floats = new Encoder({ extensionCodec, useBigInt64: true, forceIntegerToFloat: true });

/** A column to write. Its cells fit the type. */
export interface CellColumn {
  readonly name: string;
  readonly type: DataType;
  readonly cells: ArrayLike<unknown>;
}

/**
 * The bytes of a table. Throws a PulseMQError `PMQ_BAD_PAYLOAD` that names a column which MessagePack cannot hold exactly, and a
 * PayloadTooLargeError past the limit of the format.
 */
export function writeMsgpack(columns: readonly CellColumn[]): Uint8Array {
  const rowCount = columns[0]?.cells.length ?? 0;
  if (rowCount === 0 && columns.length > 0) {
    const names = columns.slice(0, 10).map(({ name }) => name);
    throw badPayload(
      `the DataFrame has columns (${names.join(', ')}) and no rows: df_msgpack would lose the columns, use df_pyarrow`,
    );
  }
  const writers = columns.map((column) => new ColumnWriter(column));
  const output = new Output();
  output.head('array', rowCount);
  for (let row = 0; row < rowCount; row++) {
    output.head('map', writers.length);
    for (const writer of writers) writer.write(output, row);
  }
  return output.bytes();
}

/** Writes the cells of one column, each with the name of the column in front. */
class ColumnWriter {
  readonly #name: Uint8Array;
  readonly #cells: ArrayLike<unknown>;
  readonly #encoder: Encoder;
  readonly #pack: (cell: unknown) => unknown;

  constructor({ name, type, cells }: CellColumn) {
    const isFloat = hasFloats(type);
    this.#name = integers.encode(name);
    this.#cells = cells;
    this.#encoder = isFloat ? floats : integers;
    this.#pack = packerOf(name, type, isFloat);
  }

  write(output: Output, row: number): void {
    output.add(this.#name);
    const cell = this.#cells[row];
    output.add(this.#encoder.encodeSharedRef(cell === null || cell === undefined ? null : this.#pack(cell)));
  }
}

function timestampOf(date: Date): Uint8Array {
  const nanoseconds = date instanceof PreciseDate ? date.epochNanoseconds : BigInt(date.getTime()) * 1_000_000n;
  const seconds = floorDivide(nanoseconds, 1_000_000_000n);
  return encodeTimeSpecToTimestamp({ sec: Number(seconds), nsec: Number(nanoseconds - seconds * 1_000_000_000n) });
}

const limitBytes = payloadLimitBytes.df_msgpack;
/** First bytes of the heads of short, 16-bit and 32-bit arrays and maps. */
const headBytes = { array: [0x90, 0xdc, 0xdd], map: [0x80, 0xde, 0xdf] } as const;

/** Bytes that grow, up to the limit of the format. */
class Output {
  #buffer = allocate(4_096);
  #length = 0;

  head(kind: 'array' | 'map', count: number): void {
    const at = this.#room(5);
    const [short, medium, long] = headBytes[kind];
    if (count < 16) this.#length = this.#number(at, short | count, 1);
    else if (count < 65_536) this.#length = this.#number(this.#number(at, medium, 1), count, 2);
    else this.#length = this.#number(this.#number(at, long, 1), count, 4);
  }

  add(bytes: Uint8Array): void {
    const at = this.#room(bytes.length);
    this.#buffer.set(bytes, at);
    this.#length = at + bytes.length;
  }

  bytes(): Uint8Array {
    return this.#buffer.subarray(0, this.#length);
  }

  /** Writes an integer, most significant byte first. Returns the offset after it. */
  #number(at: number, value: number, sizeBytes: 1 | 2 | 4): number {
    for (let index = 0; index < sizeBytes; index++) this.#buffer[at + index] = value >>> (8 * (sizeBytes - 1 - index));
    return at + sizeBytes;
  }

  /** Makes room and returns the offset to write at. */
  #room(sizeBytes: number): number {
    const needed = this.#length + sizeBytes;
    if (needed > limitBytes + headBytes.map.length)
      throw tooLarge('payload of format df_msgpack', undefined, limitBytes);
    if (needed > this.#buffer.length) {
      const grown = allocate(Math.max(needed, 2 * this.#buffer.length));
      grown.set(this.#buffer.subarray(0, this.#length));
      this.#buffer = grown;
    }
    return this.#length;
  }
}
