import { CamelCasePlugin, type Dialect, Kysely, Migrator } from 'kysely';
import { migrations } from '../migrations/migrations.js';
import type { Tables } from './tables.js';

/**
 * The tables of a database, after its schema was brought up to date. `destroy` closes the database. Throws the error of the migration
 * that failed, and closes the database then too.
 */
export async function openTables(dialect: Dialect): Promise<Kysely<Tables>> {
  // Migrations name tables and columns as the database does, so they run without the plugin.
  const db = new Kysely<Tables>({ dialect });
  const error = await migrate(db);
  if (error === undefined) return db.withPlugin(new CamelCasePlugin());
  await db.destroy();
  throw error;
}

/** Runs the migrations that are missing. Returns what one of them threw. */
async function migrate(db: Kysely<Tables>): Promise<unknown> {
  const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations } });
  try {
    // A migrator that has nothing to do takes the write lock all the same, which another process may hold.
    return (await isComplete(db, migrator)) ? undefined : (await migrator.migrateToLatest()).error;
  } catch (error) {
    return error;
  }
}

/** The database has every migration, and none that is unknown here. */
async function isComplete(db: Kysely<Tables>, migrator: Migrator): Promise<boolean> {
  if ((await migrator.getMigrations()).some(({ executedAt }) => executedAt === undefined)) return false;
  const done = await db
    .withTables<{ kysely_migration: { name: string } }>()
    .selectFrom('kysely_migration')
    .select('name')
    .execute();
  return done.every(({ name }) => name in migrations);
}
