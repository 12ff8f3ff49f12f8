import { dateTimeText } from '../../format/time.js';
import { isWallClockType } from './bars.js';
import type { TableContent } from './payload-shape.js';

/** Writes a cell of a column as text. */
export type CellText = (value: unknown) => string;

export const isNumberType = (dtype: string): boolean => /^(u?int|float|double|decimal|number|half)/i.test(dtype);

/** The rows that decide how many decimals a column has. */
const sampledRows = 500;
/** More decimals would not fit the column: its numbers are then shown as they are. */
const decimalsMost = 6;

const plain: CellText = (value) => (typeof value === 'string' ? value : JSON.stringify(value));

const decimalsOf = (value: unknown): number =>
  typeof value === 'number' && !Number.isInteger(value) ? (/^-?\d+\.(\d+)$/.exec(String(value))?.[1]?.length ?? 99) : 0;

/** Gives all rows the same number of decimals, so that the decimal points are aligned. */
function aligned(rows: TableContent['rows'], column: number): CellText {
  const decimals = Math.max(0, ...rows.slice(0, sampledRows).map((row) => decimalsOf(row[column])));
  if (decimals === 0 || decimals > decimalsMost) return plain;
  return (value) =>
    typeof value === 'number' && decimalsOf(value) <= decimals ? value.toFixed(decimals) : plain(value);
}

const isoForm = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.(\d+))?Z$/;

/** A time without a zone as it was written, a time with a zone in the viewer's zone; both without trailing zeros. */
function timeText(isWallClock: boolean): CellText {
  return (value) => {
    const parts = typeof value === 'string' ? isoForm.exec(value) : null;
    if (parts === null) return plain(value);
    const fraction = (parts[3] ?? '').replace(/0+$/, '');
    const clock = isWallClock ? `${parts[1]} ${parts[2]}` : dateTimeText(new Date(value as string));
    return fraction === '' ? clock : `${clock}.${fraction}`;
  };
}

const instantText = timeText(false);

/** A text as it is; one that is a time in UTC by the clock of the page, as the chart of the same payload shows it. */
const textOrTime: CellText = (value) =>
  typeof value === 'string' && isoForm.test(value) ? instantText(value) : plain(value);

/** One writer of cells for each column. */
export function cellTexts({ columns, rows }: TableContent): readonly CellText[] {
  return columns.map(({ dtype }, column) => {
    if (/^datetime64/.test(dtype)) return timeText(isWallClockType(dtype));
    return isNumberType(dtype) ? aligned(rows, column) : textOrTime;
  });
}
