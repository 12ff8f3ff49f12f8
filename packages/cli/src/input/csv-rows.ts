import { pipeline, type Readable } from 'node:stream';
import type { Row } from '@pulsemq/client';
import { type CsvError, parse } from 'csv-parse';
import { usageError } from '../exit-code.js';
import { type CellType, cellValue, typeOfCells } from './column-types.js';

/** Rows looked at before a column's type is settled. */
const sampleCount = 1_000;

/** Columns of a CSV file with their types, and its rows one by one. */
export interface CsvRows {
  readonly columns: readonly string[];
  readonly types: readonly CellType[];
  readonly rows: AsyncIterable<CsvRow>;
}

export interface CsvRow {
  readonly line: number;
  readonly texts: readonly string[];
  readonly row: Row;
}

interface Parsed {
  readonly record: string[];
  readonly info: { readonly lines: number };
}

/**
 * Reads CSV with a header. Types are those of the first thousand rows; `textColumns` stay text. Throws a CommandError naming the line
 * when something is wrong with the file.
 */
export async function readCsv(source: Readable, textColumns: readonly string[] = []): Promise<CsvRows> {
  const parser = parse({ bom: true, info: true, skip_empty_lines: true, relax_column_count: false });
  // What fails in the source comes out of the parser.
  pipeline(source, parser, () => {});
  const records = parsedOf(parser);
  const head = await records.next();
  if (head.done === true) throw usageError('the CSV input is empty; its first line names the columns');
  const columns = head.value.record;
  checkColumns(columns, textColumns);
  const sample: Parsed[] = [];
  while (sample.length < sampleCount) {
    const next = await records.next();
    if (next.done === true) break;
    sample.push(next.value);
  }
  const types = columns.map((name, index) =>
    textColumns.includes(name) ? 'text' : typeOfCells(sample.map(({ record }) => record[index]!)),
  );
  return { columns, types, rows: rowsOf(columns, types, sample, records) };
}

async function* parsedOf(parser: AsyncIterable<Parsed>): AsyncGenerator<Parsed, undefined> {
  try {
    yield* parser;
  } catch (error) {
    if (String((error as CsvError).code).startsWith('CSV_')) throw usageError(`CSV: ${(error as Error).message}`);
    throw error;
  }
  return undefined;
}

async function* rowsOf(
  columns: readonly string[],
  types: readonly CellType[],
  sample: readonly Parsed[],
  rest: AsyncIterable<Parsed>,
): AsyncGenerator<CsvRow> {
  const rowOf = ({ record, info: { lines } }: Parsed): CsvRow => {
    const cells = record.map((text, index): [string, unknown] => [
      columns[index]!,
      cellValue(text, types[index]!, () => `line ${lines}: column ${JSON.stringify(columns[index])}`),
    ]);
    return { line: lines, texts: record, row: Object.fromEntries(cells) };
  };
  for (const one of sample) yield rowOf(one);
  for await (const one of rest) yield rowOf(one);
}

function checkColumns(columns: readonly string[], textColumns: readonly string[]): void {
  const twice = columns.find((name, index) => columns.indexOf(name) !== index);
  if (twice !== undefined) throw usageError(`CSV: two columns are called ${JSON.stringify(twice)}`);
  const unknown = textColumns.find((name) => !columns.includes(name));
  if (unknown !== undefined) {
    throw usageError(`--text ${unknown}: there is no such column; there are ${columns.join(', ')}`);
  }
}
