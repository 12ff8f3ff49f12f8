import { type Kysely, sql } from 'kysely';
import { columnTypes, isPostgres } from './column-types.js';
import { createNotices } from './notices.js';

/** Tables of statistics, and the key of each within one broker. */
const statistics = {
  stats_system_minute: ['ts'],
  stats_system_hour: ['ts'],
  stats_topic_minute: ['topic_id', 'ts'],
  stats_topic_hour: ['topic_id', 'ts'],
  stats_user_minute: ['user_id', 'ts'],
  stats_user_hour: ['user_id', 'ts'],
} as const;

/**
 * Several brokers on one database: statistics have the name of their broker, and PostgreSQL tells all brokers what has changed. An SQLite
 * file has one broker, so its keys stay as they are: to change them, SQLite would have to copy all rows.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  const { text } = columnTypes(db);
  for (const [table, key] of Object.entries(statistics)) {
    await db.schema
      .alterTable(table)
      .addColumn('broker', text, (column) => column.notNull().defaultTo(''))
      .execute();
    if (isPostgres(db)) await addBrokerToKey(db, table, key);
  }
  if (isPostgres(db)) await createNotices(db);
}

async function addBrokerToKey(db: Kysely<unknown>, table: string, key: readonly string[]): Promise<void> {
  // The key of the system's tables has the name that PostgreSQL gave it.
  const constraint = key.length === 1 ? `${table}_pkey` : `${table}_key`;
  await db.schema.alterTable(table).dropConstraint(constraint).execute();
  const columns = sql.join([...key, 'broker'].map((column) => sql.ref(column)));
  await sql`alter table ${sql.table(table)} add constraint ${sql.id(constraint)} primary key (${columns})`.execute(db);
}
