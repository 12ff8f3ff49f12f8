import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'libsql';
import { errorText } from '../../error-text.js';
import { StartupError } from '../../startup-error.js';
import { openTables } from '../sql/open-tables.js';
import { sqlStore } from '../sql/sql-store.js';
import type { Store } from '../store.js';
import { applicationId, databaseFileAt } from './database-file.js';
import { LockFirstDialect } from './sqlite-dialect.js';

/** How long a statement waits while another process writes. */
const busyTimeoutMs = 5_000;

/**
 * Opens the database file, creates it when it is missing, and brings its schema up to date. Throws a StartupError, and leaves the
 * file as it is, when it belongs to another program.
 */
export async function openSqlite(path: string): Promise<Store> {
  const found = databaseFileAt(path);
  if (found === 'unmarked' || found === 'other') {
    throw new StartupError(
      `storage.db_path ${path} is a database of another program; it was not touched. Give another path`,
    );
  }
  const database = openFile(path);
  const db = await openTables(new LockFirstDialect({ database })).catch((error: unknown) => {
    throw new StartupError(`storage.db_path ${path}: the schema cannot be brought up to date: ${errorText(error)}`);
  });
  return {
    ...sqlStore(db),
    close: async () => {
      // The driver keeps the file open until its statements are garbage collected, and would leave every change in the write-ahead
      // log until then. A passive checkpoint does not wait for other processes that read.
      database.pragma('wal_checkpoint(PASSIVE)');
      await db.destroy();
    },
  };
}

function openFile(path: string): Database.Database {
  try {
    mkdirSync(dirname(path), { recursive: true });
    // The file holds hashes, so only its owner may read it. SQLite gives its journal files the same mode.
    closeSync(openSync(path, 'a', 0o600));
    const database = new Database(path);
    // First of all, because the statements below write already.
    database.pragma(`busy_timeout = ${busyTimeoutMs}`);
    // Before the write-ahead log is on, so that the mark is in the file itself from the start and not only in its log.
    database.pragma(`application_id = ${applicationId}`);
    database.pragma('journal_mode = WAL');
    database.pragma('foreign_keys = ON');
    database.pragma('synchronous = NORMAL');
    return database;
  } catch (error) {
    throw new StartupError(`storage.db_path ${path} cannot be opened: ${errorText(error)}`);
  }
}
