import type { Kysely } from 'kysely';
import { columnTypes } from './column-types.js';

/** The freshness rules and calendars of a namespace, as JSON; null without any. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('namespaces').addColumn('freshness', columnTypes(db).text).execute();
}
