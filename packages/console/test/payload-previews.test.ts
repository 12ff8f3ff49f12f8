import type { ShownContent } from '@pulsemq/protocol';
import { expect, test } from 'vitest';
import { previewCells } from '../src/parts/payload/preview-cells.js';

/** D9: a row of a list has the values of a message, the price first, and not the names of its columns. */

const json = (value: unknown): ShownContent => ({
  kind: 'text',
  text: JSON.stringify(value),
  is_json: true,
  is_cut: false,
});

const lineOf = (content: ShownContent): string =>
  previewCells(content)
    ?.cells.map(({ name, text }) => `${name}=${text}`)
    .join(' ') ?? '';

test('the price comes first, wherever it stands in the JSON', () => {
  const tick = { symbol: 'sh600053', time: '2026-11-24T09:30:00Z', size: 300, ask: 10.56, bid: 10.54, price: 10.55 };
  expect(lineOf(json(tick))).toMatch(/^price=10.55 bid=10.54 ask=10.56 symbol=sh600053 /);
});

test('a DataFrame shows the values of its last row, and how many rows it has', () => {
  const content: ShownContent = {
    kind: 'table',
    columns: [
      { name: 'open', dtype: 'float64' },
      { name: 'close', dtype: 'float64' },
      { name: 'note', dtype: 'str' },
    ],
    rows: [
      [1, 2, 'a'],
      [2, 2.5, null],
    ],
    row_count: 240,
  };
  expect(lineOf(content)).toBe('close=2.5 open=2 note=null');
  expect(previewCells(content)?.rowCount).toBe(240);
});

test('a long value is cut, and a payload without columns has no cells', () => {
  expect(lineOf(json({ text: 'x'.repeat(100) }))).toBe(`text=${'x'.repeat(40)}…`);
  expect(previewCells({ kind: 'text', text: 'plain', is_json: false, is_cut: false })).toBeUndefined();
  expect(previewCells({ kind: 'bytes', base64: 'AAAA', is_cut: false })).toBeUndefined();
  expect(previewCells(json([]))).toBeUndefined();
});
