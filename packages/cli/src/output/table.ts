import type { CommandRun } from '../command-run.js';
import { type Colors, colors } from './colors.js';
import { plainText } from './plain-text.js';
import { printJson, printLine } from './standard-output.js';

/** One column of a table. */
export interface Column<Row> {
  readonly title: string;
  readonly value: (row: Row) => string | number | boolean | null;
  /** Numbers are aligned to the right. */
  readonly isNumber?: boolean;
}

/** A table as text. Cells are escaped, so that a value cannot break out of its line. */
function tableText<Row>(rows: readonly Row[], columns: readonly Column<Row>[], paint: Colors): string {
  const cells = rows.map((row) => columns.map(({ value }) => cellText(value(row))));
  const widths = columns.map(({ title }, index) => Math.max(title.length, ...cells.map((row) => row[index]!.length)));
  const lineOf = (texts: readonly string[]): string =>
    texts
      .map((text, index) => (columns[index]!.isNumber ? text.padStart(widths[index]!) : text.padEnd(widths[index]!)))
      .join('  ')
      .trimEnd();
  return [paint.bold(lineOf(columns.map(({ title }) => title))), ...cells.map(lineOf)].join('\n');
}

function cellText(value: string | number | boolean | null): string {
  if (value === null) return '-';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return plainText(String(value));
}

/** Prints rows: as a table, or with --json as an array of the unchanged objects. Prints `none` instead of an empty table. */
export async function printRows<Row>(
  run: CommandRun,
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  { json, none }: { readonly json: boolean | undefined; readonly none: string },
): Promise<void> {
  if (json) return printJson(run, rows);
  if (rows.length === 0) return printLine(run, none);
  return printLine(run, tableText(rows, columns, colors(run.stdout, run.env)));
}
