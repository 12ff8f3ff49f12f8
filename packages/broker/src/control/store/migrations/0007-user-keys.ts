import type { Kysely } from 'kysely';
import { columnTypes, isPostgres } from './column-types.js';
import { createTableNotice } from './notices.js';

/** Keys that log users in without a token: public keys of CURVE, and fingerprints of client certificates. */
export async function up(db: Kysely<unknown>): Promise<void> {
  const { integer, text, numbered } = columnTypes(db);
  await db.schema
    .createTable('user_keys')
    .addColumn('id', integer, numbered)
    .addColumn('user_id', integer, (column) => column.notNull().references('users.id').onDelete('cascade'))
    .addColumn('key', text, (column) => column.notNull().unique())
    .addColumn('name', text, (column) => column.notNull())
    .addColumn('created_by', text, (column) => column.notNull())
    .addColumn('created_at', text, (column) => column.notNull())
    .execute();
  await db.schema.createIndex('user_keys_by_user').on('user_keys').column('user_id').execute();
  if (isPostgres(db)) await createTableNotice(db, 'user_keys', 'userKeys');
}
