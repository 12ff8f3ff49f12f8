import { type DataType, DateUnit, IntervalUnit, type Table, Type } from '@uwdata/flechette';
import { badPayload } from '../bad-payload.js';

/**
 * Checks that the buffers of a table hold the values that its columns claim (Arrow columnar format, "Physical Memory Layout"). The decoder
 * reads past the end without an error: a value is then undefined, or reading it throws a TypeError long after the payload was accepted.
 */

type Numbers = ArrayLike<number> | ArrayLike<bigint>;

/** A batch of flechette, as far as it is checked. Which fields it has depends on its type. */
interface ReadBatch {
  readonly length: number;
  readonly nullCount: number;
  readonly type: DataType;
  readonly validity?: Uint8Array;
  readonly values?: Numbers;
  readonly offsets?: Numbers;
  readonly sizes?: Numbers;
  readonly typeIds?: Int8Array;
  readonly data?: readonly Uint8Array[];
  readonly children?: readonly ReadBatch[];
  readonly dictionary?: { readonly length: number; readonly data: readonly ReadBatch[] };
}

/** Values of up to this length stand in the view itself. */
const inlineMaxBytes = 12;
const viewBytes = 16;

const outside = (what: string): Error => badPayload(`Arrow stream has a column whose ${what} do not fit its rows`);

/** Throws a PulseMQError `PMQ_BAD_PAYLOAD` unless every column has the rows of the table, and buffers that hold them. */
export function checkLayout(table: Table): void {
  const checked = new Set<unknown>();
  for (const { length, data } of table.children) {
    if (length !== table.numRows) throw badPayload(`Arrow stream has columns of ${table.numRows} and ${length} rows`);
    for (const batch of data as unknown as readonly ReadBatch[]) checkBatch(batch, checked);
  }
}

/** `checked` are the dictionaries that were checked: many batches share one. */
function checkBatch(batch: ReadBatch, checked: Set<unknown>): void {
  const { length, nullCount, validity } = batch;
  if (nullCount > length) throw outside('missing values');
  if (nullCount > 0 && validity !== undefined) need(validity.length, Math.ceil(length / 8), 'missing values');
  checkValues(batch, checked);
  for (const child of batch.children ?? []) checkBatch(child, checked);
}

function checkValues(batch: ReadBatch, checked: Set<unknown>): void {
  const { length, type, children = [] } = batch;
  const valueCount = batch.values?.length ?? 0;
  switch (type.typeId) {
    case Type.Null:
    case Type.NONE:
      return;
    case Type.Bool:
      return need(valueCount, Math.ceil(length / 8), 'values');
    case Type.Int:
    case Type.Float:
    case Type.Time:
    case Type.Timestamp:
    case Type.Duration:
      return need(valueCount, length, 'values');
    case Type.Date:
      need(valueCount, length, 'values');
      return type.unit === DateUnit.MILLISECOND ? checkDates(batch) : undefined;
    case Type.Decimal:
      return need(valueCount, length * Math.max(1, type.bitWidth / 64), 'values');
    case Type.Interval:
      return need(valueCount, length * intervalItems[type.unit], 'values');
    case Type.FixedSizeBinary:
      return need(valueCount, length * type.stride, 'values');
    case Type.Utf8:
    case Type.LargeUtf8:
    case Type.Binary:
    case Type.LargeBinary:
      return checkOffsets(batch, valueCount);
    case Type.Utf8View:
    case Type.BinaryView:
      return checkViews(batch);
    case Type.List:
    case Type.LargeList:
    case Type.Map:
      return checkOffsets(batch, children[0]!.length);
    case Type.ListView:
    case Type.LargeListView:
      return checkListViews(batch, children[0]!.length);
    case Type.FixedSizeList:
      return need(children[0]!.length, length * type.stride, 'lists');
    case Type.Struct:
      for (const child of children) need(child.length, length, 'fields');
      return;
    case Type.RunEndEncoded:
      return checkRuns(batch);
    case Type.Union:
      return checkUnion(batch);
    case Type.Dictionary:
      return checkDictionary(batch, checked);
    default:
      return type satisfies never;
  }
}

const intervalItems = { [IntervalUnit.YEAR_MONTH]: 1, [IntervalUnit.DAY_TIME]: 2, [IntervalUnit.MONTH_DAY_NANO]: 16 };

/** Dates in milliseconds are read as numbers, which the decoder refuses past 2^53 when the cell is read. */
function checkDates(batch: ReadBatch): void {
  const { length, values = [] } = batch;
  for (let row = 0; row < length; row++) {
    if (isValid(batch, row) && !Number.isSafeInteger(Number(values[row]))) {
      throw badPayload(`Arrow stream has a date of ${values[row]} ms, which no date has`);
    }
  }
}

const isValid = ({ nullCount, validity }: ReadBatch, row: number): boolean =>
  nullCount === 0 || validity === undefined || ((validity[row >> 3]! >> (row & 7)) & 1) !== 0;

function need(available: number, needed: number, what: string): void {
  if (available < needed) throw outside(what);
}

/** Offsets must rise from row to row and stay inside. A batch without rows may have none. */
function checkOffsets({ length, offsets = [] }: ReadBatch, limit: number): void {
  if (length === 0) return;
  need(offsets.length, length + 1, 'offsets');
  let last = 0;
  for (let row = 0; row <= length; row++) {
    const offset = Number(offsets[row]);
    if (offset < last || offset > limit) throw outside('offsets');
    last = offset;
  }
}

function checkViews({ length, values, data = [] }: ReadBatch): void {
  const bytes = values as Uint8Array;
  need(bytes.length, length * viewBytes, 'values');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at < length * viewBytes; at += viewBytes) {
    const sizeBytes = view.getInt32(at, true);
    if (sizeBytes < 0) throw outside('values');
    if (sizeBytes <= inlineMaxBytes) continue;
    const offset = view.getInt32(at + 12, true);
    const buffer = data[view.getInt32(at + 8, true)];
    if (buffer === undefined || offset < 0 || offset + sizeBytes > buffer.length) throw outside('values');
  }
}

function checkListViews({ length, offsets = [], sizes = [] }: ReadBatch, limit: number): void {
  need(Math.min(offsets.length, sizes.length), length, 'offsets');
  for (let row = 0; row < length; row++) {
    const offset = Number(offsets[row]);
    const size = Number(sizes[row]);
    if (offset < 0 || size < 0 || offset + size > limit) throw outside('offsets');
  }
}

/** The ends of runs rise, and the last is at or past the last row. */
function checkRuns({ length, children = [] }: ReadBatch): void {
  const [runs, values] = children as [ReadBatch, ReadBatch];
  const ends = runs.values ?? [];
  need(Math.min(values.length, ends.length), runs.length, 'runs');
  let last = 0;
  for (let run = 0; run < runs.length; run++) {
    const end = Number(ends[run]);
    if (end <= last) throw outside('runs');
    last = end;
  }
  need(last, length, 'runs');
}

function checkUnion({ length, type, typeIds, offsets, children = [] }: ReadBatch): void {
  const { typeMap } = type as unknown as { typeMap: Readonly<Record<number, number>> };
  need(typeIds?.length ?? 0, length, 'types');
  if (offsets != null) need(offsets.length, length, 'offsets');
  for (let row = 0; row < length; row++) {
    const child = children[typeMap[typeIds![row]!] ?? -1];
    const at = offsets == null ? row : Number(offsets[row]);
    if (child === undefined || at < 0 || at >= child.length) throw outside('types');
  }
}

function checkDictionary(batch: ReadBatch, checked: Set<unknown>): void {
  const { length, values = [], dictionary } = batch;
  need(values.length, length, 'values');
  if (dictionary === undefined) throw outside('words');
  if (!checked.has(dictionary)) {
    checked.add(dictionary);
    for (const batch of dictionary.data) checkBatch(batch, checked);
  }
  for (let row = 0; row < length; row++) {
    if (!isValid(batch, row)) continue;
    const index = Number(values[row]);
    if (index < 0 || index >= dictionary.length) throw outside('words');
  }
}
