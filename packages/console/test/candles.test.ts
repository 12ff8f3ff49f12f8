import { expect, onTestFinished, test } from 'vitest';
import { showTimesBy } from '../src/format/clock.js';
import { barsOfAnswer, longerBars, publishedBars } from '../src/pages/topic/candles/candle-bars.js';
import { candleColumns, chosenColumns } from '../src/pages/topic/candles/candle-columns.js';
import {
  candleRanges,
  lengthFor,
  lengthsFor,
  movedEnd,
  secondsOfLength,
  spanBefore,
} from '../src/pages/topic/candles/candle-range.js';

const hourMs = 3_600_000;
const startMs = Date.UTC(2026, 10, 24, 1, 30);
const row = (payload: Record<string, unknown>, atMs = startMs) => ({
  _topic: 'a',
  _sequence: 1,
  _received_at: new Date(atMs).toISOString(),
  ...payload,
});

test('no range has more candles than the broker is asked for, and each length divides a day', () => {
  for (const range of candleRanges) {
    const { fromMs, toMs } = spanBefore(range, startMs);
    for (const length of lengthsFor(range)) {
      expect((toMs - fromMs) / 1000 / secondsOfLength(length)).toBeLessThan(5_000);
      expect(86_400 % secondsOfLength(length)).toBe(0);
    }
  }
  expect(lengthFor('1d', '15m')).toBe('15m');
  expect(lengthFor('1h', '1d')).toBe('1m');
});

test('the way back to the present ends at now, however long the viewer looked at the past', () => {
  const before = movedEnd('1h', startMs, -1, startMs)!;
  expect(before).toBe(startMs - hourMs);
  expect(movedEnd('1h', before, 1, startMs + 60_000)).toBeNull();
  expect(movedEnd('1h', before - hourMs, 1, startMs)).toBe(before);
});

test('columns are found by their names; a text that is a number counts', () => {
  const rows = [row({ side: 'B', last: '10.5', qty: 3, _problem: 'no' }), row({ side: 'S', bid: null })];
  expect(candleColumns(rows)).toEqual({ numbers: ['last', 'qty'], price: 'last', size: 'qty' });
  expect(candleColumns([row({ side: 'B' })])).toEqual({ numbers: [], price: undefined, size: undefined });
});

test('candles that are published come before a price; a choice comes before both', () => {
  const columns = { numbers: ['close', 'volume'], price: 'close', size: 'volume' };
  expect(chosenColumns({ columns, isPublished: true }, {})).toEqual({ price: null, size: 'volume' });
  expect(chosenColumns({ columns, isPublished: false }, {})).toEqual({ price: 'close', size: 'volume' });
  const choice = { price: 'close', size: null };
  expect(chosenColumns({ columns, isPublished: true }, choice)).toEqual(choice);
  const none = { numbers: [], price: undefined, size: undefined };
  expect(chosenColumns({ columns: none, isPublished: false }, {})).toBeUndefined();
});

test('an answer with bars has their volume only where a size was asked for', () => {
  const bar = { _start: new Date(startMs).toISOString(), open: 1, high: 3, low: 1, close: 2 };
  expect(barsOfAnswer([{ ...bar, volume: 7 }], true)[0]).toMatchObject({ time: startMs / 1000, close: 2, volume: 7 });
  expect(barsOfAnswer([bar], false)[0]).toMatchObject({ volume: null });
});

test('published bars go by their own time, else by that of their receipt; a later one with the same time replaces', () => {
  const ohlc = { open: 1, high: 2, low: 1, close: 2 };
  const timed = publishedBars([row({ t: startMs, ...ohlc }), row({ t: startMs, ...ohlc, close: 1.5 }, startMs + 500)]);
  expect(timed).toMatchObject([{ time: startMs / 1000, close: 1.5, volume: null }]);
  expect(publishedBars([row(ohlc, startMs + 5_000)])).toMatchObject([{ time: startMs / 1000 + 5 }]);
  expect(publishedBars([row({ price: 1 })])).toBeUndefined();
});

test('bars are joined by the clock of the page, within the span', () => {
  showTimesBy('utc');
  onTestFinished(() => showTimesBy('local'));
  const bar = (minutes: number, open: number, high: number, low: number, close: number, volume: number | null) => ({
    time: startMs / 1000 + minutes * 60,
    open,
    high,
    low,
    close,
    volume,
  });
  const bars = [bar(-1, 9, 9, 9, 9, 9), bar(0, 1, 4, 1, 2, 10), bar(29, 2, 3, 0, 1, null), bar(30, 5, 5, 5, 5, 1)];
  const span = { fromMs: startMs, toMs: startMs + hourMs };
  expect(longerBars(bars, 3600, span)).toEqual([
    { time: startMs / 1000 - 1800, open: 1, high: 4, low: 0, close: 1, volume: 10 },
    { time: startMs / 1000 + 1800, open: 5, high: 5, low: 5, close: 5, volume: 1 },
  ]);
});
