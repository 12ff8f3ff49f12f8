import { CalendarDate, DataFrame, Decimal, PreciseDate } from '@pulsemq/codecs';
import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import { describe, expect, test } from 'vitest';
import { BarTable } from '../../src/control/history/bars/bar-table.js';
import type { HistoryTable } from '../../src/control/history/history-table.js';
import { writeParquet } from '../../src/control/history/parquet/parquet-file.js';
import { RowTable } from '../../src/control/history/row-table.js';
import { journalRecord } from '../journal/journal-record.js';
import { randomOf } from '../journal/recorded-files.js';

const receivedAt = new Date(1_764_460_800_000);

async function fileOf(table: HistoryTable): Promise<ArrayBuffer> {
  const pieces: Uint8Array[] = [];
  await writeParquet(table, async (piece) => void pieces.push(piece));
  const whole = Buffer.concat(pieces);
  return new Uint8Array(whole).buffer;
}

/** Rows of a file without the first three columns, and the types of the others. */
async function readBack(table: HistoryTable) {
  const file = await fileOf(table);
  const rows = await parquetReadObjects({ file });
  const types = parquetMetadata(file)
    .schema.slice(4)
    .map(({ name, type, converted_type, logical_type }) => [name, type, converted_type ?? logical_type?.type]);
  return { rows: rows.map(({ _topic, _sequence, _received_at, ...row }) => row), types };
}

const tableOf = (...payloads: unknown[]): RowTable => {
  const table = new RowTable(null, 1_000_000);
  for (const [index, data] of payloads.entries()) {
    const at = { sequence: index + 1, receivedAtUs: receivedAt.getTime() * 1_000 + index };
    const isFrame = data instanceof DataFrame;
    table.add(journalRecord(isFrame ? 'df_pyarrow' : 'string', isFrame ? data : JSON.stringify(data), undefined, at));
  }
  return table;
};

test('topic, sequence and time come first, the time in microseconds of UTC', async () => {
  const file = await fileOf(tableOf({ price: 1 }));
  expect(parquetMetadata(file).schema.slice(0, 4)).toMatchObject([
    { num_children: 4 },
    { name: '_topic', type: 'BYTE_ARRAY', converted_type: 'UTF8' },
    { name: '_sequence', type: 'INT64' },
    { name: '_received_at', logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MICROS' } },
  ]);
  expect(await parquetReadObjects({ file })).toEqual([
    { _topic: 'a', _sequence: 1n, _received_at: receivedAt, price: 1n },
  ]);
});

test('columns of JSON have the type that holds all values exactly; a missing cell is null', async () => {
  const { rows, types } = await readBack(
    tableOf(
      { whole: 1, mixed: 1, real: 1, flag: true, text: '价格', list: [1, 2], none: null },
      { whole: 2, mixed: 'one', real: 1.5, flag: false, text: '', object: { z: true } },
    ),
  );
  expect(types).toEqual([
    ['whole', 'INT64', undefined],
    ['mixed', 'BYTE_ARRAY', 'UTF8'],
    ['real', 'DOUBLE', undefined],
    ['flag', 'BOOLEAN', undefined],
    ['text', 'BYTE_ARRAY', 'UTF8'],
    ['list', 'BYTE_ARRAY', 'UTF8'],
    ['none', 'BYTE_ARRAY', 'UTF8'],
    ['object', 'BYTE_ARRAY', 'UTF8'],
  ]);
  expect(rows).toEqual([
    { whole: 1n, mixed: '1', real: 1, flag: true, text: '价格', list: '[1,2]', none: null, object: null },
    { whole: 2n, mixed: 'one', real: 1.5, flag: false, text: '', list: null, none: null, object: '{"z":true}' },
  ]);
});

describe('columns of DataFrames', () => {
  test('keep float64, times, dates and bytes', async () => {
    const frame = DataFrame.fromRows([
      {
        at: new PreciseDate(1_764_460_800_000_001_000n, 'us', 'Asia/Shanghai'),
        local: new PreciseDate(1_764_460_800_000_002_000n, 'us'),
        day: CalendarDate.from('2026-11-30'),
        bytes: Uint8Array.of(1, 2),
      },
    ]);
    const { rows, types } = await readBack(tableOf(frame));
    expect(types).toEqual([
      ['at', 'INT64', 'TIMESTAMP'],
      ['local', 'INT64', 'TIMESTAMP'],
      ['day', 'INT32', 'DATE'],
      ['bytes', 'BYTE_ARRAY', undefined],
    ]);
    expect(rows[0]).toMatchObject({ at: receivedAt, local: receivedAt, day: new Date('2026-11-30') });
    const floats = await readBack(tableOf(DataFrame.fromColumns({ price: Float64Array.of(10, 11) })));
    expect(floats).toEqual({ rows: [{ price: 10 }, { price: 11 }], types: [['price', 'DOUBLE', undefined]] });
  });

  test('become text where Parquet has no type that holds all of them', async () => {
    const frame = DataFrame.fromRows([
      { nano: new PreciseDate(1n, 'ns'), price: Decimal.from('1.50'), wide: 2n ** 63n },
    ]);
    const { rows } = await readBack(tableOf(frame));
    expect(rows).toEqual([{ nano: '1970-01-01T00:00:00.000000001Z', price: '1.50', wide: '9223372036854775808' }]);
  });

  test('with whole numbers past 2^53 beside fractions are text, and without are exact', async () => {
    const big = 9_007_199_254_740_993n;
    const exact = await readBack(tableOf(DataFrame.fromRows([{ id: big }]), DataFrame.fromRows([{ id: 1 }])));
    expect(exact).toEqual({ rows: [{ id: big }, { id: 1n }], types: [['id', 'INT64', undefined]] });
    const mixed = await readBack(tableOf(DataFrame.fromRows([{ id: big }]), { id: 0.5 }));
    expect(mixed.rows).toEqual([{ id: '9007199254740993' }, { id: '0.5' }]);
  });
});

test('no rows are a file with the columns, and many rows are several row groups', async () => {
  const none = await fileOf(new RowTable(['price'], 10));
  expect(
    parquetMetadata(none)
      .schema.map(({ name }) => name)
      .slice(1),
  ).toContain('price');
  expect(await parquetReadObjects({ file: none })).toEqual([]);
  const many = tableOf(DataFrame.fromColumns({ n: Float64Array.from({ length: 100_001 }, (_, index) => index) }));
  const file = await fileOf(many);
  expect(parquetMetadata(file).row_groups.map(({ num_rows }) => Number(num_rows))).toEqual([100_000, 1]);
  const last = await parquetReadObjects({ file, rowStart: 100_000, columns: ['n'] });
  expect(last).toEqual([{ n: 100_000 }]);
});

test('bars', async () => {
  const bars = new BarTable({ everySeconds: 60, zone: 'UTC', price: 'price', size: 'size' }, 10);
  bars.add(
    journalRecord('string', '{"price": 10, "size": 2}', undefined, { receivedAtUs: receivedAt.getTime() * 1_000 + 5 }),
  );
  const [row] = await parquetReadObjects({ file: await fileOf(bars) });
  expect(row).toEqual({
    _topic: 'a',
    _start: receivedAt,
    open: 10,
    high: 10,
    low: 10,
    close: 10,
    volume: 2,
    count: 1n,
  });
});

test('cells of every kind, with missing ones, are read back as they are, with and without a dictionary', async () => {
  const seeded = randomOf(20);
  const random = (limit: number): number => Math.floor(seeded() * limit);
  const rowCount = 3_003;
  const maybe = (value: unknown): unknown => (random(5) === 0 ? null : value);
  const cells = {
    whole: (row: number) => row - 1_500,
    price: () => maybe(random(200) / 8),
    real: () => maybe(random(2) === 0 ? -0 : (random(1_000_000) - 500_000) / 7),
    side: () => maybe(random(2) === 0 ? 'B' : 'S'),
    same: () => '价格',
    note: (row: number) => maybe(`𠮷 ${row} ${'x'.repeat(random(40))}`),
    flag: () => maybe(random(2) === 0),
    late: (row: number) => (row > 2_900 ? row * 4_294_967_296 : null),
  };
  const rows = Array.from({ length: rowCount }, (_, row) =>
    Object.fromEntries(Object.entries(cells).map(([name, cell]) => [name, cell(row)])),
  );
  const file = await fileOf(tableOf(DataFrame.fromRows(rows)));
  const whole = new Set(['whole', 'late']);
  const expected = rows.map((row) =>
    Object.fromEntries(
      Object.entries(row).map(([name, cell]) => [
        name,
        whole.has(name) && cell !== null ? BigInt(cell as number) : cell,
      ]),
    ),
  );
  const found = await parquetReadObjects({ file, columns: Object.keys(cells) });
  expect(found).toEqual(expected);
  const chunks = parquetMetadata(file).row_groups[0]!.columns.slice(3);
  const described = chunks.map(({ meta_data }) => [
    meta_data?.path_in_schema[0],
    meta_data?.encodings.includes('RLE_DICTIONARY'),
    Number(meta_data?.statistics?.null_count),
  ]);
  const missing = (name: string): number => rows.filter((row) => row[name] === null).length;
  const usesDictionary = ['price', 'side', 'same'];
  expect(described).toEqual(Object.keys(cells).map((name) => [name, usesDictionary.includes(name), missing(name)]));
  expect(chunks[0]!.meta_data?.statistics).toMatchObject({ min_value: -1_500n, max_value: 1_502n });
  expect(chunks[3]!.meta_data?.statistics).toMatchObject({ min_value: 'B', max_value: 'S' });
});

test('a column without a value in the first row group, and NaN', async () => {
  const rowCount = 100_005;
  const late = Array.from({ length: rowCount }, (_, row) => (row < 100_001 ? null : row));
  const real = Float64Array.from({ length: rowCount }, (_, row) => (row % 2 === 0 ? Number.NaN : row));
  const file = await fileOf(
    tableOf(
      DataFrame.fromColumnList([
        ['late', late],
        ['real', real],
      ]),
    ),
  );
  const { row_groups: groups } = parquetMetadata(file);
  expect(groups.map(({ columns }) => Number(columns[3]!.meta_data?.statistics?.null_count))).toEqual([100_000, 1]);
  const rows = await parquetReadObjects({ file, rowStart: 99_999, columns: ['late', 'real'] });
  expect(rows).toEqual([
    { late: null, real: 99_999 },
    { late: null, real: Number.NaN },
    { late: 100_001n, real: 100_001 },
    { late: 100_002n, real: Number.NaN },
    { late: 100_003n, real: 100_003 },
    { late: 100_004n, real: Number.NaN },
  ]);
});
