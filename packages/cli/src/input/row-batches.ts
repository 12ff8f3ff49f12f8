import { DataFrame, type Row } from '@pulsemq/client';
import type { Address } from '../options/address.js';
import type { CellType } from './column-types.js';
import type { CsvRow, CsvRows } from './csv-rows.js';
import type { TopicTemplate } from './topic-template.js';

/** Rows of one topic that form one message. */
export interface RowBatch {
  readonly address: Address;
  readonly rows: readonly Row[];
  /** Line of the first row. */
  readonly line: number;
}

/** Collects rows by topic, `rowCount` per batch. Incomplete batches come at the end of the input. */
export async function* rowBatches(csv: CsvRows, topic: TopicTemplate, rowCount: number): AsyncGenerator<RowBatch> {
  topic.requireColumns(csv.columns);
  const open = new Map<Address, { rows: Row[]; line: number }>();
  for await (const one of csv.rows) {
    const address = topicOf(topic, csv.columns, one);
    const batch = open.get(address) ?? { rows: [], line: one.line };
    batch.rows.push(one.row);
    if (batch.rows.length < rowCount) {
      open.set(address, batch);
      continue;
    }
    open.delete(address);
    yield { address, ...batch };
  }
  for (const [address, batch] of open) yield { address, ...batch };
}

/** The topic of a row of CSV. */
export const topicOf = (topic: TopicTemplate, columns: readonly string[], { texts, line }: CsvRow): Address =>
  topic.addressOf((column) => texts[columns.indexOf(column)] ?? undefined, line);

/**
 * A DataFrame of these rows, with the columns in the order of the input. A column of floats is float64 in every message, even where its
 * values happen to be whole numbers.
 */
export function frameOf(rows: readonly Row[], columns: readonly string[], types: readonly CellType[]): DataFrame {
  const floats = columns.filter((_, index) => types[index] === 'float');
  return DataFrame.fromColumnList(
    columns.map((name) => [name, rows.map((row) => row[name])]),
    new Map(floats.map((name) => [name, 'float64'])),
  );
}
