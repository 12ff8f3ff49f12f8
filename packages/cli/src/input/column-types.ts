import { usageError } from '../exit-code.js';

/** The type of a CSV column. */
export type CellType = 'integer' | 'float' | 'boolean' | 'time' | 'text';

/** Numbers as programs write them. `000651` is a stock code, not a number. */
const integerPattern = /^-?(0|[1-9]\d*)$/;
const floatPattern = /^-?(0|[1-9]\d*)?(\.\d+)?([eE][+-]?\d+)?$/;
const booleanPattern = /^(true|false)$/i;
/** A date, or a date and time; UTC unless it has a zone. */
const timePattern = /^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?( ?(Z|[+-]\d{2}:?\d{2}))?)?$/;

const isNumber = (text: string): boolean => floatPattern.test(text) && /\d/.test(text);

/** The narrowest type of all these cells. Empty cells are ignored; a column of empty cells is text. */
export function typeOfCells(cells: readonly string[]): CellType {
  const given = cells.filter((cell) => cell !== '');
  if (given.length === 0) return 'text';
  if (given.every((cell) => integerPattern.test(cell))) return 'integer';
  if (given.every(isNumber)) return 'float';
  if (given.every((cell) => booleanPattern.test(cell))) return 'boolean';
  if (given.every((cell) => timePattern.test(cell))) return 'time';
  return 'text';
}

/** The value of a cell; null for an empty one. Throws a CommandError when the cell is not of its column's type. */
export function cellValue(text: string, type: CellType, where: () => string): unknown {
  if (text === '') return null;
  switch (type) {
    case 'integer':
      if (integerPattern.test(text)) return wholeNumber(text);
      break;
    case 'float':
      if (isNumber(text)) return Number(text);
      break;
    case 'boolean':
      if (booleanPattern.test(text)) return text.toLowerCase() === 'true';
      break;
    case 'time':
      if (timePattern.test(text)) return timeOf(text);
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

const wholeNumber = (text: string): number | bigint => {
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : BigInt(text);
};

/** Parses a time; UTC unless it has a zone. */
export function timeOf(text: string): Date {
  const iso = text.replace(' ', 'T').replace(/ (?=[Z+-])/, '');
  return new Date(/T/.test(iso) && !/(Z|[+-]\d{2}:?\d{2})$/.test(iso) ? `${iso}Z` : iso);
}
