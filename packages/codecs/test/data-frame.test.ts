import { readFileSync } from 'node:fs';
import {
  columnFromArray,
  float64,
  int32,
  int64,
  list,
  TimeUnit,
  tableFromColumns,
  tableToIPC,
  timestamp,
  utf8,
} from '@uwdata/flechette';
import { tableFromIPC as apacheFromIPC, tableFromArrays as apacheTable } from 'apache-arrow';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DataFrame } from '../src/frame/data-frame.js';
import { decodePayload, encodePayload } from '../src/payload.js';
import { Decimal } from '../src/value/decimal.js';
import { Duration } from '../src/value/duration.js';
import type { PreciseDate } from '../src/value/precise-date.js';

/** Written by make_frames.py: one DataFrame per dtype, as pulse-mq 0.3.0 sends it. */
const frames = JSON.parse(readFileSync(new URL('./fixtures/frames.json', import.meta.url), 'utf8')) as Record<
  string,
  { readonly arrow: string; readonly msgpack: string | null }
>;

const arrowOf = (name: string): DataFrame =>
  decodePayload(3, 0, Buffer.from(frames[name]!.arrow, 'base64')).data as DataFrame;
const msgpackOf = (name: string): DataFrame =>
  decodePayload(2, 0, Buffer.from(frames[name]!.msgpack!, 'base64')).data as DataFrame;

const time = new Date('2026-11-24T09:29:00.123Z');

/** The lines of docs/dataframes.md: name, then dtype and cells as Arrow and as MessagePack. */
const lines: [string, string, unknown[], string | null, unknown[]][] = [
  ['int64_small', 'int64', [1, 2, 3], 'int64', [1, 2, 3]],
  ['int64', 'int64', [1n, -2n, 2n ** 53n + 1n], 'int64', [1n, -2n, 2n ** 53n + 1n]],
  ['uint64', 'uint64', [1n, 2n ** 64n - 1n], 'uint64', [1n, 2n ** 64n - 1n]],
  ['int8', 'int8', [1, -1], 'int64', [1, -1]],
  ['Int64', 'int64', [1, null, 3], 'int64', [1, null, 3]],
  ['float64', 'float64', [1, 2, null], 'float64', [1, 2, Number.NaN]],
  ['float32', 'float32', [0.5, 1], 'float64', [0.5, 1]],
  ['bool', 'bool', [true, false], 'bool', [true, false]],
  ['str', 'str', ['a', '中文', ''], 'str', ['a', '中文', '']],
  ['str_missing', 'str', ['a', null], 'str', ['a', null]],
  ['datetime_us', 'datetime64[us]', [time, null], null, []],
  ['datetime_ns', 'datetime64[ns]', [time], null, []],
  ['datetime_tz', 'datetime64[us, Asia/Shanghai]', [new Date('2026-11-24T01:29:00.123Z')], null, []],
  ['date', 'date', [new Date('2026-11-24')], null, []],
  ['timedelta', 'timedelta64[us]', [new Duration(90_000_000_000n, 'us')], null, []],
  ['category', 'category[str]', ['a', 'b', 'a'], 'str', ['a', 'b', 'a']],
  ['decimal', 'decimal(4, 2)', [Decimal.from('10.55'), Decimal.from('-0.05')], null, []],
];

describe.each(lines)('pandas %s', (name, dtype, cells, msgpackDtype, msgpackCells) => {
  test('as Arrow', () => {
    const frame = arrowOf(name);
    expect(frame.columns.map((column) => column.dtype)).toEqual([dtype]);
    expect(frame.rows().map(({ v }) => v)).toEqual(cells);
  });

  test('as MessagePack, unless 0.3.0 cannot send it', () => {
    // 0.3.0 raises TypeError for times, timedelta and decimal.
    if (msgpackDtype === null) return expect(frames[name]!.msgpack).toBeNull();
    const frame = msgpackOf(name);
    expect(frame.columns.map((column) => column.dtype)).toEqual([msgpackDtype]);
    expect(frame.rows().map(({ v }) => v)).toEqual(msgpackCells);
  });
});

test.each(Object.keys(frames))('%s is encoded again as the same bytes', (name) => {
  const { arrow, msgpack } = frames[name]!;
  const again = encodePayload({ format: 'df_pyarrow', data: arrowOf(name) }).payload;
  expect(Buffer.from(again).toString('base64')).toBe(arrow);
  if (msgpack === null) return;
  const packed = encodePayload({ format: 'df_msgpack', data: msgpackOf(name) }).payload;
  expect(Buffer.from(packed).toString('base64')).toBe(msgpack);
});

test('defect 23: MessagePack carries times as timestamps', () => {
  const rows = [{ at: time, price: 10.5 }];
  const { payload } = encodePayload({ format: 'df_msgpack', data: rows });
  const back = decodePayload(2, 0, payload).data as DataFrame;
  expect(back.rows()).toEqual(rows);
  expect(back.column('at').dtype).toBe('datetime64[ms]');
  // Extension -1: fixext8 d7 ff.
  expect(Buffer.from(payload).toString('hex')).toContain('d7ff');
});

test('defect 23: Arrow keeps the columns of an empty frame and the index', () => {
  expect(arrowOf('empty').columns.map(({ name, dtype }) => [name, dtype])).toEqual([['v', 'float64']]);
  expect(arrowOf('index').rows()).toEqual([
    { v: 1, symbol: 'x' },
    { v: 2, symbol: 'y' },
  ]);
});

test('rows and columns keep nanoseconds, and columns 64-bit integers as bigint', () => {
  const frame = arrowOf('datetime_ns');
  for (const value of [frame.rows()[0]!.v, frame.columns[0]!.values[0]]) {
    expect((value as PreciseDate).epochNanoseconds).toBe(1_795_512_540_123_456_001n);
    expect(JSON.stringify(value)).toBe('"2026-11-24T09:29:00.123456001Z"');
  }
  expect(arrowOf('int64').columns[0]!.values).toBeInstanceOf(BigInt64Array);
});

describe('DataFrames made in TypeScript', () => {
  const rows = [
    { symbol: 'a', price: 10.5, volume: 100, up: true, at: time, note: null },
    { symbol: 'b', price: 11, volume: 200, up: false, at: time, note: 'x' },
  ];
  const columns = Object.fromEntries(
    Object.keys(rows[0]!).map((name) => [name, rows.map((row) => row[name as 'symbol'])]),
  );
  const arrowBytes = encodePayload({ format: 'df_pyarrow', data: rows }).payload;

  test.each([
    ['rows', rows],
    ['columns', columns],
    ['a DataFrame', DataFrame.fromRows(rows)],
    ['a flechette table', DataFrame.fromRows(rows).table()],
    ['Arrow IPC bytes', arrowBytes],
  ])('of %s can be sent in both formats', (_, data) => {
    for (const format of ['df_pyarrow', 'df_msgpack'] as const) {
      const { payload, formatCode } = encodePayload({ format, data });
      const back = (decodePayload(formatCode, 0, payload).data as DataFrame).rows();
      expect(back).toEqual(rows);
    }
  });

  test('of typed arrays keep their types, and apache-arrow reads them', () => {
    const data = { f: new Float64Array([1, 2]), i: new Int32Array([1, 2]), b: new BigInt64Array([1n, 2n ** 60n]) };
    const { payload } = encodePayload({ format: 'df_pyarrow', data });
    const read = apacheFromIPC(payload);
    expect(read.schema.fields.map(({ type }) => String(type))).toEqual(['Float64', 'Int32', 'Int64']);
    expect(read.getChild('b')?.get(1)).toBe(2n ** 60n);
    const packed = encodePayload({ format: 'df_msgpack', data }).payload;
    // Floats stay floats: cb, not an integer.
    expect(Buffer.from(packed).toString('hex')).toContain('a166cb3ff0000000000000');
  });

  test('of apache-arrow tables keep plain values; types that it rounds are refused by name', () => {
    const table = apacheTable({ v: Float32Array.from([0.5, 1]), big: BigInt64Array.of(2n ** 60n, 1n), s: ['a', 'b'] });
    expect(DataFrame.from(table).rows()).toEqual([
      { v: 0.5, big: 2n ** 60n, s: 'a' },
      { v: 1, big: 1n, s: 'b' },
    ]);
    // apache-arrow returns times as numbers of milliseconds.
    expect(() => DataFrame.from(apacheFromIPC(arrowBytes))).toThrow(
      `column "at" of the apache-arrow table has the type Timestamp<MILLISECOND>, whose values it does not return exactly: publish tableToIPC(table, 'stream') instead`,
    );
  });

  test.each([
    [
      [{ a: 1 }, { a: 'x' }],
      'column "a", row 1 is the text "x", but row 0 has the number 1: use one kind of value in a column, such as text for all',
    ],
    [{ a: [1], b: [1, 2] }, 'column "b" has 2 rows, the first column has 1'],
    [{ a: 5 }, 'column "a" is a number, expected an array'],
    [[1], 'row 0 is a number, expected a plain object'],
    ['text', 'not a string'],
    [null, 'not null'],
    [[{ a: () => 1 }], 'column "a", row 0 is a function'],
  ])('%j is refused with its name', (data, text) => {
    expect(() => encodePayload({ format: 'df_pyarrow', data })).toThrow(text);
  });

  test('random rows of plain values are restored in both formats', () => {
    const row = fc.record({
      i: fc.maxSafeInteger(),
      f: fc.double({ noNaN: true, noDefaultInfinity: true }).filter((value) => !Object.is(value, -0)),
      s: fc.option(fc.string({ unit: 'grapheme' })),
      b: fc.option(fc.boolean()),
      t: fc.date({ noInvalidDate: true }),
    });
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 20 }), (data) => {
        for (const format of ['df_pyarrow', 'df_msgpack'] as const) {
          const { payload, formatCode } = encodePayload({ format, data });
          expect((decodePayload(formatCode, 0, payload).data as DataFrame).rows()).toEqual(data);
        }
      }),
      { numRuns: 200 },
    );
  });
});

describe('malformed payloads', () => {
  const arrow = Buffer.from(frames.bars!.arrow, 'base64');
  const packed = Buffer.from(frames.bars!.msgpack!, 'base64');

  test('an Arrow stream that is cut inside a message is refused', () => {
    let readableCount = 0;
    for (let end = 0; end < arrow.length; end++) {
      try {
        decodePayload(3, 0, arrow.subarray(0, end));
        readableCount++;
      } catch (error) {
        expect((error as { code: string }).code).toBe('PMQ_BAD_PAYLOAD');
      }
    }
    // A whole stream ends after the schema, after the batch, and inside the four zero bytes of the end marker.
    expect(readableCount).toBeLessThanOrEqual(3);
  });

  test('a MessagePack table that is cut is refused', () => {
    for (let end = 0; end < packed.length; end++) {
      expect(() => decodePayload(2, 0, packed.subarray(0, end))).toThrow(/cut short|not a table/);
    }
  });

  test.each([
    ['zeros', Buffer.alloc(200)],
    ['an Arrow file', Buffer.from('ARROW1\0\0rest of a file')],
    ['nothing', Buffer.alloc(0)],
    ['text', Buffer.from('price,volume\n1,2\n')],
  ])('%s: refused as an Arrow stream', (_, bytes) => {
    expect(() => decodePayload(3, 0, bytes)).toThrow(/Arrow/);
  });

  test.each([
    ['a number', Buffer.from([5])],
    ['a map of numbers', Buffer.from('81a16101', 'hex')],
    ['a count of four billion rows', Buffer.from('ddffffffff', 'hex')],
    ['a map of four billion entries', Buffer.from('91dfffffffff', 'hex')],
    ['arrays nested 5,000 deep', Buffer.concat([Buffer.alloc(5_000, 0x91), Buffer.from([1])])],
    ['two values', Buffer.from('9090', 'hex')],
  ])('%s: refused as a MessagePack table', (_, bytes) => {
    expect(() => decodePayload(2, 0, bytes)).toThrow(/MessagePack/);
  });

  test('a column may have the name __proto__', () => {
    const bytes = Buffer.from('9181a95f5f70726f746f5f5f01', 'hex');
    const frame = decodePayload(2, 0, bytes).data as DataFrame;
    expect(frame.length).toBe(1);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
    expect(Object.getPrototypeOf(frame.rows()[0])).toBe(Object.prototype);
  });

  test('random changes of a stream cause at most an error', () => {
    fc.assert(
      fc.property(fc.nat({ max: arrow.length - 1 }), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const changed = Buffer.from(arrow);
        changed[at]! ^= change;
        try {
          (decodePayload(3, 0, changed).data as DataFrame).table();
        } catch (error) {
          expect((error as { code: string }).code).toMatch(/^PMQ_/);
        }
      }),
      { numRuns: 300 },
    );
  });
});

test('an Arrow stream at an odd offset of a Buffer is read', () => {
  const bytes = DataFrame.fromColumns({ price: Float64Array.of(1.5, 2.5) }).toArrow();
  const shifted = Buffer.alloc(bytes.length + 1).fill(bytes, 1);
  expect(DataFrame.fromArrow(shifted.subarray(1)).rows()).toEqual([{ price: 1.5 }, { price: 2.5 }]);
});

test('plain rows hold large integers as text, times with all digits, missing values as null, NaN as text, and long texts and lists cut', () => {
  const table = tableFromColumns({
    big: columnFromArray([2n ** 60n, -5n, null], int64()),
    at: columnFromArray([1_700_000_000_123.456, -0.001, null], timestamp(TimeUnit.MICROSECOND)),
    text: columnFromArray(['é'.repeat(1_001), '', null], utf8()),
    float: columnFromArray([Number.NaN, Number.NEGATIVE_INFINITY, 0.5], float64()),
    list: columnFromArray([Array.from({ length: 101 }, () => 1), [], null], list(int32())),
  });
  const frame = DataFrame.fromArrow(tableToIPC(table, { format: 'stream' })!);
  expect(frame.plainRows(3)).toEqual([
    [
      '1152921504606846976',
      '2023-11-14T22:13:20.123456Z',
      `${'é'.repeat(1_000)}…`,
      'NaN',
      [...Array.from({ length: 100 }, () => 1), '… 1 more'],
    ],
    [-5, '1969-12-31T23:59:59.999999Z', '', '-Infinity', []],
    [null, null, null, 0.5, null],
  ]);
  expect(frame.plainRows(1).length).toBe(1);
});
