import { join } from 'node:path';
import Database from 'libsql';

/** File of the lock. It is never deleted: after a deletion two brokers could each lock another file of this name. */
const lockName = 'journal.lock';

/**
 * One broker for each folder: two would remove each other's segments. The lock is SQLite's own, on an empty database, so the system releases it
 * when the process ends, also by a crash.
 */
export class FolderLock {
  readonly #database: Database.Database;

  /** Throws when another broker has the folder. */
  constructor(folder: string) {
    this.#database = new Database(join(folder, lockName));
    try {
      this.#database.exec('BEGIN IMMEDIATE');
    } catch (error) {
      this.#database.close();
      if (!String((error as { code?: string }).code).startsWith('SQLITE_BUSY')) throw error;
      const text = `another broker uses ${folder}; set a different journal.dir`;
      throw Object.assign(new Error(text, { cause: error }), { code: 'JOURNAL_LOCKED' });
    }
  }

  release(): void {
    this.#database.exec('ROLLBACK');
    this.#database.close();
  }
}
