import type { HistoryRow } from '../history/history-table.js';
import type { DuckDbResult } from './duckdb.js';

/** Types whose values come as text, because they may be past 2^53. */
const longInteger = /^U?(BIG|HUGE)INT$/;

/** The columns of a result, and its rows as objects. */
export interface QueryRows {
  readonly names: readonly string[];
  readonly rows: readonly HistoryRow[];
}

/** The rows of a result: integers up to 2^53 are numbers, larger ones stay text, so that no reader rounds them. */
export function queryRows(result: DuckDbResult): QueryRows {
  const names = result.deduplicatedColumnNames();
  const isLong = result.columnTypes().map((type) => longInteger.test(String(type)));
  const rows = result
    .getRowsJson()
    .map((cells) =>
      Object.fromEntries(cells.map((cell, index) => [names[index]!, isLong[index] ? shortest(cell) : cell])),
    );
  return { names, rows };
}

function shortest(cell: unknown): unknown {
  const number = Number(cell);
  return typeof cell === 'string' && Number.isSafeInteger(number) ? number : cell;
}
