import { closeSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'libsql';
import { makeFolder } from '../../../make-folder.js';
import { errorText } from '../../error-text.js';
import { StartupError } from '../../startup-error.js';

type InUseText = (processId: number) => string;

const byAnotherBroker: InUseText = (processId) =>
  `is in use by another broker, process ${processId}; stop that one, or give this one another path`;

/**
 * One broker for each database file: two would not see each other's changes. The lock is SQLite's own, on an empty database beside the
 * file, so the system releases it when the process ends, however it ends. The small file stays, because removing it would let two
 * brokers lock two files of the same name.
 */
export class BrokerLock {
  readonly #database: Database.Database;

  private constructor(database: Database.Database) {
    this.#database = database;
  }

  /**
   * Throws a StartupError when another broker has the lock, in this process or another. `inUse` is the text for that, with the id of its
   * process.
   */
  static take(databasePath: string, inUse: InUseText = byAnotherBroker): BrokerLock {
    const path = `${databasePath}.lock`;
    let database: Database.Database | null = null;
    try {
      makeFolder(dirname(path));
      closeSync(openSync(path, 'a', 0o600));
      database = new Database(path);
      database.exec('BEGIN IMMEDIATE');
    } catch (error) {
      throw new StartupError(`storage.db_path ${databasePath} ${whyNot(database, error, inUse)}`);
    }
    leaveProcessId(database);
    return new BrokerLock(database);
  }

  release(): void {
    this.#database.exec('ROLLBACK');
    this.#database.close();
  }
}

/** Writes the id of this process for the next one to read, and takes the lock again. */
function leaveProcessId(database: Database.Database): void {
  try {
    database.exec(`PRAGMA user_version = ${process.pid}`);
    database.exec('COMMIT');
    database.exec('BEGIN IMMEDIATE');
  } catch {
    // On a full disk the lock holds all the same; only the text of the next broker's error has no process in it.
    if (!database.inTransaction) database.exec('BEGIN IMMEDIATE');
  }
}

function whyNot(database: Database.Database | null, error: unknown, inUse: InUseText): string {
  const { code = '' } = error as { code?: string };
  if (database === null || !code.startsWith('SQLITE_BUSY')) return `cannot be locked: ${errorText(error)}`;
  const [row] = database.pragma('user_version') as { user_version: number }[];
  database.close();
  return inUse(row?.user_version ?? 0);
}
