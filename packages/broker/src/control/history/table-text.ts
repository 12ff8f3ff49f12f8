import { jsonValue } from '@pulsemq/codecs';
import { csvLine } from '../admin/csv-line.js';
import type { HistoryTable, TableColumn } from './history-table.js';

/** Rows of one piece of text: pieces keep the memory of an answer small. */
const pieceRowCount = 1_000;

/** The table as a JSON array of objects, in pieces. A missing cell is left out. */
export function* jsonPieces(table: HistoryTable): Generator<string> {
  const columns = table.columns();
  const heads = columns.map(({ name }) => `${JSON.stringify(name)}:`);
  let before = '[\n';
  for (let first = 0; first < table.rowCount; first += pieceRowCount) {
    const lines: string[] = [];
    const end = Math.min(first + pieceRowCount, table.rowCount);
    for (let row = first; row < end; row++) lines.push(jsonRow(heads, columns, row));
    yield before + lines.join(',\n');
    before = ',\n';
  }
  yield table.rowCount === 0 ? '[]\n' : '\n]\n';
}

function jsonRow(heads: readonly string[], columns: readonly TableColumn[], row: number): string {
  const fields: string[] = [];
  for (const [index, { cells }] of columns.entries()) {
    const value = cells?.at(row) ?? null;
    if (value !== null) fields.push(heads[index]! + JSON.stringify(jsonValue(value)));
  }
  return `{${fields.join(',')}}`;
}

/** The table as CSV (RFC 4180), in pieces. Lists and objects are JSON. */
export function* csvPieces(table: HistoryTable): Generator<string> {
  const columns = table.columns();
  yield csvLine(columns.map(({ name }) => name));
  for (let first = 0; first < table.rowCount; first += pieceRowCount) {
    let text = '';
    const end = Math.min(first + pieceRowCount, table.rowCount);
    for (let row = first; row < end; row++)
      text += csvLine(columns.map(({ cells }) => csvValue(cells?.at(row) ?? null)));
    yield text;
  }
}

function csvValue(value: unknown): string | number | null {
  const plain = jsonValue(value);
  if (typeof plain === 'string' || typeof plain === 'number' || plain === null) return plain;
  return JSON.stringify(plain);
}
