import { closeSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Kysely } from 'kysely';
import { makeFolder } from '../../../make-folder.js';
import { errorText } from '../../error-text.js';
import { StartupError } from '../../startup-error.js';
import type { OpenedStore } from '../opened-store.js';
import { openTables } from '../sql/open-tables.js';
import { sqlStore } from '../sql/sql-store.js';
import type { Tables } from '../sql/tables.js';
import { StoreHealth } from '../store-health.js';
import { openReader } from './connection.js';
import { databaseFileAt } from './database-file.js';
import { SplitDialect } from './split-dialect.js';
import { type SplitDatabase, writeWaitMs } from './split-driver.js';
import { sqliteProbe } from './sqlite-probe.js';
import { WriteQueue } from './write-queue.js';
import { WriterThread } from './writer-thread.js';

/**
 * Opens the database file, creates it when it is missing, and brings its schema up to date. `onThreadEnded` gets a line for the log when
 * the thread that writes ended by mistake. Throws a StartupError, and leaves the file as it is, when it belongs to another program.
 */
export async function openSqlite(path: string, onThreadEnded: (text: string) => void = () => {}): Promise<OpenedStore> {
  const { db, shared } = await openSqliteTables(path, onThreadEnded);
  const probe = sqliteProbe(shared);
  return { ...sqlStore(db), health: shared.health, probe: () => probe.probe() };
}

/** The same, as tables. */
export async function openSqliteTables(
  path: string,
  onThreadEnded: (text: string) => void = () => {},
): Promise<{ readonly db: Kysely<Tables>; readonly shared: SplitDatabase }> {
  const found = databaseFileAt(path);
  if (found === 'unmarked' || found === 'other') {
    throw new StartupError(
      `storage.db_path ${path} is a database of another program; it was not touched. Give another path`,
    );
  }
  const shared = await openFile(path, onThreadEnded);
  const db = await openTables(new SplitDialect(shared)).catch((error: unknown) => {
    throw new StartupError(`storage.db_path ${path}: the schema cannot be brought up to date: ${errorText(error)}`);
  });
  return { db, shared };
}

async function openFile(path: string, onThreadEnded: (text: string) => void): Promise<SplitDatabase> {
  const writer = new WriterThread(path, onThreadEnded);
  try {
    makeFolder(dirname(path));
    // The file holds hashes, so only its owner may read it. SQLite gives its journal files the same mode.
    closeSync(openSync(path, 'a', 0o600));
    await writer.open();
    return { writer, reader: openReader(path), queue: new WriteQueue(writeWaitMs), health: new StoreHealth() };
  } catch (error) {
    await writer.close().catch(() => {});
    throw new StartupError(`storage.db_path ${path} cannot be opened: ${errorText(error)}`);
  }
}
