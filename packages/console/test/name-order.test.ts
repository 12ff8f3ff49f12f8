import { expect, test } from 'vitest';
import { inNameOrder } from '../src/format/name-order.js';
import { type Column, sorted } from '../src/parts/table/column.js';

const order = (names: readonly string[], isDescending = false): string[] =>
  inNameOrder(names, (name) => name, isDescending);

test('figures in names count as numbers, and capitals stand beside small letters', () => {
  expect(order(['k10', 'k2', 'K3', 'a.10.b', 'a.9.b'])).toEqual(['a.9.b', 'a.10.b', 'k2', 'K3', 'k10']);
  expect(order(['k10', 'k2'], true)).toEqual(['k10', 'k2']);
});

test('names that are not ASCII are in order too, and equal ones stay as they came', () => {
  const names = ['上海10', '上海9', '北京'];
  expect(order(names).indexOf('上海9')).toBeLessThan(order(names).indexOf('上海10'));
  const rows = [
    { name: 'A', at: 1 },
    { name: 'a', at: 2 },
  ];
  expect(inNameOrder(rows, ({ name }) => name).map(({ at }) => at)).toEqual([1, 2]);
});

test('a column puts what has no value last, whichever way round', () => {
  const columns: Column<{ rate: number | null }>[] = [
    { key: 'rate', head: '', width: '', cell: () => null, sortBy: ({ rate }) => rate },
  ];
  const rows = [{ rate: null }, { rate: 9 }, { rate: 10 }];
  const rates = (isDescending: boolean) => sorted(rows, columns, { key: 'rate', isDescending }).map(({ rate }) => rate);
  expect(rates(false)).toEqual([9, 10, null]);
  expect(rates(true)).toEqual([10, 9, null]);
});
