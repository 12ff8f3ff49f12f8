import { type DataType, Type } from '@uwdata/flechette';
import { badPayload } from '../bad-payload.js';
import { dtypeOf } from '../frame/dtype.js';
import { objectOf } from '../value/object-of.js';

/** Converts a cell that is not missing to a value that the encoder writes exactly. */
type Pack = (cell: unknown) => unknown;

const asIs: Pack = (cell) => cell;

/** True if a type has floats at any level. */
export function hasFloats(type: DataType): boolean {
  if (type.typeId === Type.Float) return true;
  if (type.typeId === Type.Dictionary) return hasFloats(type.dictionary);
  return 'children' in type && type.children.some((child) => hasFloats(child.type));
}

/**
 * How the cells of a type are packed. With `isFloat` the encoder writes all numbers as floats, so integers must be bigint. Throws a
 * PulseMQError `PMQ_BAD_PAYLOAD` that names the column if MessagePack cannot hold the type exactly.
 */
export function packerOf(name: string, type: DataType, isFloat: boolean): Pack {
  switch (type.typeId) {
    case Type.Float:
      return (cell) => Number(cell);
    case Type.Null:
    case Type.Bool:
    case Type.Utf8:
    case Type.LargeUtf8:
    case Type.Utf8View:
    case Type.Binary:
    case Type.LargeBinary:
    case Type.BinaryView:
    case Type.FixedSizeBinary:
      return asIs;
    case Type.Int:
      return isFloat ? (cell) => BigInt(cell as number | bigint) : packInteger;
    case Type.Timestamp:
      if (type.timezone === null) return asIs;
      throw cannotHold(name, `times in the zone ${type.timezone}`);
    case Type.Dictionary:
      return packerOf(name, type.dictionary, isFloat);
    case Type.List:
    case Type.LargeList:
    case Type.FixedSizeList:
    case Type.ListView:
    case Type.LargeListView: {
      const pack = orNull(packerOf(`${name}[]`, type.children[0]!.type, isFloat));
      return (cell) => Array.from(cell as ArrayLike<unknown>, pack);
    }
    case Type.Struct:
      return structPacker(name, type.children, isFloat);
    default:
      throw cannotHold(name, `the type ${dtypeOf(type)}`);
  }
}

function structPacker(
  name: string,
  children: readonly { readonly name: string; readonly type: DataType }[],
  isFloat: boolean,
): Pack {
  const names = children.map((child) => child.name);
  const packers = children.map((child) => orNull(packerOf(`${name}.${child.name}`, child.type, isFloat)));
  return (cell) =>
    objectOf(names, (index) => {
      const name = names[index]!;
      // A property that the object does not have may be one of all objects, such as `constructor`.
      return Object.hasOwn(cell as object, name) ? packers[index]!((cell as Record<string, unknown>)[name]) : null;
    });
}

const orNull =
  (pack: Pack): Pack =>
  (cell) =>
    cell === null || cell === undefined ? null : pack(cell);

/** The encoder writes numbers past 32 bits as floats, and bigints in nine bytes. */
function packInteger(cell: unknown): number | bigint {
  const value = cell as number | bigint;
  if (typeof value === 'number') return isShort(value) ? value : BigInt(value);
  const short = Number(value);
  return isShort(short) ? short : value;
}

const isShort = (value: number): boolean => value >= -2_147_483_648 && value <= 4_294_967_295;

const cannotHold = (name: string, what: string): Error =>
  badPayload(
    `format df_msgpack: column ${JSON.stringify(name)} has ${what}, which MessagePack does not keep: use df_pyarrow`,
  );
