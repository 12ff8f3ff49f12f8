import { chmodSync, closeSync, copyFileSync, existsSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Insertable } from 'kysely';
import { Kysely, Migrator, SqliteDialect } from 'kysely';
import Database from 'libsql';
import { StartupError } from '../../startup-error.js';
import { migrations } from '../migrations/migrations.js';
import type { Tables } from '../sql/tables.js';
import { applicationId, databaseFileAt } from '../sqlite/database-file.js';
import { type ConvertedRows, convertRows } from './converted-rows.js';
import { isPythonDatabase, mentionsPythonTables, type PythonRows, readPythonRows } from './python-rows.js';

/** What came over from a database of the Python package. */
export interface MovedIn {
  /** Where the old database is kept, unchanged. */
  readonly keptAt: string;
  readonly userCount: number;
  readonly namespaceCount: number;
  readonly topicCount: number;
  readonly grantCount: number;
  /** What breaks our rules and has no effect until somebody mends it. */
  readonly setAside: readonly string[];
}

/** Rows of one INSERT: SQLite takes 32,766 values at most. */
const rowsPerInsert = 1_000;

/**
 * Makes a database of ours of one that the Python package wrote, in its place, and keeps the old one beside it. Undefined, and
 * nothing touched, when `path` holds anything else. A start that ends in the middle leaves the old database as it was.
 *
 * Throws a StartupError when another program has it open.
 */
export async function moveInPython(path: string): Promise<MovedIn | undefined> {
  if (databaseFileAt(path) !== 'unmarked') return undefined;
  const rows = takeRows(path);
  if (rows === undefined) return undefined;
  const converted = convertRows(rows);
  const keptAt = freePathBeside(path);
  const building = `${path}.moving`;
  try {
    rmSync(building, { force: true });
    await build(building, converted);
    copyFileSync(path, keptAt);
    chmodSync(keptAt, 0o600);
    flush(keptAt);
    flush(building);
    renameSync(building, path);
    flush(dirname(path));
  } catch (error) {
    rmSync(building, { force: true });
    throw new StartupError(`storage.db_path ${path}: the database of pulse-mq cannot be moved in: ${messageOf(error)}`);
  }
  return {
    keptAt,
    userCount: converted.users.length,
    namespaceCount: converted.namespaces.length,
    topicCount: converted.topics.length,
    grantCount: converted.grants.length,
    setAside: converted.setAside,
  };
}

/** Everything in it, or undefined when it is no database of the Python package. Its write-ahead log is in the file afterwards. */
function takeRows(path: string): PythonRows | undefined {
  if (!mentionsPythonTables(path)) return undefined;
  // One connection for all of it: the driver lets go of a file only when its statements are collected.
  const database = new Database(path);
  try {
    if (!isPythonDatabase(database)) return undefined;
    // Only who has it alone can leave the write-ahead log: a broker that still runs would go on writing into the old file.
    database.pragma('journal_mode = DELETE');
    return readPythonRows(database);
  } catch (error) {
    throw new StartupError(
      `storage.db_path ${path} is a database of pulse-mq and cannot be moved in: ${messageOf(error)}. Stop the Python broker first`,
    );
  } finally {
    database.close();
  }
}

async function build(path: string, rows: ConvertedRows): Promise<void> {
  closeSync(openSync(path, 'wx', 0o600));
  const database = new Database(path);
  database.pragma(`application_id = ${applicationId}`);
  const db = new Kysely<Tables>({ dialect: new SqliteDialect({ database }) });
  try {
    const { error } = await new Migrator({ db, provider: { getMigrations: async () => migrations } }).migrateToLatest();
    if (error !== undefined) throw error;
    await db.transaction().execute(async (inner) => {
      await insert(inner, 'users', rows.users);
      await insert(inner, 'namespaces', rows.namespaces);
      await insert(inner, 'topics', rows.topics);
      await insert(inner, 'namespace_permissions', rows.grants);
      await insert(inner, 'audit_log', rows.audit);
    });
  } finally {
    await db.destroy();
  }
}

async function insert<Table extends keyof Tables>(
  db: Kysely<Tables>,
  table: Table,
  rows: readonly Insertable<Tables[Table]>[],
): Promise<void> {
  for (let at = 0; at < rows.length; at += rowsPerInsert) {
    await db
      .insertInto(table)
      .values(rows.slice(at, at + rowsPerInsert))
      .execute();
  }
}

function freePathBeside(path: string): string {
  const first = `${path}.pulse-mq`;
  if (!existsSync(first)) return first;
  let count = 1;
  while (existsSync(`${first}.${count}`)) count += 1;
  return `${first}.${count}`;
}

/** To the disk: the old database must not be gone before the new one is there. */
function flush(path: string): void {
  const file = openSync(path, 'r');
  fsyncSync(file);
  closeSync(file);
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
