import { pipeline, type Readable } from 'node:stream';
import type { Row } from '@pulsemq/client';
import { type CsvError, parse } from 'csv-parse';
import { usageError } from '../exit-code.js';
import { type CellType, cellValue, typeOfCells } from './column-types.js';
import { utf8Input } from './utf8-input.js';

/** Rows that decide the types of the columns. */
const sampleCount = 1_000;

/** A CSV input: its columns with their types, and its rows. */
export interface CsvRows {
  readonly columns: readonly string[];
  readonly types: readonly CellType[];
  readonly rows: AsyncIterable<CsvRow>;
}

/** One row. */
export interface CsvRow {
  /** Line of the input, from 1; the header is line 1. */
  readonly line: number;
  /** The cells as they stand in the input; null for an empty one without quotes. */
  readonly texts: readonly CsvText[];
  /** The cells as values of their column's type. */
  readonly row: Row;
}

/** A cell as it stands in the input. Null for an empty one without quotes, which is a missing value; `""` is an empty text. */
export type CsvText = string | null;

/** What csv-parse returns for a row with the option `info`. */
interface Parsed {
  readonly record: CsvText[];
  readonly info: { readonly lines: number };
}

/**
 * Reads CSV with a header. The first thousand rows decide the type of each column; `textColumns` stay text. Throws a CommandError that
 * names the line when the input is invalid.
 */
export async function readCsv(source: Readable, textColumns: readonly string[] = []): Promise<CsvRows> {
  const parser = parse({
    bom: true,
    info: true,
    skip_empty_lines: true,
    relax_column_count: false,
    cast: (text, { quoting }) => (text === '' && !quoting ? null : text),
  });
  // The callback is required, but has nothing to do: an error of the source is thrown by the parser's iterator.
  pipeline(source, utf8Input, parser, () => {});
  const records = parsedOf(parser);
  const head = await records.next();
  if (head.done === true) throw usageError('the CSV input is empty; its first line must name the columns');
  const columns = head.value.record.map((name) => name ?? '');
  checkColumns(columns, textColumns);
  const sample: Parsed[] = [];
  while (sample.length < sampleCount) {
    const next = await records.next();
    if (next.done === true) break;
    sample.push(next.value);
  }
  const types = columns.map((name, index) =>
    textColumns.includes(name) ? 'text' : typeOfCells(sample.map(({ record }) => record[index] ?? '')),
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
  if (twice !== undefined)
    throw usageError(`CSV: two columns are named ${JSON.stringify(twice)}; give each its own name`);
  const unknown = textColumns.find((name) => !columns.includes(name));
  if (unknown !== undefined) {
    throw usageError(`--text ${unknown}: there is no such column; the columns are ${columns.join(', ')}`);
  }
}
