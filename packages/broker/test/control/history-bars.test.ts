import { DataFrame, Decimal } from '@pulsemq/codecs';
import { FormatCode } from '@pulsemq/protocol';
import { describe, expect, test } from 'vitest';
import { BarClock } from '../../src/bars/bar-clock.js';
import type { BarSettings } from '../../src/control/history/bars/bar-settings.js';
import { BarTable } from '../../src/control/history/bars/bar-table.js';
import type { JournalRecord } from '../../src/journal/record.js';
import { journalRecord } from '../journal/journal-record.js';

const usOf = (time: string): number => Date.parse(time) * 1_000;
const timeOf = (us: number): string => new Date(us / 1_000).toISOString();

/** A JSON message at a time of 30 November 2026, UTC. */
const tick = (time: string, data: unknown, topic = 'a.trade', sequence = 1): JournalRecord =>
  journalRecord('string', JSON.stringify(data), undefined, {
    topic,
    sequence,
    receivedAtUs: usOf(`2026-11-30T${time}Z`),
  });

const table = (settings: Partial<BarSettings> = {}, limitCount = 100): BarTable =>
  new BarTable({ everySeconds: 60, zone: 'UTC', price: 'price', size: null, ...settings }, limitCount);

function barsOf(bars: BarTable, records: readonly JournalRecord[]): Record<string, unknown>[] {
  for (const record of records) bars.add(record);
  bars.check();
  return DataFrame.fromArrow(Buffer.concat(bars.arrowPieces())).rows();
}

test('a bar has the first, highest, lowest and last price, the sum of the sizes and the count', () => {
  const rows = barsOf(table({ size: 'size' }), [
    tick('09:30:00', { price: 10, size: 1 }),
    tick('09:30:10.5', { price: 12.5, size: 2 }),
    tick('09:30:20', { price: 9 }),
    tick('09:30:59.999', { price: 11, size: 4 }),
    tick('09:31:00', { price: 11.5, size: 8 }),
  ]);
  expect(rows.map(({ _start, ...row }) => [(_start as Date).toISOString(), row])).toEqual([
    ['2026-11-30T09:30:00.000Z', { _topic: 'a.trade', open: 10, high: 12.5, low: 9, close: 11, volume: 7, count: 4 }],
    [
      '2026-11-30T09:31:00.000Z',
      { _topic: 'a.trade', open: 11.5, high: 11.5, low: 11.5, close: 11.5, volume: 8, count: 1 },
    ],
  ]);
});

test('bars have float64 prices also where all are whole, and the time zone of the question', () => {
  const bars = table({ zone: 'Asia/Shanghai' });
  bars.add(tick('09:30:00', { price: 10 }));
  expect(
    DataFrame.fromArrow(Buffer.concat(bars.arrowPieces())).columns.map(({ name, dtype }) => [name, dtype]),
  ).toEqual([
    ['_topic', 'str'],
    ['_start', 'datetime64[us, Asia/Shanghai]'],
    ...['open', 'high', 'low', 'close'].map((name) => [name, 'float64']),
    ['count', 'int64'],
  ]);
});

test('each topic has bars of its own, and an interval without a price has none', () => {
  const rows = barsOf(table(), [
    tick('09:30:00', { price: 10 }, 'b.trade'),
    tick('09:30:01', { price: 20 }, 'a.trade'),
    tick('09:34:00', { price: 11 }, 'b.trade'),
    tick('09:34:30', { bid: 1 }, 'a.quote'),
  ]);
  expect(
    rows.map(({ _topic, _start, close }) => [_topic, (_start as Date).toISOString().slice(11, 16), close]),
  ).toEqual([
    ['a.trade', '09:30', 20],
    ['b.trade', '09:30', 10],
    ['b.trade', '09:34', 11],
  ]);
});

test('prices may be the rows of a DataFrame or a JSON array, whole numbers, decimals or texts; rows without one are left out', () => {
  const at = { receivedAtUs: usOf('2026-11-30T09:30:00Z') };
  const rows = barsOf(table(), [
    journalRecord('df_pyarrow', DataFrame.fromColumns({ price: Float64Array.of(3, Number.NaN, 5) }), undefined, at),
    journalRecord('df_pyarrow', DataFrame.fromRows([{ price: Decimal.from('1.50') }]), undefined, at),
    journalRecord('string', '[{"price": "7.25"}, {"size": 1}, {"price": 9007199254740993}]', undefined, at),
    journalRecord('string', '{"price": null}', undefined, at),
    journalRecord('bytes', Buffer.from('no table'), FormatCode.df_pyarrow, at),
  ]);
  expect(rows).toMatchObject([
    { open: 3, high: 9_007_199_254_740_992, low: 1.5, close: 9_007_199_254_740_992, count: 5 },
  ]);
});

describe('a question that cannot be answered names', () => {
  test('a column that no message has, and the columns that a message has', () => {
    expect(() => barsOf(table({ price: 'last' }), [tick('09:30:00', { bid: 1, ask: 2 }, 'a.quote', 7)])).toThrow(
      'no message has the column last: topic a.quote, sequence 7, has bid, ask; name another column in "price"',
    );
    expect(() => barsOf(table({ size: 'volume' }), [tick('09:30:00', { price: 1 }, 'a.trade', 8)])).toThrow(
      'no message has the column volume: topic a.trade, sequence 8, has price; name another column in "size"',
    );
  });

  test('the reason why no message can be decoded', () => {
    const broken = journalRecord('bytes', Buffer.from('no table'), FormatCode.df_pyarrow, { sequence: 9 });
    expect(() => barsOf(table(), [broken])).toThrow(/topic a, sequence 9, cannot be decoded \(.*Arrow/);
  });

  test('a cell that is not a number', () => {
    const wrong: [unknown, string][] = [
      ['n/a', '"n/a"'],
      [true, 'true'],
      [[1, 2], '[1,2]'],
      ['1e999', '"1e999"'],
    ];
    for (const [price, shown] of wrong) {
      expect(() => barsOf(table(), [tick('09:30:00', { price }, 'a.trade', 3)])).toThrow(
        `column price of topic a.trade has ${shown} in the message with sequence 3, and bars need numbers`,
      );
    }
  });
});

test('no message at all is an answer without bars', () => {
  expect(barsOf(table({ size: 'size' }), [])).toEqual([]);
});

test('an answer that is full has whole bars and says that there are more', () => {
  const bars = table({}, 2);
  const added = [
    tick('09:30:00', { price: 1 }, 'c'),
    tick('09:31:00', { price: 2 }, 'c'),
    tick('09:31:10', { price: 3 }, 'b'),
    tick('09:31:20', { price: 4 }, 'c'),
    tick('09:31:30', { price: 5 }, 'b'),
    tick('09:32:00', { price: 6 }, 'c'),
  ].map((record) => bars.add(record));
  expect(added).toEqual([true, true, true, true, true, false]);
  expect([bars.rowCount, bars.hasMore]).toEqual([2, true]);
  expect(DataFrame.fromArrow(Buffer.concat(bars.arrowPieces())).rows()).toMatchObject([
    { _topic: 'c', close: 1 },
    { _topic: 'b', open: 3, close: 5, count: 2 },
  ]);
});

describe('intervals', () => {
  const startOf = (everySeconds: number, zone: string, time: string): string =>
    timeOf(new BarClock(everySeconds, zone).startUs(usOf(time)));

  test.each([
    [1, 'UTC', '2026-11-30T09:30:00.999Z', '2026-11-30T09:30:00.000Z'],
    [300, 'UTC', '2026-11-30T09:34:59Z', '2026-11-30T09:30:00.000Z'],
    [86_400, 'UTC', '2026-11-30T23:59:59Z', '2026-11-30T00:00:00.000Z'],
    [86_400, 'Asia/Shanghai', '2026-11-30T15:59:59Z', '2026-11-29T16:00:00.000Z'],
    [86_400, 'Asia/Shanghai', '2026-11-30T16:00:00Z', '2026-11-30T16:00:00.000Z'],
    [3_600, 'Asia/Kolkata', '2026-11-30T09:45:00Z', '2026-11-30T09:30:00.000Z'],
  ])('of %i s in %s begin at midnight of the zone: %s', (everySeconds, zone, time, start) => {
    expect(startOf(everySeconds, zone, time)).toBe(start);
  });

  // New York: on 8 March 2026 the clocks jump from 02:00 to 03:00 (07:00 UTC), on 1 November from 02:00 back to 01:00 (06:00 UTC).
  test.each([
    ['a day of 23 hours', 86_400, '2026-03-09T03:59:00Z', '2026-03-08T05:00:00.000Z'],
    ['a day of 25 hours', 86_400, '2026-11-02T04:59:00Z', '2026-11-01T04:00:00.000Z'],
    ['four hours that take three', 14_400, '2026-03-08T07:30:00Z', '2026-03-08T05:00:00.000Z'],
    ['two hours that begin in the missing one', 7_200, '2026-03-08T07:30:00Z', '2026-03-08T07:00:00.000Z'],
    ['two hours that take three', 7_200, '2026-11-01T06:30:00Z', '2026-11-01T04:00:00.000Z'],
    ['an hour that comes twice, the first time', 3_600, '2026-11-01T05:30:00Z', '2026-11-01T05:00:00.000Z'],
    ['an hour that comes twice, the second time', 3_600, '2026-11-01T06:30:00Z', '2026-11-01T06:00:00.000Z'],
  ])('where the clocks change: %s', (_, everySeconds, time, start) => {
    expect(startOf(everySeconds, 'America/New_York', time)).toBe(start);
  });
});
