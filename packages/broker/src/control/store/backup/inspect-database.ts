import Database from 'libsql';
import { migrations } from '../migrations/migrations.js';
import { BackupError, damaged } from './backup-error.js';

/** How long a read waits for another process that recovers the write-ahead log. */
const openWaitMs = 5_000;

/** Names of the migrations that a database has, oldest first; empty for one without a schema. The file is not changed. */
export function migrationsOf(path: string): string[] {
  const database = new Database(path);
  try {
    database.pragma(`busy_timeout = ${openWaitMs}`);
    return namesIn(database);
  } finally {
    database.close();
  }
}

function namesIn(database: Database.Database): string[] {
  database.pragma('query_only = ON');
  const table = "select name from sqlite_schema where type = 'table' and name = 'kysely_migration'";
  if (database.prepare(table).all([]).length === 0) return [];
  const rows = database.prepare('select name from kysely_migration order by name').all([]);
  return (rows as { name: string }[]).map(({ name }) => name);
}

/** The newest migration that this version has. */
export const newestMigration = (): string => Object.keys(migrations).sort().at(-1)!;

/** Migrations that only a newer version has. */
export const unknownMigrations = (names: readonly string[]): string[] =>
  names.filter((name) => !Object.hasOwn(migrations, name));

/**
 * Reads the whole database and checks that it holds together. Returns the name of its newest migration. Throws a BackupError for a database
 * that is damaged.
 */
export function checkDatabase(path: string): string {
  const database = new Database(path);
  try {
    const [newest] = namesIn(database).slice(-1);
    if (newest === undefined) throw damaged('the database in it has no schema');
    const problems = [
      ...textsOf(database.pragma('integrity_check(1)')).filter((text) => text !== 'ok'),
      ...(database.pragma('foreign_key_check') as unknown[]).map(() => 'a row refers to one that is missing'),
    ];
    if (problems.length > 0) throw damaged(`the database in it is damaged: ${problems[0]}`);
    return newest;
  } catch (error) {
    if (error instanceof BackupError) throw error;
    throw damaged(`the database in it cannot be read: ${(error as Error).message}`, { cause: error });
  } finally {
    database.close();
  }
}

const textsOf = (rows: unknown): string[] =>
  (rows as { integrity_check: string }[]).map((row) => String(row.integrity_check));
