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
  const { error } = await new Migrator({ db, provider: { getMigrations: async () => migrations } }).migrateToLatest();
  if (error === undefined) return db.withPlugin(new CamelCasePlugin());
  await db.destroy();
  throw error;
}
