import type { Kysely } from 'kysely';
import { columnTypes } from './column-types.js';

/** Rules of alerts, and the webhooks that alerts are sent to. */
export async function up(db: Kysely<unknown>): Promise<void> {
  const { schema } = db;
  const { integer, text, real, numbered } = columnTypes(db);
  await schema
    .createTable('alert_rules')
    .addColumn('id', integer, numbered)
    .addColumn('name', text, (column) => column.notNull())
    .addColumn('kind', text, (column) => column.notNull())
    .addColumn('namespace', text)
    .addColumn('pattern', text)
    .addColumn('threshold', real, (column) => column.notNull())
    .addColumn('for_seconds', integer, (column) => column.notNull())
    .addColumn('is_enabled', integer, (column) => column.notNull())
    .execute();
  await schema
    .createTable('webhooks')
    .addColumn('id', integer, numbered)
    .addColumn('name', text, (column) => column.notNull())
    .addColumn('url', text, (column) => column.notNull())
    .addColumn('secret', text, (column) => column.notNull())
    .addColumn('is_enabled', integer, (column) => column.notNull())
    .execute();
}
