import { setPriority } from 'node:os';
import { JournalReader } from '../../journal/journal-reader.js';
import { ReadOnlyFiles } from '../../journal/node-files.js';
import { errorText } from '../error-text.js';
import { BarTable } from './bars/bar-table.js';
import type { HistoryJob, HistoryReport } from './history-job.js';
import { historyRecords } from './history-records.js';
import { HistoryRefusal } from './history-refusal.js';
import type { HistoryTable } from './history-table.js';
import { RowTable } from './row-table.js';
import { csvPieces, jsonPieces } from './table-text.js';

/**
 * Answers one question for history, in a process of its own: reading and decoding a million messages takes seconds and hundreds of megabytes,
 * which a broker must not spend on its own threads. The report goes over the channel to the parent, the answer to standard output.
 */

/** Nice value: history waits for everything else on the machine. */
const niceness = 19;

if (process.platform !== 'win32') setPriority(niceness);

process.once('message', (job: HistoryJob) => {
  void answer(job);
});
// The parent has gone: the answer has no reader.
process.once('disconnect', () => process.exit());

async function answer(job: HistoryJob): Promise<void> {
  let table: HistoryTable;
  try {
    table = tableOf(job);
    const { rowCount, hasMore, replacedCount } = table;
    await report({ kind: 'found', rowCount, hasMore, replacedCount });
  } catch (error) {
    await report(failureOf(error));
    process.exit();
  }
  if (job.format === 'parquet') await (await import('./parquet/parquet-file.js')).writeParquet(table, written);
  else for (const piece of piecesOf(table, job)) await written(piece);
  process.exit();
}

const failureOf = (error: unknown): HistoryReport =>
  error instanceof HistoryRefusal
    ? { kind: 'refused', code: error.code, text: error.message }
    : { kind: 'failed', text: errorText(error) };

function tableOf(job: HistoryJob): HistoryTable {
  const { bars, columns, limitCount } = job;
  const table = bars === null ? new RowTable(columns, limitCount) : new BarTable(bars, limitCount);
  const reader = readerOf(job.folder);
  if (reader === null) return table;
  try {
    for (const record of historyRecords(reader, job)) if (!table.add(record)) break;
  } finally {
    reader.close();
  }
  table.check();
  return table;
}

/** Null without a folder: nothing was published yet to a namespace that keeps history. */
function readerOf(folder: string): JournalReader | null {
  try {
    return new JournalReader(new ReadOnlyFiles(folder));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

function* piecesOf(table: HistoryTable, { format }: HistoryJob): Generator<Uint8Array> {
  if (format === 'arrow') yield* table.arrowPieces();
  else for (const text of format === 'csv' ? csvPieces(table) : jsonPieces(table)) yield Buffer.from(text, 'utf8');
}

/** Resolves when the parent has room for more, so that memory holds one piece. */
const written = (piece: Uint8Array): Promise<void> =>
  new Promise((resolve) => {
    process.stdout.write(piece, () => resolve());
  });

const report = (text: HistoryReport): Promise<void> =>
  new Promise((resolve) => {
    process.send?.(text, () => resolve());
  });
