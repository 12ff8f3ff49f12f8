import { StoreError, type StoreProblemCode } from '../store-error.js';

/** The primary result code of SQLite behind each problem (sqlite.org/rescode.html). */
const problems: readonly (readonly [prefix: string, code: StoreProblemCode, text: string])[] = [
  ['SQLITE_BUSY', 'STORE_LOCKED', 'another process holds the write lock of the database'],
  ['SQLITE_LOCKED', 'STORE_LOCKED', 'another process holds the write lock of the database'],
  ['SQLITE_FULL', 'STORE_FULL', 'no room is left on the disk of the database'],
  ['SQLITE_READONLY', 'STORE_READ_ONLY', 'the database may only be read'],
  ['SQLITE_IOERR', 'STORE_FAILED', 'the disk of the database fails'],
  ['SQLITE_CANTOPEN', 'STORE_FAILED', 'the database cannot be opened'],
  ['SQLITE_CORRUPT', 'STORE_FAILED', 'the database is damaged'],
  ['SQLITE_NOTADB', 'STORE_FAILED', 'the database is damaged'],
];

/** A StoreError for an error of SQLite that concerns the whole database; any other error as it is. */
export function storeErrorOf(error: unknown): unknown {
  const { code, message } = error as { code?: unknown; message?: string };
  const found = problems.find(([prefix]) => typeof code === 'string' && code.startsWith(prefix));
  if (found === undefined) return error;
  return new StoreError(found[1], `${found[2]} (${String(code)}: ${message})`, { cause: error });
}
