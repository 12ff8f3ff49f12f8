import { expect, test } from 'vitest';
import { inNameOrder } from '../src/format/name-order.js';
import { type Column, sorted } from '../src/parts/table/column.js';

const order = (names: readonly string[], isDescending = false): string[] =>
  inNameOrder(names, (name) => name, isDescending);

test('digits in names are ordered as numbers, and case is ignored', () => {
  expect(order(['k10', 'k2', 'K3', 'a.10.b', 'a.9.b'])).toEqual(['a.9.b', 'a.10.b', 'k2', 'K3', 'k10']);
  expect(order(['k10', 'k2'], true)).toEqual(['k10', 'k2']);
});

test('names that are not ASCII are ordered too, and equal names keep their order', () => {
  const names = ['上海10', '上海9', '北京'];
  expect(order(names).indexOf('上海9')).toBeLessThan(order(names).indexOf('上海10'));
  const rows = [
    { name: 'A', at: 1 },
    { name: 'a', at: 2 },
  ];
  expect(inNameOrder(rows, ({ name }) => name).map(({ at }) => at)).toEqual([1, 2]);
});

test('rows without a value are last in both directions', () => {
  const columns: Column<{ rate: number | null }>[] = [
    { key: 'rate', head: '', width: '', cell: () => null, sortBy: ({ rate }) => rate },
  ];
  const rows = [{ rate: null }, { rate: 9 }, { rate: 10 }];
  const rates = (isDescending: boolean) => sorted(rows, columns, { key: 'rate', isDescending }).map(({ rate }) => rate);
  expect(rates(false)).toEqual([9, 10, null]);
  expect(rates(true)).toEqual([10, 9, null]);
});
