import { expect, test } from 'vitest';
import { BoardRow } from '../src/parts/prices/board-row.js';
import { chosenFields, fieldsOf } from '../src/parts/prices/price-fields.js';

/** How a board reads prices from payloads: by the names of their columns, with the direction and the basis of a change. */

const update = (values: Readonly<Record<string, number | string | null>>, sequence = 1) => ({
  topic: 'a',
  sequence,
  epoch: 1,
  received_at_ms: 1000,
  conflated: 0,
  is_snapshot: false,
  values,
});

test.each([
  [
    ['last', 'prev_close', 'bid', 'ask', 'volume'],
    ['last', 'prev_close', 'bid', 'ask', 'volume'],
  ],
  [
    ['Last_Price', 'PreClose', 'BidPrice1', 'AskPrice1', 'Vol'],
    ['Last_Price', 'PreClose', 'BidPrice1', 'AskPrice1', 'Vol'],
  ],
  [
    ['最新价', '昨收', '买一', '卖一', '成交量'],
    ['最新价', '昨收', '买一', '卖一', '成交量'],
  ],
  [
    ['现价', '昨收价', '买一价', '卖一价', '成交量'],
    ['现价', '昨收价', '买一价', '卖一价', '成交量'],
  ],
  [
    ['收盘', 'x', 'y', 'z', 'w'],
    ['收盘', undefined, undefined, undefined, undefined],
  ],
])('%j are prices by their names', (columns, expected) => {
  const { last, prevClose, bid, ask, volume } = fieldsOf(columns);
  expect([last[0], prevClose[0], bid[0], ask[0], volume[0]]).toEqual(expected);
});

test('a last price goes before a close, and each topic shows the first column that its payload has', () => {
  const fields = fieldsOf(['close', 'last', '最新价']);
  expect(fields.last).toEqual(['last', '最新价', 'close']);
  const bar = new BoardRow('bar');
  bar.take(update({ close: 3 }), fields, 0);
  expect(bar.price('last').value).toBe(3);
  const share = new BoardRow('share');
  share.take(update({ close: 3, last: null }), fields, 0);
  expect(share.price('last').value).toBe(null);
});

test('a choice replaces what was found; null is no column', () => {
  const fields = chosenFields(['last', 'bid', 'mid'], { last: 'mid', bid: null });
  expect(fields.last).toEqual(['mid']);
  expect(fields.bid).toEqual([]);
});

test('a change has a direction, and its percentage is from the previous close, else from the first price', () => {
  const fields = fieldsOf(['last', 'prev_close']);
  const row = new BoardRow('a');
  row.take(update({ last: 10 }), fields, 0);
  expect(row.changePercent).toBe(0);
  expect(row.price('last').direction).toBe(0);
  row.take(update({ last: '11' }), fields, 5);
  expect(row.price('last')).toEqual({ value: 11, direction: 1, changedAt: 5 });
  expect(row.changePercent).toBeCloseTo(10);
  row.take(update({ last: 10.5, prev_close: 21 }), fields, 9);
  expect(row.price('last').direction).toBe(-1);
  expect(row.changePercent).toBeCloseTo(-50);
});

test('the trail has one point for each four seconds, and thirty of them', () => {
  const fields = fieldsOf(['last']);
  const row = new BoardRow('a');
  for (let second = 0; second < 200; second += 1) row.take(update({ last: second }), fields, second * 1000);
  expect(row.trail.length).toBe(30);
  expect(row.trail.at(-1)).toBe(199);
  expect(row.trail.at(-2)).toBe(195);
});

test('other columns keep the past of a price that still comes from its column, and forget that of another', () => {
  const row = new BoardRow('a');
  const before = fieldsOf(['price', 'mid']);
  row.take(update({ price: 4, mid: 5 }), before, 0);
  row.take(update({ price: 5, mid: 6 }), before, 1);
  row.reread(fieldsOf(['price', 'mid', 'bid']));
  expect(row.firstPrice).toBe(4);
  expect(row.price('last').direction).toBe(1);
  row.reread(chosenFields(['price', 'mid'], { last: 'mid' }));
  expect(row.firstPrice).toBe(6);
  expect(row.price('last')).toMatchObject({ value: 6, direction: 0 });
});

test('figures have the digits of their prices, without those of the binary notation', () => {
  const fields = fieldsOf(['last', 'bid']);
  const row = new BoardRow('a');
  row.take(update({ last: 0.1 + 0.2 }), fields, 0);
  expect(row.digits).toBe(1);
  row.take(update({ last: 12, bid: 11.995 }), fields, 0);
  expect(row.digits).toBe(3);
  row.take(update({ last: 12, bid: 11 }), fields, 0);
  expect(row.digits).toBe(3);
});
