import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { Kysely, Migrator } from 'kysely';
import Database from 'libsql';
import { StartupError } from '../../startup-error.js';
import { migrations } from '../migrations/migrations.js';
import { sqlStore } from '../sql/sql-store.js';
import type { Tables } from '../sql/tables.js';
import type { Store } from '../store.js';
import { applicationId, databaseFileAt } from './database-file.js';
import { LockFirstDialect } from './sqlite-dialect.js';

/** Waiting for another process that writes. */
const busyTimeoutMs = 5_000;

/**
 * Opens the database file, makes it when it is missing, and brings its schema up to date. A file that is not ours stays as it is:
 * throws a StartupError.
 */
export async function openSqlite(path: string): Promise<Store> {
  const found = databaseFileAt(path);
  if (found === 'unmarked' || found === 'other') {
    throw new StartupError(
      `storage.db_path ${path} is a database of another program; it was not touched. Give another path`,
    );
  }
  const database = openFile(path);
  const db = new Kysely<Tables>({ dialect: new LockFirstDialect({ database }) });
  const { error } = await new Migrator({ db, provider: { getMigrations: async () => migrations } }).migrateToLatest();
  if (error !== undefined) {
    await db.destroy();
    throw new StartupError(`storage.db_path ${path}: the schema cannot be brought up to date: ${messageOf(error)}`);
  }
  return {
    ...sqlStore(db),
    close: async () => {
      // The driver lets go of the file when its statements are collected; until then all would stand in the write-ahead log alone.
      // Passive: another process that reads is not waited for.
      database.pragma('wal_checkpoint(PASSIVE)');
      await db.destroy();
    },
  };
}

function openFile(path: string): Database.Database {
  try {
    mkdirSync(dirname(path), { recursive: true });
    // It holds hashes: nobody else reads it. SQLite gives its journal files the mode of the file.
    closeSync(openSync(path, 'a', 0o600));
    const database = new Database(path);
    // First, because the lines below write already.
    database.pragma(`busy_timeout = ${busyTimeoutMs}`);
    // The mark goes in before the write-ahead log is switched on, so that it stands in the file itself from the first moment.
    database.pragma(`application_id = ${applicationId}`);
    database.pragma('journal_mode = WAL');
    database.pragma('foreign_keys = ON');
    database.pragma('synchronous = NORMAL');
    return database;
  } catch (error) {
    throw new StartupError(`storage.db_path ${path} cannot be opened: ${messageOf(error)}`);
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
