import type { Kysely } from 'kysely';
import { columnTypes } from './column-types.js';

const counts = {
  system: [
    'msg_count',
    'byte_count',
    'delivered_count',
    'delivered_bytes',
    'dropped_count',
    'connections',
    'online_users',
    'auth_total',
    'auth_fail',
    'perm_denied',
    'memory_mb',
  ],
  topic: ['msg_count', 'byte_count', 'matched_count', 'dropped_count', 'subscriber_count', 'ahead_count'],
  user: ['pub_count', 'pub_bytes', 'sub_count', 'sub_bytes', 'dropped_count', 'error_count', 'online_minutes'],
};

/**
 * Statistics by the minute and by the hour; `ts` is the start in Unix seconds. Rows of deleted topics and users stay until they are too
 * old: no id is used twice, so they belong to nothing else.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const span of ['minute', 'hour']) {
    await createSystem(db, `stats_system_${span}`);
    await createKeyed(db, `stats_topic_${span}`, 'topic_id', counts.topic, ['publisher_delays', 'broker_delays']);
    await createKeyed(db, `stats_user_${span}`, 'user_id', counts.user, []);
  }
}

async function createSystem(db: Kysely<unknown>, name: string): Promise<void> {
  const { integer, text, real } = columnTypes(db);
  let table = db.schema
    .createTable(name)
    .addColumn('ts', integer, (column) => column.primaryKey())
    .addColumn('publisher_delays', text)
    .addColumn('broker_delays', text)
    .addColumn('engine_loop_lag_ms', real, (column) => column.notNull());
  for (const count of counts.system) table = table.addColumn(count, 'bigint', (column) => column.notNull());
  await table.execute();
}

/** The key keeps the rows of one topic or user together; the index finds those of one time. */
async function createKeyed(
  db: Kysely<unknown>,
  name: string,
  key: string,
  numbers: readonly string[],
  texts: readonly string[],
): Promise<void> {
  const { schema } = db;
  const { integer, text } = columnTypes(db);
  let table = schema
    .createTable(name)
    .addColumn(key, integer, (column) => column.notNull())
    .addColumn('ts', integer, (column) => column.notNull());
  for (const number of numbers) table = table.addColumn(number, 'bigint', (column) => column.notNull());
  for (const name of texts) table = table.addColumn(name, text);
  await table.addPrimaryKeyConstraint(`${name}_key`, [key, 'ts'] as never[]).execute();
  await schema.createIndex(`${name}_ts`).on(name).column('ts').execute();
}
