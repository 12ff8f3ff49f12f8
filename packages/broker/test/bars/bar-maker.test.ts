import { DataFrame, PreciseDate } from '@pulsemq/codecs';
import { barTarget, checkBarTarget, FormatCode, feedsBars, shareBarTopic } from '@pulsemq/protocol';
import { describe, expect, test } from 'vitest';
import { journalRecord } from '../journal/journal-record.js';
import { BarScene, shanghai, spec, usOf } from './bar-scene.js';

const minute = usOf('2026-11-30T01:30:00Z');
const second = 1_000_000;

test('a bar has open, high, low, close, volume and count, and comes when all of its minute has come', () => {
  const scene = new BarScene([spec()]);
  scene.tick(minute, { price: 10, size: 1 }).tick(minute + second, { price: 12, size: 2 });
  scene.tick(minute + 2 * second, { price: 9 }).tick(minute + 59 * second, { price: '11.5', size: '4' });
  expect(scene.until(minute + 60 * second - 1)).toEqual([]);
  expect(scene.until(minute + 60 * second)).toEqual([
    {
      topic: 'a.bar',
      t: minute / 1_000,
      interval: '1m',
      open: 10,
      high: 12,
      low: 9,
      close: 11.5,
      volume: 7,
      count: 4,
      isFinal: true,
      isCorrected: false,
      isComplete: true,
    },
  ]);
  expect(scene.until(minute + 600 * second)).toEqual([]);
  expect(scene.maker.figures.openCount).toBe(0);
});

test('rules of one source make their own bars of each message', () => {
  const scene = new BarScene([spec(), spec({ interval: '1s', target: '{1}.s' })]);
  scene.tick(minute, { last: 1 }).tick(minute + second, { last: 2 });
  const made = scene.until(minute + 60 * second).map(({ topic, open, close, volume }) => [topic, open, close, volume]);
  expect(made).toEqual([
    ['a.bar', 1, 2, null],
    ['a.s', 1, 1, null],
    ['a.s', 2, 2, null],
  ]);
});

describe('columns', () => {
  test.each([
    [{ price: 5, volume: 2 }, 5, 2],
    [{ Last_Price: 5, price: 4, size: 3, volume: 2 }, 5, 3],
    [{ 最新价: 5, 成交量: 2 }, 5, 2],
    [{ close: 5, vol: 2, open: 1 }, 5, 2],
    [5, 5, null],
  ])('are found by their names: %j', (data, close, volume) => {
    expect(new BarScene([spec()]).tick(minute, data).until(minute + 60 * second)).toMatchObject([{ close, volume }]);
  });

  test('can be chosen', () => {
    const scene = new BarScene([spec({ price: 'bid', size: 'bidsize' })]);
    scene.tick(minute, { price: 5, bid: 4, size: 1, bidsize: 7 });
    expect(scene.until(minute + 60 * second)).toMatchObject([{ close: 4, volume: 7 }]);
  });

  test('of DataFrames and JSON arrays give a price for each row; rows without one are left out', () => {
    const scene = new BarScene([spec({ time: 'ts', grace_ms: 60_000 })]);
    const ts = [0, 1, 2].map((at) => new PreciseDate(BigInt(minute + at * second) * 1_000n, 'us', 'UTC'));
    const frame = DataFrame.fromColumnList([
      ['ts', ts],
      ['price', Float64Array.of(3, Number.NaN, 5)],
    ]);
    const at = { topic: 'a.trade', receivedAtUs: minute + 5 * second };
    scene.record(journalRecord('df_pyarrow', frame, undefined, at));
    scene.tick(minute + 6 * second, [
      { ts: minute / 1_000 + 3_000, price: 8 },
      { ts: new Date(minute / 1_000 - 1_000).toISOString(), price: 1 },
    ]);
    expect(scene.until(minute + 60 * second)).toMatchObject([
      { t: minute / 1_000 - 60_000, close: 1, count: 1 },
      { t: minute / 1_000, open: 3, high: 8, low: 3, close: 8, count: 3 },
    ]);
  });

  test('that no message has are counted, and make no bar', () => {
    const scene = new BarScene([spec()]).tick(minute, { bid: 1 }).tick(minute, { price: null });
    expect(scene.until(minute + 60 * second)).toEqual([]);
    expect(scene.maker.figures).toMatchObject({ unpricedCount: 1, unreadableCount: 0 });
  });
});

describe('a late price', () => {
  const late = (grace_ms: number): BarScene => new BarScene([spec({ time: 'at', grace_ms })]);
  const at = (seconds: number): number => minute / 1_000 + seconds * 1_000;

  test('within the grace corrects its bar, in a message of its own, at most once a second', () => {
    const scene = late(30_000).tick(minute, { at: at(10), price: 5 });
    expect(scene.until(minute + 60 * second)).toMatchObject([{ close: 5, isFinal: true, isCorrected: false }]);
    for (const [place, price] of [
      [5, 4],
      [20, 7],
      [10, 6],
    ] as const) {
      scene.tick(minute + 61 * second, { at: at(place), price });
    }
    const corrected = { t: minute / 1_000, open: 4, high: 7, low: 4, close: 7, count: 4, isFinal: true };
    expect(scene.until(minute + 61 * second)).toMatchObject([{ ...corrected, isCorrected: true }]);
    scene.tick(minute + 61 * second, { at: at(30), price: 9 });
    expect(scene.until(minute + 61.5 * second)).toEqual([]);
    expect(scene.until(minute + 62 * second)).toMatchObject([{ close: 9, count: 5, isCorrected: true }]);
  });

  test('after the grace is left out and counted', () => {
    const scene = late(5_000).tick(minute, { at: at(10), price: 5 });
    scene.until(minute + 65 * second);
    expect(scene.tick(minute + 65 * second, { at: at(20), price: 6 }).until(minute + 120 * second)).toEqual([]);
    expect(scene.maker.figures).toMatchObject({ lateCount: 1, openCount: 0 });
  });

  test('makes a bar of its own where there was none, before the bars that came later', () => {
    const scene = late(60_000)
      .tick(minute, { at: at(60), price: 5 })
      .tick(minute + second, { at: at(0), price: 4 });
    expect(scene.until(minute + 120 * second).map(({ t }) => t)).toEqual([at(0), at(60)]);
  });

  test('of the future is not read', () => {
    const scene = late(0)
      .tick(minute, { at: at(61), price: 5 })
      .tick(minute, { at: 'soon', price: 5 });
    expect(scene.until(minute + 300 * second)).toEqual([]);
    expect(scene.maker.figures.unreadableCount).toBe(2);
  });
});

describe('a bar that may lack prices says so', () => {
  test('when it began before its rule', () => {
    const scene = new BarScene([spec()], minute + second);
    scene.tick(minute + 2 * second, { price: 1 }).tick(minute + 60 * second, { price: 2 });
    expect(scene.until(minute + 120 * second)).toMatchObject([
      { isComplete: false, gap: 'start' },
      { isComplete: true },
    ]);
  });

  test('when messages of its time were left out, also before its first price', () => {
    const scene = new BarScene([spec()]).tick(minute, { price: 1 });
    scene.maker.lost(1, minute + 30 * second, minute + 70 * second);
    scene.tick(minute + 80 * second, { price: 2 }, 'b.trade').tick(minute + 120 * second, { price: 3 });
    expect(scene.until(minute + 180 * second)).toMatchObject([
      { topic: 'a.bar', open: 1, gap: 'lost' },
      { topic: 'a.bar', open: 3, isComplete: true },
      { topic: 'b.bar', open: 2, gap: 'lost' },
    ]);
  });

  test('when a message could not be read, also before its first price', () => {
    const scene = new BarScene([spec()]).tick(minute, { price: 'n/a' }).tick(minute, { price: 1 });
    const broken = { topic: 'b.trade', receivedAtUs: minute };
    scene
      .tick(minute, { price: 1 }, 'b.trade')
      .record(journalRecord('bytes', Buffer.from('no'), FormatCode.df_pyarrow, broken));
    scene.tick(minute, { price: 1 }, 'c.trade').tick(minute + 60 * second, { price: 2 });
    expect(scene.until(minute + 120 * second).map(({ topic, gap }) => [topic, gap])).toEqual([
      ['a.bar', 'unreadable'],
      ['a.bar', undefined],
      ['b.bar', 'unreadable'],
      ['c.bar', undefined],
    ]);
  });

  test('in a correction when it was final already', () => {
    const scene = new BarScene([spec({ time: 'at', grace_ms: 60_000 })]);
    scene.tick(minute, { at: minute, price: 1 });
    expect(scene.until(minute + 60 * second)).toMatchObject([{ isComplete: true }]);
    scene.maker.lost(1, minute + 61 * second, minute + 62 * second);
    expect(scene.until(minute + 62 * second)).toMatchObject([{ isCorrected: true, isComplete: false, gap: 'lost' }]);
  });

  test('when there was no room for a bar', () => {
    const scene = new BarScene([spec()], 0, 1);
    scene.tick(minute, { price: 1 }).tick(minute, { price: 1 }, 'b.trade');
    expect(scene.until(minute + 60 * second)).toMatchObject([{ topic: 'a.bar', isComplete: true }]);
    scene.tick(minute + 60 * second, { price: 1 }, 'b.trade').tick(minute + 61 * second, { price: 1 }, 'c.trade');
    expect(scene.until(minute + 120 * second)).toMatchObject([{ topic: 'b.bar', isComplete: true }]);
    expect(scene.maker.figures).toMatchObject({ overLimitCount: 2, openCount: 0 });
  });
});

test('an open bar is shown at most once in update_ms, and only when it has changed', () => {
  const scene = new BarScene([spec({ update_ms: 1_000 })]).tick(minute, { price: 1 });
  expect(scene.until(minute + 0.9 * second)).toEqual([]);
  expect(scene.until(minute + second)).toMatchObject([{ close: 1, isFinal: false, isCorrected: false }]);
  expect(scene.until(minute + 5 * second)).toEqual([]);
  scene.tick(minute + 5 * second, { price: 2 });
  expect(scene.until(minute + 5 * second)).toMatchObject([{ close: 2, isFinal: false }]);
  expect(scene.until(minute + 60 * second)).toMatchObject([{ close: 2, isFinal: true, isCorrected: false }]);
});

test('a rule that stays keeps its bars when others change, and one that goes publishes no more', () => {
  const [kept, gone] = [spec(), spec({ interval: '5m', target: '{1}.bar5' })];
  const scene = new BarScene([kept, gone]).tick(minute, { price: 1 });
  scene.maker.setRules(1, 'market', [kept], minute + 30 * second);
  scene.tick(minute + 40 * second, { price: 2 });
  expect(scene.until(minute + 900 * second)).toMatchObject([{ topic: 'a.bar', open: 1, close: 2, isComplete: true }]);
  expect(scene.maker.figures.openCount).toBe(0);
});

describe('by calendar', () => {
  const market = (interval: string, grace_ms = 0): BarScene =>
    new BarScene([spec({ interval, hours: shanghai, grace_ms })]);
  const local = (time: string): number => usOf(`2026-11-30T${time}+08:00`);

  test('prices outside the hours make no bar', () => {
    const scene = market('1h').tick(local('09:29:59'), { price: 1 }).tick(local('09:30:00'), { price: 2 });
    scene.tick(local('12:00:00'), { price: 3 }).tick(local('15:00:00'), { price: 4 });
    expect(scene.until(local('16:00:00'))).toMatchObject([
      { t: local('09:00:00') / 1_000, open: 2, close: 2, count: 1 },
    ]);
    expect(scene.maker.figures.closedCount).toBe(3);
  });

  test('a bar ends with the last close in it, and a day goes on after the break', () => {
    const scene = market('1h').tick(local('11:10:00'), { price: 1 });
    expect(scene.until(local('11:30:00'))).toMatchObject([{ t: local('11:00:00') / 1_000, isFinal: true }]);
    const day = market('1d').tick(local('11:10:00'), { price: 1 });
    expect(day.until(local('14:00:00'))).toEqual([]);
    day.tick(local('14:00:00'), { price: 2 });
    expect(day.until(local('15:00:00'))).toMatchObject([{ t: local('00:00:00') / 1_000, open: 1, close: 2, count: 2 }]);
  });

  test('a price within the grace after the close counts for the last bar before it', () => {
    const scene = market('1m', 5_000).tick(local('14:59:30'), { price: 1 });
    expect(scene.until(local('15:00:00'))).toMatchObject([{ close: 1, isCorrected: false }]);
    scene.tick(local('15:00:04'), { price: 2 });
    const closing = { t: local('14:59:00') / 1_000, open: 1, close: 2, count: 2, isCorrected: true };
    expect(scene.until(local('15:00:05'))).toMatchObject([closing]);
    expect(scene.tick(local('15:00:06'), { price: 3 }).until(local('15:01:00'))).toEqual([]);
  });
});

describe('targets', () => {
  test.each([
    ['*.trade', '{1}.kline.1m', 'a.trade', 'a.kline.1m'],
    ['*.*.trade', '{2}.{1}', 'a.b.trade', 'b.a'],
    ['trade.>', 'kline.{1}.1m', 'trade.a.b', 'kline.a.b.1m'],
    ['*.x.>', '{2}.{1}', 'a.x.b.c', 'b.c.a'],
    ['index', 'index.1m', 'index', 'index.1m'],
  ])('of %s as %s: %s becomes %s', (source, target, topic, made) => {
    expect(checkBarTarget(source, target)).toBeUndefined();
    expect(barTarget(source, target, topic)).toBe(made);
  });

  test.each([
    ['*.trade', '{1}.bar', '*.trade', false],
    ['*.trade', '{1}.trade', '*.trade', true],
    ['*.trade', '{1}.bar', '*.*', true],
    ['*.trade', '{1}.bar.1m', '*.*', false],
    ['a.>', 'b.{1}', 'a.>', false],
    ['a.>', 'b.{1}', '>', true],
    ['a.>', '{1}.b', '*.x.b', true],
    ['a.>', '{1}.b', 'x.c', false],
    ['a.>', 'k.{1}.b', 'k.>', true],
    ['a.>', 'k.{1}.b', 'k.*', false],
  ])('what %s publishes as %s is read by %s: %s', (source, target, other, isSo) => {
    expect(feedsBars({ source, target }, { source: other, target: '' })).toBe(isSo);
  });

  test('of two rules may be the same topic', () => {
    expect(shareBarTopic({ source: '*.a', target: '{1}.k' }, { source: '*.b', target: '{1}.k' })).toBe(true);
    expect(shareBarTopic({ source: '*.a', target: '{1}.k' }, { source: '*.b', target: '{1}.l' })).toBe(false);
    expect(shareBarTopic({ source: 'a.>', target: 'k.{1}' }, { source: '*', target: 'k.{1}.m' })).toBe(true);
  });
});
