import { readFileSync } from 'node:fs';
import { frameColumnMaxCount, PayloadTooLargeError } from '@pulsemq/protocol';
import { columnFromArray, tableFromColumns, tableToIPC } from '@uwdata/flechette';
import { describe, expect, test } from 'vitest';
import { DataFrame } from '../src/frame/data-frame.js';
import { decodePayload, encodePayload } from '../src/payload.js';
import { CalendarDate } from '../src/value/calendar-date.js';
import { Decimal } from '../src/value/decimal.js';
import { Duration } from '../src/value/duration.js';
import { PreciseDate } from '../src/value/precise-date.js';
import { TimeOfDay } from '../src/value/time-of-day.js';

const formats = ['df_msgpack', 'df_pyarrow'] as const;
type FrameFormat = (typeof formats)[number];

function through(format: FrameFormat, data: unknown): DataFrame {
  const { payload, formatCode } = encodePayload({ format, data });
  return decodePayload(formatCode, 0, payload).data as DataFrame;
}

describe.each(formats)('by %s', (format) => {
  test.each<[string, unknown[]]>([
    ['lists of numbers', [{ bids: [10.5, 10.25, 10] }, { bids: [] }, { bids: null }]],
    ['whole numbers in lists', [{ bids: [1, 2] }]],
    ['pairs', [{ bids: [[10.5, 3]] }]],
    ['a list in an object', [{ book: { bids: [10.5], name: 'x' } }]],
    ['64-bit integers in lists', [{ ids: [2n ** 60n, -1n] }]],
    ['missing values at every level', [{ a: [null, [1, null]] }, { a: [[]] }]],
  ])('fault F1: %s come back as arrays', (_, rows) => {
    expect(through(format, rows).rows()).toEqual(rows);
    // Sent again, from a decoded frame: its lists were typed arrays once.
    expect(through(format, through('df_pyarrow', rows).rows()).rows()).toEqual(rows);
  });

  test('fault F1: typed arrays in cells are lists, and Uint8Arrays are bytes', () => {
    const rows = [
      { a: Float32Array.of(0.5, 1), b: BigInt64Array.of(2n ** 60n), c: Uint8Array.of(1, 2), d: Uint16Array.of(7) },
    ];
    expect(through(format, rows).rows()).toEqual([{ a: [0.5, 1], b: [2n ** 60n], c: Uint8Array.of(1, 2), d: [7] }]);
  });

  test('fault F1: the rows of a frame that Python sent', () => {
    const frames = JSON.parse(readFileSync(new URL('./fixtures/frames.json', import.meta.url), 'utf8'));
    const frame = decodePayload(3, 0, Buffer.from(frames.list.arrow, 'base64')).data as DataFrame;
    expect(through(format, frame.rows()).rows()).toEqual([{ v: [1, 2] }, { v: [] }]);
  });

  test.each<[string, unknown, string]>([
    ['a Set', new Set([1]), 'column "v", row 1 is a Set, which a DataFrame cannot hold: spread it into an array'],
    ['half a surrogate pair', '\ud800', 'column "v", row 1 has half a surrogate pair, which UTF-8 cannot hold'],
    [
      'half a surrogate pair in a list',
      ['a', { b: ['x\udc00'] }.b[0]],
      'column "v[]", row 1 has half a surrogate pair, which UTF-8 cannot hold',
    ],
    [
      'an object of a class',
      new URL('http://localhost'),
      'column "v", row 1 is an URL, which a DataFrame cannot hold: make a plain object, array, text or number of it',
    ],
    ['a symbol', Symbol('x'), 'column "v", row 1 is a symbol, which a DataFrame cannot hold'],
    ['an invalid Date', new Date(Number.NaN), 'column "v", row 1 is an invalid Date: use null for a missing time'],
    [
      'a PreciseDate that was changed',
      (() => {
        const date = PreciseDate.from('2024-01-02T03:04:05.678901Z');
        date.setHours(1);
        return date;
      })(),
      'column "v", row 1 is a PreciseDate that was changed by a setter: make a new one instead',
    ],
  ])('fault F1: %s is refused with its column, row and what to do', (_, value, text) => {
    expect(() => through(format, [{ v: null }, { v: value }])).toThrow(text);
  });

  test('fault F1: objects that contain themselves are refused', () => {
    const loop: unknown[] = [];
    loop.push(loop);
    expect(() => through(format, [{ v: loop }])).toThrow(/row 0 is nested more than 32 deep/);
  });

  test.each<[string, unknown[], string]>([
    [
      'past 64 bits',
      [2n ** 64n],
      'column "v", row 0 is 18446744073709551616n, expected -9223372036854775808 to 18446744073709551615',
    ],
    ['10n ** 20n', [1, 10n ** 20n], 'column "v", row 1 is 100000000000000000000n'],
    ['below -(2n ** 63n)', [-(2n ** 63n) - 1n], 'column "v", row 0 is -9223372036854775809n'],
    [
      'both signs',
      [-1n, 2n ** 63n],
      'both a negative integer (-1) and one past 2^63 (9223372036854775808): send them as text',
    ],
    ['a negative number and a bigint', [2n ** 63n, -1], 'column "v", row 1 is -1, and the column has both'],
    [
      'a bigint and 1e20',
      [2n ** 60n, 1e20],
      'column "v", row 0 is 1152921504606846976n, but column "v", row 1 is 100000000000000000000',
    ],
    ['a bigint and a fraction', [0.5, 1n], 'use either bigints or numbers with fractions in a column'],
    ['in a list', [[2n ** 64n]], 'column "v[]", row 0 is 18446744073709551616n'],
  ])('fault F2: bigints %s are refused', (_, values, text) => {
    expect(() => through(format, { v: values })).toThrow(text);
  });

  test('fault F2: the edges of 64 bits, bigints with whole numbers, and Uint8ClampedArray are equal', () => {
    for (const values of [
      [-(2n ** 63n), 2n ** 63n - 1n],
      [0n, 2n ** 64n - 1n],
      [5n, 2n ** 60n],
    ]) {
      expect(through(format, { v: values }).column('v').values).toEqual(
        values.some((value) => value >= 2n ** 63n) ? BigUint64Array.from(values) : BigInt64Array.from(values),
      );
    }
    expect(through(format, { v: [1, 2n ** 60n] }).rows()).toEqual([{ v: 1n }, { v: 2n ** 60n }]);
    expect(through(format, { v: new Uint8ClampedArray([0, 255]) }).rows()).toEqual([{ v: 0 }, { v: 255 }]);
  });

  test('fault F5: two columns of one name are refused', () => {
    const columns = [['a', [1]] as const, ['a', [2]] as const];
    expect(() => through(format, DataFrame.fromColumnList(columns))).toThrow(
      'two columns have the name "a": give each its own name',
    );
  });

  test('rows keep the order of columns such as 0, which objects have first', () => {
    const columns = ['v', '0', 'w', '17'];
    for (const format of ['df_msgpack', 'df_pyarrow'] as const) {
      const received = through(format, DataFrame.fromColumnList(columns.map((name) => [name, [1, 2]])));
      const rows = received.rows();
      expect(through(format, rows).columnNames).toEqual(columns);
      rows.splice(0, 2, { x: 1, w: 2, 0: 3 });
      expect(through(format, rows).columnNames).toEqual(['0', 'w', 'x']);
    }
  });

  test('fault F16: a column named __proto__ is equal', () => {
    const rows = [JSON.parse('{"__proto__":1,"constructor":2}')];
    const [row] = through(format, rows).rows();
    expect(Object.entries(row!)).toEqual([
      ['__proto__', 1],
      ['constructor', 2],
    ]);
    expect(Object.getPrototypeOf(row)).toBe(Object.prototype);
  });

  test('fault F18: -0 is equal in rows, in columns and in lists', () => {
    for (const data of [[{ v: -0 }, { v: 5 }], { v: [-0, 5] }, { v: Float64Array.of(-0, 5) }]) {
      expect(through(format, data).rows()).toEqual([{ v: -0 }, { v: 5 }]);
    }
    expect(through(format, [{ v: [-0, 5] }]).rows()).toEqual([{ v: [-0, 5] }]);
  });

  test('fault F18: times in microseconds and nanoseconds are equal, also before 1970 and beyond 2262', () => {
    const texts = ['2026-11-24T09:29:00.123456Z', '1969-12-31T23:59:59.999999999Z', '1677-09-21T00:12:43.145225Z'];
    const far = PreciseDate.from('9999-12-31T23:59:59.999999Z');
    for (const v of [...texts.map((text) => PreciseDate.from(text)), far, new Date(1)]) {
      expect((through(format, [{ v }]).rows()[0]!.v as Date).toISOString()).toBe(v.toISOString());
    }
    expect(() => through(format, { v: [far, PreciseDate.from('2024-01-01T00:00:00.000000001Z')] })).toThrow(
      'column "v", row 0 is a time of 253402300799999999000 ns, which is past 64 bits; the column has the unit ns, the finest of its values',
    );
  });
});

describe('fault F14: whole numbers past 2^32 are int64 in MessagePack', () => {
  test.each([1_704_164_645_678, 2 ** 32, -(2 ** 31) - 1, Number.MAX_SAFE_INTEGER])('%d', (value) => {
    const { payload } = encodePayload({ format: 'df_msgpack', data: [{ v: value }] });
    expect([0xcf, 0xd3]).toContain(payload[4]);
    const frame = through('df_msgpack', [{ v: value }]);
    expect([frame.columns[0]!.dtype, frame.rows()]).toEqual(['int64', [{ v: value }]]);
  });
});

describe('fault F15: a frame without rows', () => {
  test('without columns, by Arrow, is what pyarrow writes for one', () => {
    const payload = Buffer.from(encodePayload({ format: 'df_pyarrow', data: [] }).payload);
    const { 'no columns, no rows': pyarrow } = JSON.parse(
      readFileSync(new URL('../../../test/fidelity/streams.json', import.meta.url), 'utf8'),
    );
    expect(payload.toString('base64')).toBe(pyarrow);
    expect(DataFrame.fromArrow(payload).rows()).toEqual([]);
  });

  test('keeps its columns and dtypes by Arrow, also through rows()', () => {
    const frame = through('df_pyarrow', { price: new Float64Array(0), volume: new Int32Array(0), note: [] });
    const dtypes = ({ columns }: DataFrame) => columns.map(({ name, dtype }) => [name, dtype]);
    expect(dtypes(frame)).toEqual([
      ['price', 'float64'],
      ['volume', 'int32'],
      ['note', 'null'],
    ]);
    expect(dtypes(through('df_pyarrow', frame.rows()))).toEqual(dtypes(frame));
  });

  test('with columns, and rows without columns, are refused where they would be lost', () => {
    expect(() => through('df_msgpack', { price: [] })).toThrow(
      'the DataFrame has columns (price) and no rows: df_msgpack would lose the columns, use df_pyarrow',
    );
    for (const format of formats) {
      expect(() => through(format, [{}, {}])).toThrow(
        'the rows have no columns (2 rows), and a DataFrame cannot hold rows without columns',
      );
    }
  });
});

describe('fault F18: kinds that only Arrow has', () => {
  const values: [string, unknown, string][] = [
    ['decimals', Decimal.from('10.55'), 'decimal(4, 2)'],
    ['dates', CalendarDate.from('2024-02-29'), 'date'],
    ['times of day', TimeOfDay.from('09:30:00.123456'), 'time[us]'],
    ['durations', new Duration(-1n), 'timedelta64[ns]'],
    ['times with a zone', new PreciseDate(1n, 'ns', 'Asia/Shanghai'), 'datetime64[ns, Asia/Shanghai]'],
    ['maps', new Map([['a', 1]]), 'map[str, int64]'],
  ];

  test.each(values)(
    '%s are equal by Arrow, in rows, columns and lists, and sent again by columns',
    (_, value, dtype) => {
      const frame = through('df_pyarrow', { v: [value, null], w: [[value], []] });
      expect(frame.rows()).toStrictEqual([
        { v: value, w: [value] },
        { v: null, w: [] },
      ]);
      expect(frame.columns.map((column) => column.dtype)).toEqual([dtype, `list[${dtype}]`]);
      const again = DataFrame.fromColumns({ v: frame.column('v').values, w: frame.column('w').values });
      expect(through('df_pyarrow', again).rows()).toStrictEqual(frame.rows());
    },
  );

  test.each(values)('%s are refused by MessagePack', (_, value) => {
    expect(() => through('df_msgpack', [{ v: value }])).toThrow(
      /^format df_msgpack: column "v" has .*, which MessagePack does not keep: use df_pyarrow$/,
    );
    expect(() => through('df_msgpack', [{ v: { w: [value] } }])).toThrow('column "v.w[]"');
  });
});

describe('received Arrow streams', () => {
  test('two columns of one name: columns stay two, rows() and column() refuse', () => {
    const table = tableFromColumns([
      ['a', columnFromArray([1])],
      ['a', columnFromArray([2])],
    ]);
    const frame = DataFrame.fromArrow(tableToIPC(table, { format: 'stream' })!);
    expect(frame.columns.map(({ values }) => Array.from(values))).toEqual([[1], [2]]);
    expect(() => frame.rows()).toThrow('two columns have the name "a", of which rows would lose one: use columns');
    expect(() => frame.column('a')).toThrow('the DataFrame has two columns "a"');
  });

  test('a text that is not UTF-8 is refused with its column', () => {
    const bytes = Buffer.from(DataFrame.fromColumns({ v: ['aXb'] }).toArrow());
    bytes[bytes.indexOf('aXb') + 1] = 0xff;
    expect(() => DataFrame.fromArrow(bytes).rows()).toThrow('column "v" has a text that is not UTF-8');
  });

  test('more columns than the limit are refused', () => {
    const wide = Object.fromEntries(Array.from({ length: frameColumnMaxCount + 1 }, (_, index) => [`c${index}`, [1]]));
    expect(() => DataFrame.fromColumns(wide)).toThrow(PayloadTooLargeError);
  });
});
