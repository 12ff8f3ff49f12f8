import Database from 'libsql';
import { applicationId } from './database-file.js';

/** How long opening waits for another process that writes. */
const openWaitMs = 5_000;
/** A read waits only while another process recovers the write-ahead log. It must not hold up the control plane. */
const readWaitMs = 100;

/** A connection that writes. Marks a new file as ours. */
export function openConnection(path: string): Database.Database {
  const database = new Database(path);
  // First of all, because the statements below write already.
  database.pragma(`busy_timeout = ${openWaitMs}`);
  // Before the write-ahead log is on, so that the mark is in the file itself from the start and not only in its log.
  const [mark] = database.pragma('application_id') as { application_id: number }[];
  if (mark?.application_id !== applicationId) database.pragma(`application_id = ${applicationId}`);
  database.pragma('journal_mode = WAL');
  database.pragma('foreign_keys = ON');
  database.pragma('synchronous = NORMAL');
  return database;
}

/** A connection that only reads: with a write-ahead log it waits for no writer. */
export function openReader(path: string): Database.Database {
  const database = new Database(path);
  database.pragma(`busy_timeout = ${readWaitMs}`);
  database.pragma('query_only = ON');
  return database;
}
