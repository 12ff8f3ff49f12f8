import { PreciseDate } from '@pulsemq/client';
import { usageError } from '../exit-code.js';

/** The type of a CSV column. */
export type CellType = 'integer' | 'float' | 'boolean' | 'time' | 'text';

/** Numbers as programs write them. `000651` is a stock code, not a number. */
const integerPattern = /^-?(0|[1-9]\d*)$/;
const floatPattern = /^-?(0|[1-9]\d*)?(\.\d+)?([eE][+-]?\d+)?$/;
const booleanPattern = /^(true|false)$/i;
/** A date, or a date and time; UTC unless it has a zone. */
const timePattern = /^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?( ?(Z|[+-]\d{2}:?\d{2}))?)?$/;

const specialPattern = /^(NaN|-?Infinity)$/;

const isNumber = (text: string): boolean => floatPattern.test(text) && /\d/.test(text);
const isFloat = (text: string): boolean => isNumber(text) || specialPattern.test(text);

/** The narrowest type of all these cells. Empty cells are ignored; a column of empty cells is text. */
export function typeOfCells(cells: readonly string[]): CellType {
  const given = cells.filter((cell) => cell !== '');
  if (given.length === 0) return 'text';
  if (given.every((cell) => integerPattern.test(cell))) return 'integer';
  if (given.every(isFloat) && given.some(isNumber)) return 'float';
  if (given.every((cell) => booleanPattern.test(cell))) return 'boolean';
  if (given.every((cell) => timePattern.test(cell))) return 'time';
  return 'text';
}

/**
 * The value of a cell; null for a missing one. An empty text is missing unless the column is text. Throws a CommandError when the cell is
 * not of its column's type, or has a value that the type cannot hold.
 */
export function cellValue(text: string | null, type: CellType, where: () => string): unknown {
  if (text === null || (text === '' && type !== 'text')) return null;
  switch (type) {
    case 'integer':
      if (integerPattern.test(text)) return wholeNumber(text, where);
      break;
    case 'float':
      if (isFloat(text)) return finite(text, where);
      break;
    case 'boolean':
      if (booleanPattern.test(text)) return text.toLowerCase() === 'true';
      break;
    case 'time':
      if (timePattern.test(text)) return timeOf(text, where);
      break;
    case 'text':
      return text;
    default:
      return type satisfies never;
  }
  throw usageError(
    `${where()} is ${JSON.stringify(text)}, but earlier rows have the type ${type}; to read the column as text, use --text <column>`,
  );
}

function wholeNumber(text: string, where: () => string): number | bigint {
  const value = Number(text);
  if (Number.isSafeInteger(value)) return value;
  const exact = BigInt(text);
  if (exact >= -(2n ** 63n) && exact < 2n ** 64n) return exact;
  throw usageError(`${where()} is ${text}, which is past 64 bits; to read the column as text, use --text <column>`);
}

/** A fraction is rounded to the nearest double, as in every program; an integer past 2^53 is not. */
function finite(text: string, where: () => string): number {
  const value = Number(text);
  if (specialPattern.test(text)) return value;
  const problem = Number.isFinite(value)
    ? integerPattern.test(text) && BigInt(value) !== BigInt(text) && 'which a column with fractions cannot hold exactly'
    : 'which is past the range of a double';
  if (problem === false) return value;
  throw usageError(`${where()} is ${text}, ${problem}; to read the column as text, use --text <column>`);
}

/** Parses a time with all its digits; UTC unless it has an offset. Throws a CommandError for a time that does not exist. */
function timeOf(text: string, where: () => string): PreciseDate {
  try {
    return PreciseDate.from(text);
  } catch (error) {
    throw usageError(`${where()}: ${(error as Error).message}; to read the column as text, use --text <column>`);
  }
}
