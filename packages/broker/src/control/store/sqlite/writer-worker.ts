import { parentPort } from 'node:worker_threads';
import type Database from 'libsql';
import { errorText } from '../../error-text.js';
import { lowerThread } from '../../thread-priority.js';
import { openConnection } from './connection.js';
import type { WriterJob, WriterResult, WriterRows } from './writer-jobs.js';

/**
 * The thread that writes the database. Only here a statement waits for another process that holds the write lock, so nothing else of the
 * broker waits with it.
 *
 * BEGIN, COMMIT and ROLLBACK run by `exec`, which finishes its statement also when it fails. A prepared BEGIN that failed stays open until
 * it is garbage collected, and until then no transaction of this connection can be committed.
 */

lowerThread();

let database: Database.Database | null = null;
let path = '';
let waitMs = -1;

const nothing: WriterRows = { rows: [], changedCount: 0, lastInsertId: undefined };

function opened(): Database.Database {
  if (database === null) throw new Error('the database is not open');
  return database;
}

function begin(wantedMs: number): void {
  const wait = Math.max(0, Math.round(wantedMs));
  if (wait !== waitMs) opened().pragma(`busy_timeout = ${wait}`);
  waitMs = wait;
  opened().exec('BEGIN IMMEDIATE');
}

function query(sql: string, parameters: readonly unknown[]): WriterRows {
  const statement = opened().prepare(sql);
  if (statement.reader) return { rows: statement.all(parameters), changedCount: 0, lastInsertId: undefined };
  const { changes, lastInsertRowid } = statement.run(parameters);
  return { rows: [], changedCount: changes, lastInsertId: Number(lastInsertRowid) };
}

/** Ends a transaction that failed. SQLite has ended it already when the disk is full. */
function rollBack(): void {
  if (!opened().inTransaction) return;
  opened().exec('ROLLBACK');
}

function run(job: WriterJob): WriterRows {
  switch (job.kind) {
    case 'open':
      path = job.path;
      database = openConnection(path);
      return nothing;
    case 'begin':
      begin(job.waitMs);
      return nothing;
    case 'query':
      return query(job.sql, job.parameters);
    case 'commit':
      commit();
      return nothing;
    case 'rollback':
      rollBack();
      return nothing;
    case 'write':
      return write(job);
    case 'close':
      close();
      return nothing;
    default:
      return job satisfies never;
  }
}

function commit(): void {
  try {
    opened().exec('COMMIT');
  } catch (error) {
    rollBack();
    throw error;
  }
}

function write({ sql, parameters, waitMs: wait }: Extract<WriterJob, { kind: 'write' }>): WriterRows {
  begin(wait);
  try {
    const result = query(sql, parameters);
    commit();
    return result;
  } catch (error) {
    rollBack();
    throw error;
  }
}

function close(): void {
  // The driver keeps the file open until its statements are garbage collected, and would leave every change in the write-ahead log until
  // then. A passive checkpoint does not wait for other processes that read.
  opened().pragma('wal_checkpoint(PASSIVE)');
  opened().close();
  database = null;
}

parentPort?.on('message', ({ id, job }: { id: number; job: WriterJob }) => {
  let result: WriterResult;
  try {
    result = { id, done: run(job) };
  } catch (error) {
    result = { id, failed: { message: errorText(error), code: (error as { code?: string }).code } };
  }
  parentPort?.postMessage(result);
});
