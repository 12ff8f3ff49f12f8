import { CsvError, parse } from 'csv-parse/browser/esm/sync';
import type { TableContent } from '../../parts/payload/payload-shape.js';

/** Pasted CSV as a DataFrame, or its fault. */
export type CsvFrame =
  | {
      readonly kind: 'frame';
      readonly table: TableContent;
      readonly rows: readonly Readonly<Record<string, unknown>>[];
    }
  | { readonly kind: 'empty' }
  | { readonly kind: 'problem'; readonly problem: string }
  | { readonly kind: 'twice'; readonly column: string }
  | { readonly kind: 'unnamed' };

type CellType = 'int' | 'float' | 'bool' | 'text';

/** `000651` is a code, not a number. An integer beyond 2^53 does not fit a number exactly. */
const isInteger = (cell: string): boolean => /^-?(0|[1-9]\d*)$/.test(cell) && Number.isSafeInteger(Number(cell));
const isFloat = (cell: string): boolean => /^-?((0|[1-9]\d*)(\.\d+)?|\.\d+)([eE][+-]?\d+)?$/.test(cell);
const isBoolean = (cell: string): boolean => /^(true|false)$/i.test(cell);

/** The narrowest type for all the cells of a column. Empty cells do not count. */
function typeOf(cells: readonly string[]): CellType {
  const given = cells.filter((cell) => cell !== '');
  if (given.length === 0) return 'text';
  if (given.every(isInteger)) return 'int';
  if (given.every(isFloat)) return 'float';
  return given.every(isBoolean) ? 'bool' : 'text';
}

function cellValue(cell: string, type: CellType): string | number | boolean | null {
  if (cell === '') return null;
  if (type === 'text') return cell;
  return type === 'bool' ? cell.toLowerCase() === 'true' : Number(cell);
}

/** The records of the text. Cells copied from a spreadsheet are separated by tabs. */
function recordsOf(text: string): string[][] {
  const delimiter = text.split('\n', 1)[0]!.includes('\t') ? '\t' : ',';
  return parse(text, { bom: true, delimiter, skip_empty_lines: true, trim: true });
}

/** Reads CSV. The first line has the names of the columns; the type of a column comes from all its cells. */
export function csvFrame(text: string): CsvFrame {
  if (text.trim() === '') return { kind: 'empty' };
  let records: string[][];
  try {
    records = recordsOf(text);
  } catch (cause) {
    if (cause instanceof CsvError) return { kind: 'problem', problem: cause.message };
    throw cause;
  }
  const [head = [], ...lines] = records;
  if (head.includes('')) return { kind: 'unnamed' };
  const twice = head.find((name, index) => head.indexOf(name) !== index);
  if (twice !== undefined) return { kind: 'twice', column: twice };
  const types = head.map((_name, column) => typeOf(lines.map((line) => line[column]!)));
  const cells = lines.map((line) => line.map((cell, column) => cellValue(cell, types[column]!)));
  return {
    kind: 'frame',
    table: {
      kind: 'table',
      columns: head.map((name, column) => ({ name, dtype: types[column]! })),
      rows: cells,
      row_count: cells.length,
    },
    rows: cells.map((line) => Object.fromEntries(line.map((cell, column) => [head[column]!, cell]))),
  };
}
