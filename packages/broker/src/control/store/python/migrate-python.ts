import { chmodSync, copyFileSync, existsSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'libsql';
import { errorText } from '../../error-text.js';
import { StartupError } from '../../startup-error.js';
import { databaseFileAt } from '../sqlite/database-file.js';
import { flushPath } from '../sqlite/flush-path.js';
import { type ConvertedRows, convertRows } from './converted-rows.js';
import { isPythonDatabase, mentionsPythonTables, type PythonRows, readPythonRows } from './python-rows.js';
import { writeDatabase } from './write-database.js';

/** What a migration took over from a database of the Python package. */
export interface Migrated {
  /** Path of the old database, which is kept unchanged. */
  readonly keptAt: string;
  readonly userCount: number;
  readonly namespaceCount: number;
  readonly topicCount: number;
  readonly grantCount: number;
  /** Names, user types and roles that break the rules, and so have no effect. */
  readonly withoutEffect: readonly string[];
}

/**
 * Replaces a database that the Python package wrote by one of this broker with the same content, and keeps the old one beside it. A
 * start that ends half-way leaves the old database in place. Returns undefined, and touches nothing, when `path` holds anything else.
 *
 * Throws a StartupError when another program has the database open, or the new one cannot be written.
 */
export async function migratePython(path: string): Promise<Migrated | undefined> {
  if (databaseFileAt(path) !== 'unmarked') return undefined;
  const rows = await takeRows(path);
  if (rows === undefined) return undefined;
  const converted = convertRows(rows);
  return {
    keptAt: await replace(path, converted),
    userCount: converted.users.length,
    namespaceCount: converted.namespaces.length,
    topicCount: converted.topics.length,
    grantCount: converted.grants.length,
    withoutEffect: converted.withoutEffect,
  };
}

/** All rows, or undefined when it is not a database of the Python package. Afterwards its write-ahead log is in the file. */
async function takeRows(path: string): Promise<PythonRows | undefined> {
  if (!mentionsPythonTables(path)) return undefined;
  // One connection for everything: the driver keeps a file open until its statements are garbage collected.
  const database = new Database(path);
  try {
    if (!isPythonDatabase(database)) return undefined;
    // Only a process that has the database alone can turn the write-ahead log off. A broker that still runs fails this; it would go
    // on writing to the old file.
    database.pragma('journal_mode = DELETE');
    return await readPythonRows(database);
  } catch (error) {
    throw new StartupError(
      `storage.db_path ${path} is a database of pulse-mq and cannot be migrated: ${errorText(error)}. Stop the Python broker first`,
    );
  } finally {
    database.close();
  }
}

/** Puts a new database in place of the old one; returns the path at which the old one is kept. */
async function replace(path: string, rows: ConvertedRows): Promise<string> {
  const keptAt = freePathBeside(path);
  const building = `${path}.migrating`;
  try {
    rmSync(building, { force: true });
    await writeDatabase(building, rows);
    copyFileSync(path, keptAt);
    chmodSync(keptAt, 0o600);
    // The old database must not be gone before the new one is stored.
    flushPath(keptAt);
    flushPath(building);
    renameSync(building, path);
    flushPath(dirname(path));
    return keptAt;
  } catch (error) {
    rmSync(building, { force: true });
    throw new StartupError(`storage.db_path ${path}: the database of pulse-mq cannot be migrated: ${errorText(error)}`);
  }
}

function freePathBeside(path: string): string {
  const first = `${path}.pulse-mq`;
  if (!existsSync(first)) return first;
  let count = 1;
  while (existsSync(`${first}.${count}`)) count += 1;
  return `${first}.${count}`;
}
