import type { Kysely, Selectable } from 'kysely';
import type { TopicRow } from '../rows.js';
import type { TopicStore } from '../store.js';
import { contains } from './contains.js';
import { now } from './now.js';
import type { Tables, TopicsTable } from './tables.js';

/** Rows of one INSERT: SQLite takes 32,766 parameters a statement, and a row here has four. */
const insertRowCount = 1_000;

const rowOf = (row: Selectable<TopicsTable>): TopicRow => ({
  id: row.id,
  namespaceId: row.namespace_id,
  name: row.name,
  createdBy: row.created_by,
  createdAt: row.created_at,
});

export function topicStore(db: Kysely<Tables>): TopicStore {
  return {
    all: async () => (await db.selectFrom('topics').selectAll().orderBy('id').execute()).map(rowOf),
    list: async ({ namespaceIds, text }, { limit, offset }) => {
      let query = db.selectFrom('topics');
      if (namespaceIds !== undefined) query = query.where('namespace_id', 'in', [...namespaceIds]);
      if (text !== undefined) query = query.where(contains('name', text));
      const rows = await query
        .selectAll()
        .orderBy('name')
        .orderBy('namespace_id')
        .limit(limit)
        .offset(offset)
        .execute();
      const { total } = await query.select((e) => e.fn.countAll<number>().as('total')).executeTakeFirstOrThrow();
      return { rows: rows.map(rowOf), total };
    },
    byId: async (id) => {
      const row = await db.selectFrom('topics').selectAll().where('id', '=', id).executeTakeFirst();
      return row && rowOf(row);
    },
    countByNamespace: async () => {
      const rows = await db
        .selectFrom('topics')
        .select((e) => ['namespace_id', e.fn.countAll<number>().as('count')])
        .groupBy('namespace_id')
        .execute();
      return new Map(rows.map(({ namespace_id, count }) => [namespace_id, count]));
    },
    addAll: async (topics) => {
      const created_at = now();
      const added: TopicRow[] = [];
      for (let at = 0; at < topics.length; at += insertRowCount) {
        const values = topics.slice(at, at + insertRowCount).map(({ namespaceId, name, createdBy }) => ({
          namespace_id: namespaceId,
          name,
          created_by: createdBy,
          created_at,
        }));
        const rows = await db
          .insertInto('topics')
          .values(values)
          .onConflict((conflict) => conflict.columns(['namespace_id', 'name']).doNothing())
          .returningAll()
          .execute();
        added.push(...rows.map(rowOf));
      }
      return added;
    },
    remove: async (id) => {
      const { numDeletedRows } = await db.deleteFrom('topics').where('id', '=', id).executeTakeFirstOrThrow();
      return numDeletedRows > 0n;
    },
  };
}
