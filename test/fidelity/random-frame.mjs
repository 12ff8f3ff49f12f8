// Random frames of tagged JSON, for fast-check: columns of any kind, nested up to three levels, with missing values.
import fc from 'fast-check';

const integers = {
  int8: [-128n, 127n],
  int32: [-(2n ** 31n), 2n ** 31n - 1n],
  int64: [-(2n ** 63n), 2n ** 63n - 1n],
  uint64: [0n, 2n ** 64n - 1n],
};

const textOf = (value) => (Object.is(value, -0) ? '-0' : String(value));
const digits = { s: 0, ms: 3, us: 6, ns: 9 };
const unitNanoseconds = { s: 10n ** 9n, ms: 10n ** 6n, us: 10n ** 3n, ns: 1n };
const units = Object.keys(digits);

/** A time with as many digits as its unit has, within the years that nanoseconds reach. */
const time = (unit, zone) =>
  fc.bigInt(-(2n ** 62n), 2n ** 62n).map((nanoseconds) => {
    const ms = nanoseconds / 1_000_000n - (nanoseconds % 1_000_000n < 0n ? 1n : 0n);
    const below = nanoseconds - ms * 1_000_000n;
    const text = new Date(Number(ms)).toISOString().slice(0, -1) + String(below).padStart(6, '0');
    const whole = text.slice(0, text.indexOf('.'));
    const fraction = text.slice(text.indexOf('.') + 1, text.indexOf('.') + 1 + digits[unit]);
    return { t: `${whole}${fraction === '' ? '' : `.${fraction}`}Z`, ...(zone !== null && { zone }) };
  });

const clock = (unit) =>
  fc.bigInt(0n, 86_399_999_999_999n).map((nanoseconds) => {
    const seconds = Number(nanoseconds / 10n ** 9n);
    const parts = [seconds / 3_600, (seconds / 60) % 60, seconds % 60].map((part) =>
      String(Math.floor(part)).padStart(2, '0'),
    );
    const fraction = String(nanoseconds % 10n ** 9n)
      .padStart(9, '0')
      .slice(0, digits[unit]);
    return { c: `${parts.join(':')}${fraction === '' ? '' : `.${fraction}`}` };
  });

/** Types, each with its values. `isPlain`: MessagePack keeps it, too. */
const plainTypes = [
  ...Object.entries(integers).map(([type, [min, max]]) => [
    type,
    fc.bigInt(min, max).map((value) => ({ i: String(value) })),
  ]),
  ['float64', fc.double().map((value) => ({ f: textOf(value) }))],
  ['float32', fc.float().map((value) => ({ f: textOf(value) }))],
  ['bool', fc.boolean()],
  ['utf8', fc.string({ unit: 'binary', maxLength: 20 })],
  ['binary', fc.uint8Array({ maxLength: 20 }).map((bytes) => ({ b: Buffer.from(bytes).toString('base64') }))],
  ...units.map((unit) => [`timestamp[${unit}]`, time(unit, null)]),
];

const arrowTypes = [
  ...units.map((unit) => [`timestamp[${unit}, Europe/Berlin]`, time(unit, 'Europe/Berlin')]),
  [
    'date32',
    fc
      .integer({ min: -700_000, max: 2_900_000 })
      .map((day) => ({ d: new Date(day * 86_400_000).toISOString().slice(0, -14) }))
      .filter(({ d }) => d.length === 10),
  ],
  ['time64[us]', clock('us')],
  ['time64[ns]', clock('ns')],
  ...units.map((unit) => [
    `duration[${unit}]`,
    fc.bigInt(-(2n ** 50n), 2n ** 50n).map((ticks) => ({ n: String(ticks * unitNanoseconds[unit]), u: unit })),
  ]),
  [
    'decimal128(20, 4)',
    fc.bigInt(-(10n ** 19n), 10n ** 19n).map((unscaled) => {
      const text = String(unscaled < 0n ? -unscaled : unscaled).padStart(5, '0');
      return { x: `${unscaled < 0n ? '-' : ''}${text.slice(0, -4)}.${text.slice(-4)}` };
    }),
  ],
];

const orMissing = (value) => fc.option(value, { freq: 5 });

/** A type and its values, nested up to `depth` levels. */
function typed(types, depth, hasMaps) {
  const leaf = fc.constantFrom(...types).map(([type, value]) => ({ type, value }));
  if (depth === 0) return leaf;
  const inner = typed(types, depth - 1, hasMaps);
  const list = inner.map(({ type, value }) => ({
    type: `list<${type}>`,
    value: fc.array(orMissing(value), { maxLength: 4 }),
  }));
  const object = fc
    .uniqueArray(fc.tuple(name, inner), { selector: ([field]) => field, minLength: 1, maxLength: 3 })
    .map((fields) => ({
      type: `struct<${fields.map(([field, { type }]) => `${field}: ${type}`).join(', ')}>`,
      value: fc
        .tuple(...fields.map(([, { value }]) => orMissing(value)))
        .map((values) => ({ o: fields.map(([field], index) => [field, values[index]]) })),
    }));
  const map = inner.map(({ type, value }) => ({
    type: `map<utf8, ${type}>`,
    value: fc
      .uniqueArray(fc.tuple(fc.string({ maxLength: 3 }), orMissing(value)), { selector: ([key]) => key, maxLength: 3 })
      .map((entries) => ({ m: entries })),
  }));
  const nested = [
    { arbitrary: leaf, weight: 4 },
    { arbitrary: list, weight: 2 },
    { arbitrary: object, weight: 1 },
  ];
  return fc.oneof(...nested, ...(hasMaps ? [{ arbitrary: map, weight: 1 }] : []));
}

/** Names of columns and fields. Those of properties of every object are among them. */
const name = fc.oneof(fc.stringMatching(/^[a-z]{1,4}$/), fc.constantFrom('__proto__', 'constructor', 'a b', '价', ''));

/** Made once: to make the arbitraries of all levels costs more than to draw a frame. */
const columnTypes = {
  plain: typed(plainTypes, 3, false),
  all: typed([...plainTypes, ...arrowTypes], 3, true),
};

/** Frames of one to four columns and one to six rows. `isPlain`: only kinds that MessagePack keeps. */
export const randomFrame = (isPlain) =>
  fc.integer({ min: 1, max: 6 }).chain((rowCount) =>
    fc.record({
      columns: fc.uniqueArray(
        fc
          .tuple(name, isPlain ? columnTypes.plain : columnTypes.all)
          .chain(([column, { type, value }]) =>
            fc
              .array(orMissing(value), { minLength: rowCount, maxLength: rowCount })
              .map((values) => ({ name: column, type, values })),
          ),
        { selector: (column) => column.name, minLength: 1, maxLength: 4 },
      ),
    }),
  );
