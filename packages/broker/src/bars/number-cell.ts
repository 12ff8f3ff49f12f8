import { Decimal, jsonValue } from '@pulsemq/codecs';

/** Characters of a value that an error shows. */
const shownLength = 60;
const decimalText = /^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/;

/**
 * The number in a cell; null for a missing one, which NaN is in a DataFrame. Some exchanges write prices as texts, so that their digits are
 * kept. Undefined when the cell has no number.
 */
export function numberIn(cell: unknown): number | null | undefined {
  if (typeof cell === 'number') return Number.isNaN(cell) ? null : finite(cell);
  if (cell === null || cell === undefined) return null;
  if (typeof cell === 'bigint') return finite(Number(cell));
  if (cell instanceof Decimal) return finite(Number(cell.toString()));
  return typeof cell === 'string' && decimalText.test(cell) ? finite(Number(cell)) : undefined;
}

const finite = (value: number): number | undefined => (Number.isFinite(value) ? value : undefined);

/** A cell for an error text. */
export function shownCell(cell: unknown): string {
  const text = JSON.stringify(jsonValue(cell));
  return text.length > shownLength ? `${text.slice(0, shownLength)}…` : text;
}
