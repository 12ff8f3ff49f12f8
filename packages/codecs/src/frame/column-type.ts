import {
  binary,
  bool,
  type DataType,
  float32,
  float64,
  int8,
  int16,
  int32,
  int64,
  nullType,
  TimeUnit,
  timestamp,
  uint8,
  uint16,
  uint32,
  uint64,
  utf8,
} from '@uwdata/flechette';
import { badPayload } from '../bad-payload.js';
import { typeName } from '../format/bytes.js';

/** The values of one column: an array or a typed array. */
export type ColumnValues = ArrayLike<unknown>;

const typedArrays = new Map<unknown, () => DataType>([
  [Int8Array, int8],
  [Int16Array, int16],
  [Int32Array, int32],
  [BigInt64Array, int64],
  [Uint8Array, uint8],
  [Uint16Array, uint16],
  [Uint32Array, uint32],
  [BigUint64Array, uint64],
  [Float32Array, float32],
  [Float64Array, float64],
]);

const int64Max = 2n ** 63n - 1n;

/**
 * The Arrow type for JavaScript values. A typed array has the type of its elements. Numbers are int64 if all are whole, as in pandas,
 * otherwise float64. Undefined for lists and structs, whose type flechette finds. Throws a PulseMQError `PMQ_BAD_PAYLOAD` for a column
 * that mixes kinds of values or has values that a DataFrame cannot hold.
 */
export function columnType(name: string, values: ColumnValues): DataType | undefined {
  if (ArrayBuffer.isView(values)) return typedArrays.get(values.constructor)?.();
  let kind: Kind | undefined;
  let isWhole = true;
  let isUnsigned = false;
  for (let row = 0; row < values.length; row++) {
    const value = values[row];
    if (value === null || value === undefined) continue;
    const found = kindOf(name, value);
    if (found === 'number' && !Number.isSafeInteger(value)) isWhole = false;
    if (found === 'bigint' && (value as bigint) > int64Max) isUnsigned = true;
    if (kind !== undefined && kind !== found && !(isNumeric(kind) && isNumeric(found))) {
      throw badPayload(`column ${JSON.stringify(name)} mixes ${kind} and ${found} (row ${row})`);
    }
    kind = kind === 'bigint' ? kind : found;
  }
  switch (kind) {
    case undefined:
      return nullType();
    case 'number':
      return isWhole ? int64() : float64();
    case 'bigint':
      return isUnsigned ? uint64() : int64();
    case 'string':
      return utf8();
    case 'boolean':
      return bool();
    case 'Date':
      return timestamp(TimeUnit.MILLISECOND);
    case 'bytes':
      return binary();
    case 'object':
      return undefined;
    default:
      return kind satisfies never;
  }
}

/** Kinds of values that cannot be mixed in a column, but for the two of numbers. */
type Kind = 'number' | 'bigint' | 'string' | 'boolean' | 'Date' | 'bytes' | 'object';

const isNumeric = (kind: Kind): boolean => kind === 'number' || kind === 'bigint';

function kindOf(name: string, value: unknown): Kind {
  if (value instanceof Date) return 'Date';
  if (value instanceof Uint8Array) return 'bytes';
  const kind = typeof value;
  switch (kind) {
    case 'number':
    case 'bigint':
    case 'string':
    case 'boolean':
    case 'object':
      return kind;
    case 'undefined':
    case 'symbol':
    case 'function':
      throw badPayload(`column ${JSON.stringify(name)} holds ${typeName(value)}, which a DataFrame cannot hold`);
    default:
      return kind satisfies never;
  }
}
