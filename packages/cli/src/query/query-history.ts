import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { usageError } from '../exit-code.js';
import type { DuckDb, DuckDbConnection, DuckDbResult } from './duckdb.js';

/** Name of the table that a query reads. */
export const queryTable = 'history';

/** Extensions come over the network, and are programs. */
const config = { autoinstall_known_extensions: 'false', autoload_known_extensions: 'false' };

/** A question in SQL. */
export interface HistoryQuestion {
  readonly sql: string;
  /** Time zone of the query, such as `Asia/Shanghai`. */
  readonly zone: string;
  /** The rows of the table, as a Parquet file. */
  readonly parquet: AsyncIterable<Uint8Array>;
}

/**
 * Runs SQL over a table `history` in memory. The query can read and write nothing else: no file, no network, no setting. Throws a CommandError
 * for SQL that DuckDB refuses. The signal ends the query.
 */
export async function queryHistory(
  { DuckDBInstance }: DuckDb,
  { sql, zone, parquet }: HistoryQuestion,
  signal: AbortSignal,
): Promise<DuckDbResult> {
  const database = await DuckDBInstance.create(':memory:', config);
  try {
    const connection = await database.connect();
    const end = (): void => connection.interrupt();
    signal.addEventListener('abort', end);
    try {
      await makeTable(connection, parquet, signal);
      return await answerTo(connection, sql, zone);
    } finally {
      signal.removeEventListener('abort', end);
      connection.closeSync();
    }
  } finally {
    database.closeSync();
  }
}

/** DuckDB reads Parquet from a file only. */
async function makeTable(
  connection: DuckDbConnection,
  parquet: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'pulsemq-query-'));
  try {
    const file = join(folder, 'history.parquet');
    await pipeline(parquet, createWriteStream(file, { mode: 0o600 }), { signal });
    await connection.run(`create table ${queryTable} as from read_parquet(${literal(file)})`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function answerTo(connection: DuckDbConnection, sql: string, zone: string): Promise<DuckDbResult> {
  try {
    await connection.run(`set TimeZone = ${literal(zone)}`);
    await connection.run('set enable_external_access = false');
    await connection.run('set lock_configuration = true');
    return await connection.runAndReadAll(sql);
  } catch (error) {
    throw usageError(`the query failed: ${(error as Error).message}`);
  }
}

const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;
