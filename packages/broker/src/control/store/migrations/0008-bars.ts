import type { Kysely } from 'kysely';
import { columnTypes } from './column-types.js';

/** The bar rules of a namespace and their calendars, as JSON; null without any. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('namespaces').addColumn('bars', columnTypes(db).text).execute();
}
