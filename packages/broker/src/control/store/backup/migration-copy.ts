import { readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { errorText } from '../../error-text.js';
import { StartupError } from '../../startup-error.js';
import { databaseFileAt } from '../sqlite/database-file.js';
import { flushPath } from '../sqlite/flush-path.js';
import { copyDatabase } from './copy-database.js';
import { migrationsOf, newestMigration, unknownMigrations } from './inspect-database.js';

/** Copies that are kept, the newest ones. */
const copyMaxCount = 3;

/**
 * Call before a database is opened. Copies one whose schema will be brought up to date, as `pulsemq.db.schema-0003-freshness` for a database
 * with that schema. Returns the path of the copy, undefined when none was needed. Throws a StartupError, and leaves the file as it is, when a
 * newer version has written the database.
 */
export async function copyBeforeMigration(path: string): Promise<string | undefined> {
  if (databaseFileAt(path) !== 'pulsemq') return undefined;
  const names = migrationNames(path);
  const unknown = unknownMigrations(names);
  if (unknown.length > 0) {
    throw new StartupError(
      `storage.db_path ${path} was written by a newer PulseMQ: it has the schema ${unknown.at(-1)}, and this version knows the schema up to ${newestMigration()}; it was not touched. Start the newer version, or restore a backup or copy from before the upgrade`,
    );
  }
  const newest = names.at(-1);
  if (newest === undefined || newest === newestMigration()) return undefined;
  return copyAs(path, `${path}.schema-${newest}`);
}

function migrationNames(path: string): string[] {
  try {
    return migrationsOf(path);
  } catch (error) {
    throw new StartupError(`storage.db_path ${path} cannot be opened: ${errorText(error)}`);
  }
}

async function copyAs(path: string, copyPath: string): Promise<string> {
  const unfinished = `${copyPath}.unfinished`;
  try {
    rmSync(unfinished, { force: true });
    await copyDatabase(path, unfinished);
    flushPath(unfinished);
    renameSync(unfinished, copyPath);
    flushPath(dirname(copyPath));
    removeOldCopies(path);
    return copyPath;
  } catch (error) {
    throw new StartupError(
      `storage.db_path ${path}: the schema is not brought up to date, because the database cannot be copied first: ${errorText(error)}`,
    );
  }
}

function removeOldCopies(path: string): void {
  const folder = dirname(path);
  const copies = readdirSync(folder)
    .filter((name) => name.startsWith(`${basename(path)}.schema-`))
    .map((name) => ({ at: join(folder, name), mtimeMs: statSync(join(folder, name)).mtimeMs }))
    .sort((left, right) => right.mtimeMs - left.mtimeMs);
  for (const { at } of copies.slice(copyMaxCount)) rmSync(at, { force: true });
}
