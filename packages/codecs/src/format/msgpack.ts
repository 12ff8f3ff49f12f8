import { Packr, Unpackr } from 'msgpackr';
import { badPayload, messageOf } from '../bad-payload.js';
import type { ColumnValues } from '../frame/column-type.js';
import { DataFrame, type Row } from '../frame/data-frame.js';
import { MsgpackWalk } from './msgpack-walk.js';

/**
 * DataFrames as MessagePack: one array of row maps, as in the Python package. Times are timestamps, extension -1. MessagePack
 * distinguishes 1 from 1.0 and JavaScript does not, so the float columns are read from the bytes and written into them.
 */

const options = { useRecords: false, variableMapSize: true } as const;
const packr = new Packr({ ...options, largeBigIntToFloat: false });
const unpackr = new Unpackr({ ...options, mapsAsObjects: true });

const tag = { nil: 0xc0, float32: 0xca, float64: 0xcb, int64: 0xd3 };
const floatBits = new DataView(new ArrayBuffer(8));

/** The bytes of decoded DataFrames: each is sent again as the same bytes. */
const received = new WeakMap<DataFrame, Uint8Array>();

/** Encodes a DataFrame. Throws a PulseMQError `PMQ_BAD_PAYLOAD` for data that it cannot hold. */
export function encodeMsgpack(data: unknown): Uint8Array {
  const frame = DataFrame.from(data);
  const bytes = received.get(frame);
  if (bytes !== undefined) return bytes;
  const floats = floatColumns(frame);
  const rows = frame.rows();
  if (floats.size === 0) return packr.pack(rows);
  for (const row of rows) {
    for (const name of floats) row[name] = floatAsInteger(row[name]);
  }
  return withFloatTags(packr.pack(rows), floats);
}

/** Decodes an array of row maps, or a map of column arrays. Throws a PulseMQError `PMQ_BAD_PAYLOAD` for other bytes. */
export function decodeMsgpack(bytes: Uint8Array): DataFrame {
  const walk = new MsgpackWalk(bytes);
  walk.check();
  const kinds = new Map<string, ColumnKind>();
  const isTable = walk.visitCells((name, at) => noteKind(kinds, name, bytes[at]!));
  const frame = frameOf(unpack(bytes), isTable ? kinds : null);
  received.set(frame, bytes);
  return frame;
}

/** The kinds of values in a column, by their first bytes. */
interface ColumnKind {
  hasFloats: boolean;
  /** It has values that are neither numbers nor nil. */
  hasOthers: boolean;
}

function noteKind(kinds: Map<string, ColumnKind>, name: string, first: number): void {
  let kind = kinds.get(name);
  if (kind === undefined) {
    kind = { hasFloats: false, hasOthers: false };
    kinds.set(name, kind);
  }
  if (first === tag.float64 || first === tag.float32) kind.hasFloats = true;
  else if (!isInteger(first) && first !== tag.nil) kind.hasOthers = true;
}

const isInteger = (first: number): boolean => first <= 0x7f || first >= 0xe0 || (first >= 0xcc && first <= 0xd3);

function frameOf(value: unknown, kinds: ReadonlyMap<string, ColumnKind> | null): DataFrame {
  if (kinds !== null) {
    const floats = new Map<string, 'float64'>();
    const others = new Set<string>();
    for (const [name, { hasFloats, hasOthers }] of kinds) {
      if (hasOthers) others.add(name);
      else if (hasFloats) floats.set(name, 'float64');
    }
    return DataFrame.fromRows(
      (value as Row[]).map((row) => withMissing(row, others)),
      floats,
    );
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date)) {
    const columns = value as Record<string, ColumnValues>;
    if (Object.values(columns).every(Array.isArray)) return DataFrame.fromColumns(columns);
  }
  throw badPayload('MessagePack payload is not a table, expected an array of maps or a map of arrays');
}

/** pandas writes a missing text as NaN. */
function withMissing(row: Row, others: ReadonlySet<string>): Row {
  for (const name of others) if (Number.isNaN(row[name])) row[name] = null;
  return row;
}

function unpack(bytes: Uint8Array): unknown {
  try {
    return unpackr.unpack(bytes as Buffer);
  } catch (error) {
    throw badPayload(`MessagePack payload cannot be read: ${messageOf(error)}`, error);
  }
}

const floatColumns = (frame: DataFrame): Set<string> =>
  new Set(frame.columns.filter(({ dtype }) => dtype.startsWith('float')).map(({ name }) => name));

/** The 64-bit integer with the bits of a float. msgpackr writes it in nine bytes for any value; `withFloatTags` then changes the tag. */
function floatAsInteger(value: unknown): unknown {
  if (typeof value !== 'number') return value;
  floatBits.setFloat64(0, value);
  return floatBits.getBigInt64(0);
}

function withFloatTags(bytes: Uint8Array, floats: ReadonlySet<string>): Uint8Array {
  new MsgpackWalk(bytes).visitCells((name, at) => {
    if (floats.has(name) && bytes[at] === tag.int64) bytes[at] = tag.float64;
  });
  return bytes;
}
