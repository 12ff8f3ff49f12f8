import { type DataType, DateUnit, Precision, Type } from '@uwdata/flechette';

const timeUnits = ['s', 'ms', 'us', 'ns'];

const floats: Record<number, string> = {
  [Precision.HALF]: 'float16',
  [Precision.SINGLE]: 'float32',
  [Precision.DOUBLE]: 'float64',
};

/** Types whose name has no parameter. `dtypeOf` does not compile if a type is missing in both. */
const fixedNames = {
  [Type.Null]: 'null',
  [Type.Bool]: 'bool',
  [Type.Utf8]: 'str',
  [Type.LargeUtf8]: 'str',
  [Type.Utf8View]: 'str',
  [Type.Binary]: 'bytes',
  [Type.LargeBinary]: 'bytes',
  [Type.BinaryView]: 'bytes',
  [Type.FixedSizeBinary]: 'bytes',
  [Type.Struct]: 'struct',
  [Type.NONE]: 'object',
  [Type.Interval]: 'interval',
  [Type.Union]: 'union',
} as const;

/** The name of a type in pandas, such as `int64`, `datetime64[us, UTC]`, `str`. */
export function dtypeOf(type: DataType): string {
  switch (type.typeId) {
    case Type.Int:
      return `${type.signed ? '' : 'u'}int${type.bitWidth}`;
    case Type.Float:
      return floats[type.precision] ?? 'float';
    case Type.Date:
      return type.unit === DateUnit.DAY ? 'date' : 'datetime64[ms]';
    case Type.Timestamp:
      return `datetime64[${timeUnits[type.unit]}${type.timezone === null ? '' : `, ${type.timezone}`}]`;
    case Type.Duration:
      return `timedelta64[${timeUnits[type.unit]}]`;
    case Type.Time:
      return `time[${timeUnits[type.unit]}]`;
    case Type.Decimal:
      return `decimal(${type.precision}, ${type.scale})`;
    case Type.Dictionary:
      return `category[${dtypeOf(type.dictionary)}]`;
    case Type.List:
    case Type.LargeList:
    case Type.FixedSizeList:
    case Type.ListView:
    case Type.LargeListView:
      return `list[${dtypeOf(type.children[0]!.type)}]`;
    case Type.Map: {
      const [key, value] = mapTypes(type.children[0]!.type);
      return `map[${dtypeOf(key)}, ${dtypeOf(value)}]`;
    }
    case Type.RunEndEncoded:
      return dtypeOf(type.children[1]!.type);
    default:
      return fixedNames[type.typeId];
  }
}

/** The types of the keys and values of a map, which is stored as a list of pairs. */
const mapTypes = (entry: DataType): [key: DataType, value: DataType] => {
  const [key, value] = 'children' in entry ? entry.children : [];
  return [key!.type, value!.type];
};
