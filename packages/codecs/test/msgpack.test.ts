import { decode as referenceDecode, encode as referenceEncode } from '@msgpack/msgpack';
import { frameCellMaxCount, frameColumnMaxCount } from '@pulsemq/protocol';
import { columnFromArray, tableFromColumns, tableToIPC } from '@uwdata/flechette';
import { describe, expect, test } from 'vitest';
import { DataFrame } from '../src/frame/data-frame.js';
import { decodePayload, encodePayload } from '../src/payload.js';
import { PreciseDate } from '../src/value/precise-date.js';

const unpacked = (hex: string): DataFrame => decodePayload(2, 0, Buffer.from(hex, 'hex')).data as DataFrame;

describe('fault T3: rows times columns of a MessagePack table', () => {
  /** Rows that each name another column: `rowCount` squared cells. */
  function sparse(rowCount: number): Uint8Array {
    const head = Buffer.from([0xdd, rowCount >>> 24, rowCount >>> 16, rowCount >>> 8, rowCount]);
    const rows = Array.from({ length: rowCount }, (_, row) =>
      Buffer.concat([Buffer.from([0x81, 0xa5]), Buffer.from(row.toString(36).padStart(5, '0')), Buffer.from([1])]),
    );
    return Buffer.concat([head, ...rows]);
  }

  test('are counted before anything is decoded: 0.5 MB of rows with their own columns are refused without memory for them', () => {
    const bytes = sparse(60_000);
    const before = process.memoryUsage().rss;
    expect(() => decodePayload(2, 0, bytes)).toThrow(
      `cells of a DataFrame with 140 columns and 60000 rows: 8400000, the limit is ${frameCellMaxCount}`,
    );
    expect(process.memoryUsage().rss - before).toBeLessThan(32 * 1_048_576);
  });

  test('just below the limit they are read', () => {
    const frame = decodePayload(2, 0, sparse(2_800)).data as DataFrame;
    expect([frame.length, frame.columns.length]).toEqual([2_800, 2_800]);
    expect(frame.column('00000').values[0]).toBe(1n);
  });

  test('many columns of one row are refused', () => {
    const count = frameColumnMaxCount + 1;
    const row = Buffer.concat([
      Buffer.from([0x91, 0xdf, 0, 0, count >>> 8, count & 0xff]),
      ...Array.from({ length: count }, (_, index) =>
        Buffer.from(`\xa4${index.toString(36).padStart(4, '0')}\x01`, 'latin1'),
      ),
    ]);
    expect(() => decodePayload(2, 0, row)).toThrow(
      `columns of a DataFrame: ${count}, the limit is ${frameColumnMaxCount}`,
    );
  });

  test('rows() of an Arrow stream of nulls has the same limit, and columns have none', () => {
    const nulls = columnFromArray(new Array(1_000_000).fill(null));
    const wide = tableFromColumns(
      Array.from({ length: 9 }, (_, index) => [`c${index}`, nulls] as [string, typeof nulls]),
    );
    const frame = DataFrame.fromArrow(tableToIPC(wide, { format: 'stream' })!);
    expect(() => frame.rows()).toThrow(
      `cells of a DataFrame with 9 columns and 1000000 rows: 9000000, the limit is ${frameCellMaxCount}`,
    );
    expect(frame.columns[0]!.values.length).toBe(1_000_000);
  });
});

describe('MessagePack', () => {
  const nested = { at: new Date(5), list: [1, 2.5, null, 'x'.repeat(70_000)], o: { b: true, n: null, big: 2 ** 40 } };

  test('is read by another implementation, and read from it', () => {
    const rows = Array.from({ length: 70_000 / 1_000 }, (_, row) => ({ ...nested, list: [row, 0.5], t: `${row}` }));
    const { payload } = encodePayload({ format: 'df_msgpack', data: rows });
    expect(referenceDecode(payload)).toEqual(rows);
    const frame = decodePayload(2, 0, referenceEncode(rows)).data as DataFrame;
    expect(frame.rows()).toEqual(rows);
  });

  test.each<[string, string, unknown]>([
    ['int 8', '9181a176d080', -128],
    ['int 16', '9181a176d18000', -32768],
    ['int 32', '9181a176d280000000', -2147483648],
    ['int 64', '9181a176d38000000000000000', -(2n ** 63n)],
    ['uint 8', '9181a176ccff', 255],
    ['uint 16', '9181a176cdffff', 65535],
    ['uint 32', '9181a176ceffffffff', 4294967295],
    ['uint 64', '9181a176cfffffffffffffffff', 2n ** 64n - 1n],
    ['negative fixint', '9181a176e0', -32],
    ['float 32', '9181a176ca3f000000', 0.5],
    ['float 64', '9181a176cbbff8000000000000', -1.5],
    ['bin 16', '9181a176c5000101', Uint8Array.of(1)],
    ['timestamp 32', '9181a176d6ff00000001', new Date(1_000)],
    ['timestamp 64', '9181a176d7ff0000000400000001', new PreciseDate(1_000_000_001n)],
    ['timestamp 96', '9181a176c70cff00000000ffffffffffffffff', new Date(-1_000)],
    ['a map of columns', '81a1769102', 2],
  ])('%s', (_, hex, value) => {
    expect(unpacked(hex).rows()).toEqual([{ v: value }]);
  });

  test.each<[string, string, string]>([
    ['one name twice in a row', '9182a17601a17602', 'two columns of the name "v" in row 0'],
    ['one name twice, with another size of its head', '9182a17601d9017602', 'two columns of the name "v" in row 0'],
    ['one name twice in the table', '82a1769101a1769102', 'two columns of the name "v" in the table'],
    ['one field twice in an object', '9181a17682a16101a16102', 'an object with two fields of the name "a"'],
    ['a name that is not text', '918101a176', 'a column whose name is not text but integer'],
    ['a field whose name is not text', '9181a176810102', 'a name that is integer, expected text'],
    ['a name that is not UTF-8', '9181a1ff01', 'a text that is not UTF-8'],
    ['a text that is not UTF-8', '9181a176a1ff', 'a text that is not UTF-8'],
    ['another extension', '9181a176d40500', 'the extension type 5 of 1 bytes, expected a timestamp'],
    ['too many nanoseconds', '9181a176c70cffee6b28000000000000000000', 'a timestamp of 4000000000 nanoseconds'],
    ['columns of several lengths', '82a1769101a177920102', 'column "w" has 2 rows, the first column has 1'],
    ['rows without columns', '928080', '2 rows without columns'],
    [
      'an integer that a float column cannot hold',
      '9281a176cb3fe000000000000081a176cf0020000000000001',
      'use either bigints or numbers with fractions',
    ],
  ])('%s is refused', (_, hex, text) => {
    expect(() => unpacked(hex)).toThrow(text);
  });

  test('missing texts that pandas writes as NaN are null', () => {
    expect(unpacked('9281a176a17881a176cb7ff8000000000000').rows()).toEqual([{ v: 'x' }, { v: null }]);
  });

  test('past the limit of the format it stops writing', () => {
    const rows = Array.from({ length: 200 }, () => ({ text: 'x'.repeat(10_000) }));
    expect(() => encodePayload({ format: 'df_msgpack', data: rows })).toThrow(
      'payload of format df_msgpack has more than 1048576 bytes',
    );
  });
});
