import {
  binary,
  bool,
  type DataType,
  DateUnit,
  float32,
  float64,
  int8,
  int16,
  int32,
  int64,
  nullType,
  Precision,
  TimeUnit,
  Type,
  timestamp,
  uint8,
  uint16,
  uint32,
  uint64,
  utf8,
} from '@uwdata/flechette';
import { badPayload } from '../bad-payload.js';
import { typeName } from '../format/bytes.js';

/** Values of one column. */
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
 * The Arrow type of values from TypeScript. A typed array says it itself; numbers are int64 when all are whole, as in pandas, else
 * float64. Undefined: left to the library (lists, structs). Throws a PulseMQError naming the column when kinds are mixed.
 */
export function columnType(name: string, values: ColumnValues): DataType | undefined {
  if (ArrayBuffer.isView(values)) return typedArrays.get(values.constructor)?.();
  let kind: string | undefined;
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
    default:
      return undefined;
  }
}

const isNumeric = (kind: string): boolean => kind === 'number' || kind === 'bigint';

function kindOf(name: string, value: unknown): string {
  if (value instanceof Date) return 'Date';
  if (value instanceof Uint8Array) return 'bytes';
  const kind = typeof value;
  if (['number', 'bigint', 'string', 'boolean', 'object'].includes(kind)) return kind;
  throw badPayload(`column ${JSON.stringify(name)} holds ${typeName(value)}, which no DataFrame has`);
}

const timeUnitNames = ['s', 'ms', 'us', 'ns'];
const floatNames: Record<number, string> = {
  [Precision.HALF]: 'float16',
  [Precision.SINGLE]: 'float32',
  [Precision.DOUBLE]: 'float64',
};

/** A type in pandas' words, such as `int64`, `datetime64[us, UTC]`, `str`. */
export function dtypeOf(type: DataType): string {
  switch (type.typeId) {
    case Type.Int:
      return `${type.signed ? '' : 'u'}int${type.bitWidth}`;
    case Type.Float:
      return floatNames[type.precision] ?? 'float';
    case Type.Utf8:
    case Type.LargeUtf8:
    case Type.Utf8View:
      return 'str';
    case Type.Bool:
      return 'bool';
    case Type.Date:
      return type.unit === DateUnit.DAY ? 'date' : 'datetime64[ms]';
    case Type.Timestamp:
      return `datetime64[${timeUnitNames[type.unit]}${type.timezone === null ? '' : `, ${type.timezone}`}]`;
    case Type.Duration:
      return `timedelta64[${timeUnitNames[type.unit]}]`;
    case Type.Time:
      return `time[${timeUnitNames[type.unit]}]`;
    case Type.Decimal:
      return `decimal(${type.precision}, ${type.scale})`;
    case Type.Dictionary:
      return `category[${dtypeOf(type.dictionary)}]`;
    case Type.Binary:
    case Type.LargeBinary:
    case Type.BinaryView:
    case Type.FixedSizeBinary:
      return 'bytes';
    case Type.Null:
      return 'null';
    case Type.List:
    case Type.LargeList:
    case Type.FixedSizeList:
      return `list[${dtypeOf(type.children[0]!.type)}]`;
    case Type.Struct:
      return 'struct';
    default:
      return 'object';
  }
}
