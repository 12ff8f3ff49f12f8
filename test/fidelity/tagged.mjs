// Tagged JSON of the fidelity tests (test/fidelity/README.md): values that JSON has no form for are objects with one letter, such as
// {"i":"9007199254740993"}. Here: tagged JSON to and from JavaScript, and when two values are equal.
import { CalendarDate, Decimal, Duration, PreciseDate, TimeOfDay } from '@pulsemq/codecs';

const unitDigits = { s: 0, ms: 3, us: 6, ns: 9 };
const unitOfDigits = (text) =>
  Object.keys(unitDigits).find((unit) => unitDigits[unit] >= (fraction(text)?.length ?? 0));
const fraction = (text) => /\.(\d+)/.exec(text)?.[1];

/** The JavaScript value of a tagged one, as a program would write it. */
export function jsOf(value) {
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map(jsOf);
  const [[tag, content]] = Object.entries(value);
  switch (tag) {
    case 'i': {
      const integer = BigInt(content);
      return Number.isSafeInteger(Number(integer)) ? Number(integer) : integer;
    }
    case 'f':
      return Number(content);
    case 'b':
      return Buffer.from(content, 'base64');
    case 't':
      return timeOf(content, value.zone ?? null);
    case 'd':
      return CalendarDate.from(content);
    case 'c':
      return new TimeOfDay(TimeOfDay.from(content).nanoseconds, unitOfDigits(content));
    case 'n':
      return new Duration(BigInt(content), value.u);
    case 'x':
      return Decimal.from(content);
    case 'o':
      return content.reduce((object, [name, one]) => withProperty(object, name, jsOf(one)), {});
    case 'm':
      return new Map(content.map(([key, one]) => [jsOf(key), jsOf(one)]));
    case 's':
      return new Set(content.map(jsOf));
    default:
      throw new Error(`unknown tag ${tag}`);
  }
}

const withProperty = (object, name, value) =>
  Object.defineProperty(object, name, { value, enumerable: true, configurable: true, writable: true });

/** A Date for milliseconds without a zone. Years past 9999 have a sign, which PreciseDate.from does not parse. */
function timeOf(text, zone) {
  const unit = unitOfDigits(text);
  const seconds = new Date(text.replace(/\.\d+/, '')).getTime() / 1_000;
  if (Number.isNaN(seconds)) throw new Error(`${text} is not a time`);
  const nanoseconds = BigInt(seconds) * 1_000_000_000n + BigInt((fraction(text) ?? '').padEnd(9, '0'));
  if (unit === 'ms' && zone === null) return new Date(Number(nanoseconds / 1_000_000n));
  return new PreciseDate(nanoseconds, unit, zone);
}

/** The tagged value of a JavaScript one. */
export function taggedOf(value) {
  switch (typeof value) {
    case 'number':
      return Number.isSafeInteger(value) && !Object.is(value, -0) ? { i: String(value) } : { f: floatText(value) };
    case 'bigint':
      return { i: String(value) };
    case 'object':
      return value === null ? null : taggedObject(value);
    default:
      return value ?? null;
  }
}

export const floatText = (value) => (Object.is(value, -0) ? '-0' : String(value));

function taggedObject(value) {
  if (Array.isArray(value)) return value.map(taggedOf);
  if (value instanceof Uint8Array) return { b: Buffer.from(value).toString('base64') };
  if (value instanceof CalendarDate) return { d: value.toJSON() };
  if (value instanceof PreciseDate) return taggedTime(value.epochNanoseconds, value.unit, value.timezone);
  if (value instanceof Date) return taggedTime(BigInt(value.getTime()) * 1_000_000n, 'ms', null);
  if (value instanceof TimeOfDay) return { c: withDigits(`x.${value}`.replace('x.', ''), value.unit) };
  if (value instanceof Duration) return { n: String(value.nanoseconds), u: value.unit };
  if (value instanceof Decimal) return { x: String(value) };
  if (value instanceof Map) return { m: Array.from(value, ([key, one]) => [taggedOf(key), taggedOf(one)]) };
  return { o: Object.entries(value).map(([name, one]) => [name, taggedOf(one)]) };
}

const taggedTime = (nanoseconds, unit, zone) => ({
  t: `${withDigits(new PreciseDate(nanoseconds).toISOString().slice(0, -1), unit)}Z`,
  ...(zone !== null && { zone }),
});

/** Writes the digits of the second that a unit has. */
function withDigits(text, unit) {
  const [whole, digits = ''] = text.split('.');
  return unitDigits[unit] === 0 ? whole : `${whole}.${digits.padEnd(unitDigits[unit], '0').slice(0, unitDigits[unit])}`;
}

/** A text that is the same for equal values only: 1 and 1.0, 10.5 and 10.50, and times with more zeros are equal. */
export function canonical(value) {
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonical)}]`;
  const [[tag, content]] = Object.entries(value);
  switch (tag) {
    case 'i':
      return `number ${BigInt(content)}`;
    case 'f':
      return `number ${canonicalFloat(Number(content))}`;
    case 't':
      return `time ${trimmed(content.replace('Z', ''))} ${value.zone ?? ''}`;
    case 'c':
      return `clock ${trimmed(content)}`;
    case 'n':
      return `duration ${BigInt(content)}`;
    case 'x':
      return `decimal ${trimmed(content)}`;
    case 'o':
      return `{${content.map(([name, one]) => `${JSON.stringify(name)}:${canonical(one)}`)}}`;
    case 'm':
      return `map {${content.map(([key, one]) => `${canonical(key)}:${canonical(one)}`)}}`;
    default:
      return `${tag} ${JSON.stringify(content)}`;
  }
}

const canonicalFloat = (value) =>
  Number.isInteger(value) && !Object.is(value, -0) ? String(BigInt(value)) : floatText(value);

/** Without zeros at the end of the fraction. */
const trimmed = (text) => (text.includes('.') ? text.replace(/\.?0+$/, '') : text);

/** The rows of a tagged frame, as JavaScript rows. */
export function rowsOf({ columns }) {
  const names = columns.map(({ name }) => jsName(name));
  return Array.from({ length: columns[0]?.values.length ?? 0 }, (_, row) =>
    columns.reduce((cells, { values }, index) => withProperty(cells, names[index], jsOf(values[row])), {}),
  );
}

const typedArrays = {
  int8: Int8Array,
  int16: Int16Array,
  int32: Int32Array,
  int64: BigInt64Array,
  uint8: Uint8Array,
  uint16: Uint16Array,
  uint32: Uint32Array,
  uint64: BigUint64Array,
  float32: Float32Array,
  float64: Float64Array,
};

/** The columns of a tagged frame as pairs; typed arrays where the type has one and nothing is missing. */
export const columnsOf = ({ columns }) => columns.map((column) => [jsName(column.name), columnValues(column)]);

function columnValues({ type, values }) {
  const ArrayType = typedArrays[type];
  if (ArrayType === undefined || values.includes(null)) return values.map(jsOf);
  const isLong = type.endsWith('int64');
  return ArrayType.from(values, (value) => (isLong ? BigInt(value.i) : jsOf(value)));
}

/** JavaScript has only text as names; the Python packages write other names as text, too. */
const jsName = (name) => (typeof name === 'string' ? name : String(name?.i ?? JSON.stringify(name)));

/** The tagged frame of a DataFrame, from its rows, with its dtypes as types. */
export function frameOf(frame) {
  const cells = frame.rows();
  return {
    columns: frame.columns.map(({ name, dtype }) => ({
      name,
      type: dtype,
      values: cells.map((row) => taggedOf(row[name])),
    })),
    ...(frame.columns.length === 0 && { rows: frame.length }),
  };
}

/** What differs between two tagged frames; undefined if they are equal. */
export function difference(sent, got) {
  const names = [sent, got].map(({ columns }) => columns.map(({ name }) => jsName(name)));
  if (JSON.stringify(names[0]) !== JSON.stringify(names[1])) return `columns ${names[0]} became ${names[1]}`;
  for (const [index, { values }] of sent.columns.entries()) {
    const other = got.columns[index].values;
    if (values.length !== other.length) return `${values.length} rows became ${other.length}`;
    for (const [row, value] of values.entries()) {
      const [one, two] = [canonical(value), canonical(other[row])];
      if (one !== two) return `column ${names[0][index]}, row ${row}: ${one} became ${two}`;
    }
  }
  return undefined;
}
