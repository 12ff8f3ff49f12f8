import type { Kysely } from 'kysely';
import { StartupError } from '../../startup-error.js';
import { PendingChanges } from '../pending/pending-changes.js';
import { openPostgresTables } from '../postgres/open-postgres.js';
import { postgresAddress } from '../postgres/postgres-address.js';
import { sqlStore } from '../sql/sql-store.js';
import type { Tables } from '../sql/tables.js';
import { BrokerLock } from '../sqlite/broker-lock.js';
import { databaseFileAt } from '../sqlite/database-file.js';
import { openSqliteTables } from '../sqlite/open-sqlite.js';

/** One end of a copy. */
export interface CopiedDatabase {
  readonly kind: 'sqlite' | 'postgres';
  /** As a terminal may show it. */
  readonly shown: string;
  readonly db: Kysely<Tables>;
  close(): Promise<void>;
}

const filePrefix = 'sqlite:';

/** True for `sqlite:PATH` and for an address of PostgreSQL. */
export const isStoreAddress = (text: string): boolean => /^(sqlite:.|postgres(ql)?:\/\/)/.test(text);

/**
 * Opens a database, `sqlite:PATH` with an absolute path or an address of PostgreSQL, and brings its schema up to date. No broker may run on an
 * SQLite file meanwhile. Throws a StartupError.
 */
export async function openCopied(address: string, isSource: boolean): Promise<CopiedDatabase> {
  if (!address.startsWith(filePrefix)) {
    const { shown } = postgresAddress(address);
    const db = await openPostgresTables(address);
    return { kind: 'postgres', shown, db, close: () => db.destroy() };
  }
  const path = address.slice(filePrefix.length);
  if (isSource && databaseFileAt(path) === 'missing') throw new StartupError(`there is no database at ${path}`);
  return openFile(path);
}

async function openFile(path: string): Promise<CopiedDatabase> {
  const lock = BrokerLock.take(path);
  try {
    const { db } = await openSqliteTables(path);
    await storeWhatWaits(path, db);
    const close = async (): Promise<void> => {
      await db.destroy();
      lock.release();
    };
    return { kind: 'sqlite', shown: path, db, close };
  } catch (error) {
    lock.release();
    throw error;
  }
}

/** A broker may have ended while changes waited for the file. */
async function storeWhatWaits(path: string, db: Kysely<Tables>): Promise<void> {
  const store = sqlStore(db);
  const pending = await PendingChanges.open(path, store);
  try {
    if (pending.count === 0) return;
    const number = await store.transaction((inner) => pending.storeTo(inner));
    await pending.stored(number);
  } finally {
    await pending.close();
  }
}
