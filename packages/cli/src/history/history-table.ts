import type { Column } from '../output/table.js';

/** A row of an answer in JSON. */
export type HistoryRow = Readonly<Record<string, unknown>>;

/** The columns of rows, in the order of their first appearance. A column whose cells are all numbers is aligned as such. */
export function historyColumns(rows: readonly HistoryRow[]): Column<HistoryRow>[] {
  const hasOnlyNumbers = new Map<string, boolean>();
  for (const row of rows) {
    for (const [name, value] of Object.entries(row)) {
      hasOnlyNumbers.set(name, typeof value === 'number' && hasOnlyNumbers.get(name) !== false);
    }
  }
  return [...hasOnlyNumbers].map(([name, isNumber]) => ({ title: name, value: (row) => cellOf(row[name]), isNumber }));
}

function cellOf(value: unknown): string | number | boolean | null {
  if (value === undefined || value === null) return null;
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  return JSON.stringify(value);
}
