import { expect, onTestFinished, test } from 'vitest';
import { showTimesBy } from '../src/format/clock.js';
import { priceSeriesOf } from '../src/parts/payload/bars.js';
import { cellTexts } from '../src/parts/payload/cell-text.js';
import type { TableContent } from '../src/parts/payload/payload-shape.js';

const table = (columns: readonly (readonly [string, string])[], rows: readonly unknown[][]): TableContent => ({
  kind: 'table',
  columns: columns.map(([name, dtype]) => ({ name, dtype })),
  rows,
  row_count: rows.length,
});

const written = (content: TableContent): string[][] => {
  const texts = cellTexts(content);
  return content.rows.map((row) => row.map((value, column) => texts[column]!(value)));
};

test('the decimal points of a column are aligned; integers have none', () => {
  const shown = written(
    table(
      [
        ['close', 'float64'],
        ['volume', 'int64'],
      ],
      [
        [12, 300],
        [12.03, 5],
        [11.9, 7],
      ],
    ),
  );
  expect(shown).toEqual([
    ['12.00', '300'],
    ['12.03', '5'],
    ['11.90', '7'],
  ]);
});

test('numbers with too many decimals are shown as they are', () => {
  const shown = written(table([['ratio', 'float64']], [[1], [0.123456789], [1e-9]]));
  expect(shown.flat()).toEqual(['1', '0.123456789', '1e-9']);
});

test('a time without a zone is shown as written, in the table and in the chart', () => {
  const naive = table(
    [
      ['time', 'datetime64[ns]'],
      ['price', 'float64'],
    ],
    [['2026-11-25T09:30:00.000Z', 12]],
  );
  expect(written(naive)[0]![0]).toBe('2026-11-25 09:30:00');
  expect(priceSeriesOf(naive)).toMatchObject({ hasTime: true, isWallClock: true });
  const fine = table([['time', 'datetime64[ns]']], [['2026-11-25T09:30:00.120500000Z']]);
  expect(written(fine)[0]![0]).toBe('2026-11-25 09:30:00.1205');
});

test('a time with a zone is shown in the zone of the viewer', () => {
  const zoned = table(
    [
      ['time', 'datetime64[us, UTC]'],
      ['price', 'float64'],
    ],
    [['2026-11-25T09:30:00.000Z', 12]],
  );
  expect(priceSeriesOf(zoned)).toMatchObject({ hasTime: true, isWallClock: false });
  const at = new Date('2026-11-25T09:30:00Z');
  expect(written(zoned)[0]![0]).toContain(`${String(at.getHours()).padStart(2, '0')}:30:00`);
});

test('D8: a text that is a time in UTC is shown by the clock of the page, as a chart of it is; other texts are as they are', () => {
  showTimesBy('utc');
  onTestFinished(() => showTimesBy('local'));
  const texts = [['2026-11-24T01:30:05.250Z'], ['2026-11-24'], ['T1'], ['2026-11-24T01:30:05']];
  expect(written(table([['time', 'string']], texts)).flat()).toEqual([
    '2026-11-24 01:30:05.25',
    '2026-11-24',
    'T1',
    '2026-11-24T01:30:05',
  ]);
});
