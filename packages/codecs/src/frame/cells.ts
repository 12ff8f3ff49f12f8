import { type Batch, type Column, type DataType, DateUnit, Type } from '@uwdata/flechette';
import { exactText, type NativeBytes, nativeBytes } from '#bytes';
import { badPayload } from '../bad-payload.js';
import { CalendarDate } from '../value/calendar-date.js';
import { Decimal } from '../value/decimal.js';
import { Duration } from '../value/duration.js';
import { objectOf } from '../value/object-of.js';
import { PreciseDate } from '../value/precise-date.js';
import { TimeOfDay } from '../value/time-of-day.js';
import { timeUnits, unitNanoseconds } from '../value/time-unit.js';
import { dtypeOf } from './dtype.js';
import { childrenOf, extensionName, type MarkedField, valuesOfExtension } from './extension-type.js';

/** Reads the cell of a row of a batch. Null is a missing value. */
type ReadCell = (row: number) => unknown;

/** How cells are read. */
export interface CellOptions {
  /** 64-bit integers are numbers if all of the column, at their level, are safe integers. Otherwise they are bigint. */
  readonly narrowsIntegers: boolean;
}

/** Cells of a column: those of the rows before `end`. Throws a PulseMQError `PMQ_BAD_PAYLOAD` for a value that cannot be read exactly. */
export function cellsOf(
  field: MarkedField,
  column: Column<unknown>,
  options: CellOptions,
  end = column.length,
): unknown[] {
  const reader = new CellReader(field.name, column.data as readonly Batch<unknown>[], options);
  const cells: unknown[] = [];
  for (const batch of column.data as readonly Batch<unknown>[]) {
    const read = reader.of(batch, field);
    for (let row = 0; row < batch.length && cells.length < end; row++) cells.push(read(row));
  }
  return cells;
}

/** A batch as flechette stores it. Its types leave out what only some batches have. */
interface StoredBatch extends Batch<unknown> {
  readonly dictionary: Column<unknown>;
  readonly typeIds: ArrayLike<number>;
  view(row: number): Uint8Array;
  key(row: number): number;
}

/** Makes readers of batches. They read the stored integers: flechette would compute times and decimals in floating point. */
class CellReader {
  readonly #name: string;
  /** Types of 64-bit integers whose values are read as numbers. */
  readonly #narrow = new Set<DataType>();

  constructor(name: string, batches: readonly Batch<unknown>[], { narrowsIntegers }: CellOptions) {
    this.#name = name;
    if (!narrowsIntegers) return;
    const wide = new Set<DataType>();
    for (const batch of batches) noteWide(batch as StoredBatch, this.#narrow, wide);
    for (const type of wide) this.#narrow.delete(type);
  }

  /** A reader of a batch of a field. A missing value is null, whatever is stored in its place. */
  of(given: Batch<unknown>, field: Pick<MarkedField, 'metadata'>): ReadCell {
    const batch = given as StoredBatch;
    const stored = this.#valueReader(batch);
    const fromStored = valuesOfExtension(this.#name, extensionName(field), batch.type);
    const read = fromStored === undefined ? stored : (row: number) => presentOr(fromStored, stored(row));
    const hasNulls = batch.nullCount > 0 && batch.validity !== undefined && batch.validity.length > 0;
    return hasNulls ? (row) => (batch.isValid(row) ? read(row) : null) : read;
  }

  #valueReader(batch: StoredBatch): ReadCell {
    const { type } = batch;
    const values = batch.values as unknown as ArrayLike<bigint>;
    switch (type.typeId) {
      case Type.Null:
        return () => null;
      case Type.Int:
        return this.#narrow.has(type) ? (row) => Number(values[row]) : (row) => values[row];
      case Type.Float:
      case Type.Bool:
        return (row) => batch.value(row);
      case Type.Utf8:
      case Type.LargeUtf8:
        return this.#textReader(batch);
      case Type.Utf8View:
        return (row) => this.#text(nativeBytes(batch.view(row)), 0, batch.view(row).length, row);
      case Type.Binary:
      case Type.LargeBinary:
      case Type.BinaryView:
      case Type.FixedSizeBinary:
        return (row) => batch.value(row);
      case Type.Timestamp:
        return timeReader(values, type.unit, type.timezone);
      case Type.Date:
        return dateReader(values, type.unit);
      case Type.Time: {
        const unit = timeUnits[type.unit]!;
        return (row) => new TimeOfDay(BigInt(values[row]!) * unitNanoseconds[unit], unit);
      }
      case Type.Duration: {
        const unit = timeUnits[type.unit]!;
        return (row) => new Duration(BigInt(values[row]!) * unitNanoseconds[unit], unit);
      }
      case Type.Decimal:
        return decimalReader(batch, type.bitWidth, type.scale);
      case Type.Dictionary: {
        const cells = batch.dictionary.data.flatMap((one) => this.#all(one as Batch<unknown>));
        return (row) => cells[batch.key(row)] ?? null;
      }
      case Type.RunEndEncoded:
        return this.#runReader(batch);
      default:
        return this.#nestedReader(batch);
    }
  }

  #nestedReader(batch: StoredBatch): ReadCell {
    const { type } = batch;
    switch (type.typeId) {
      case Type.List:
      case Type.LargeList:
        return this.#listReader(batch, (row) => [Number(batch.offsets[row]), Number(batch.offsets[row + 1])]);
      case Type.FixedSizeList:
        return this.#listReader(batch, (row) => [row * type.stride, (row + 1) * type.stride]);
      case Type.ListView:
      case Type.LargeListView:
        return this.#listReader(batch, (row) => {
          const start = Number(batch.offsets[row]);
          return [start, start + Number(batch.sizes[row])];
        });
      case Type.Struct:
        return this.#structReader(
          batch,
          type.children.map(({ name }) => name),
        );
      case Type.Map:
        return this.#mapReader(batch);
      default:
        throw badPayload(
          `column ${JSON.stringify(this.#name)} has the type ${dtypeOf(type)}, whose values JavaScript cannot hold: use table()`,
        );
    }
  }

  #children(batch: StoredBatch): ReadCell[] {
    const fields = childrenOf(batch.type);
    return batch.children.map((child, index) => this.of(child, fields[index] ?? noMetadata));
  }

  #all(batch: Batch<unknown>): unknown[] {
    const read = this.of(batch, noMetadata);
    return Array.from({ length: batch.length }, (_, row) => read(row));
  }

  #textReader(batch: StoredBatch): ReadCell {
    const bytes = nativeBytes(batch.values as Uint8Array);
    const { offsets } = batch;
    return (row) => this.#text(bytes, Number(offsets[row]), Number(offsets[row + 1]), row);
  }

  #text(bytes: NativeBytes, start: number, end: number, row: number): string {
    const text = exactText(bytes, start, end);
    if (text !== undefined) return text;
    throw badPayload(`column ${JSON.stringify(this.#name)} has a text that is not UTF-8 (value ${row} of its batch)`);
  }

  #listReader(batch: StoredBatch, bounds: (row: number) => [start: number, end: number]): ReadCell {
    const [read] = this.#children(batch) as [ReadCell];
    return (row) => {
      const [start, end] = bounds(row);
      return Array.from({ length: end - start }, (_, index) => read(start + index));
    };
  }

  #structReader(batch: StoredBatch, names: readonly string[]): ReadCell {
    const twice = names.find((name, index) => names.indexOf(name) !== index);
    if (twice !== undefined) {
      const text = `column ${JSON.stringify(this.#name)} has objects with two fields of the name ${JSON.stringify(twice)}`;
      throw badPayload(`${text}, of which an object would lose one: use table()`);
    }
    const readers = this.#children(batch);
    return (row) => objectOf(names, (index) => readers[index]!(row));
  }

  #mapReader(batch: StoredBatch): ReadCell {
    const [readKey, readValue] = this.#children(batch.children[0] as StoredBatch) as [ReadCell, ReadCell];
    return (row) => {
      const [start, end] = [Number(batch.offsets[row]), Number(batch.offsets[row + 1])];
      const cells = new Map<unknown, unknown>();
      for (let at = start; at < end; at++) cells.set(readKey(at), readValue(at));
      if (cells.size === end - start) return cells;
      throw badPayload(
        `column ${JSON.stringify(this.#name)} has a map with one key twice, of which a Map would lose one: use table()`,
      );
    };
  }

  #runReader(batch: StoredBatch): ReadCell {
    const runs = batch.children[0] as StoredBatch;
    const read = this.#children(batch)[1]!;
    const ends = Array.from(runs.values as ArrayLike<number | bigint>, Number);
    return (row) => read(firstPast(ends, row));
  }
}

/** The words of a dictionary: the field of the dictionary says what they are. */
const noMetadata = { metadata: null };

/** A word of a dictionary may be missing. */
const presentOr = (fromStored: (stored: never) => unknown, stored: unknown): unknown =>
  stored === null ? null : fromStored(stored as never);

/** Index of the first run that ends past a row, by bisection. */
function firstPast(ends: readonly number[], row: number): number {
  let [low, high] = [0, ends.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ends[middle]! > row) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Adds the types of 64-bit integers at all levels of a batch to `all`, and those with integers past 2^53 to `wide`. */
function noteWide(batch: StoredBatch, all: Set<DataType>, wide: Set<DataType>): void {
  const { type } = batch;
  if (type.typeId === Type.Int && type.bitWidth === 64) {
    all.add(type);
    if (!everySafe(batch.values as unknown as ArrayLike<bigint>)) wide.add(type);
  }
  if (type.typeId === Type.Dictionary) {
    for (const one of batch.dictionary.data) noteWide(one as unknown as StoredBatch, all, wide);
  }
  for (const child of batch.children ?? []) noteWide(child as StoredBatch, all, wide);
}

function everySafe(values: ArrayLike<bigint>): boolean {
  for (let row = 0; row < values.length; row++) {
    if (!Number.isSafeInteger(Number(values[row]))) return false;
  }
  return true;
}

/** Milliseconds without a zone are Dates; all other times carry their digits, unit and zone. */
function timeReader(values: ArrayLike<bigint>, unitCode: number, timezone: string | null): ReadCell {
  const unit = timeUnits[unitCode]!;
  const scale = unitNanoseconds[unit];
  const precise = (row: number): PreciseDate => new PreciseDate(BigInt(values[row]!) * scale, unit, timezone);
  if (unit !== 'ms' || timezone !== null) return precise;
  return (row) => {
    const date = new Date(Number(values[row]));
    return Number.isNaN(date.getTime()) ? precise(row) : date;
  };
}

const dayMs = 86_400_000n;

/** Days, or milliseconds that should be whole days. */
function dateReader(values: ArrayLike<number | bigint>, unit: number): ReadCell {
  if (unit === DateUnit.DAY) return (row) => new CalendarDate(Number(values[row]));
  return (row) => {
    const ms = BigInt(values[row]!);
    return ms % dayMs === 0n ? new CalendarDate(Number(ms / dayMs)) : new PreciseDate(ms * 1_000_000n, 'ms');
  };
}

/** Decimals are stored as little-endian integers of 32, 64, 128 or 256 bits. */
function decimalReader({ values }: Batch<unknown>, bitWidth: number, scale: number): ReadCell {
  if (bitWidth === 32) return (row) => new Decimal(BigInt(values[row]!), scale);
  const words = values as unknown as ArrayLike<bigint>;
  const wordCount = bitWidth / 64;
  return (row) => {
    let unscaled = 0n;
    for (let word = wordCount - 1; word >= 0; word--) {
      unscaled = (unscaled << 64n) | BigInt.asUintN(64, words[row * wordCount + word]!);
    }
    return new Decimal(BigInt.asIntN(bitWidth, unscaled), scale);
  };
}
