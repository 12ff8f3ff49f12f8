import type { Kysely } from 'kysely';
import type { TopicRow } from '../rows.js';
import type { TopicStore } from '../store.js';
import { contains } from './contains.js';
import { countByNamespace } from './count-by-namespace.js';
import { listing } from './listing.js';
import { now } from './now.js';
import { oneOf } from './one-of.js';
import type { Tables } from './tables.js';

/** Rows of one INSERT: SQLite takes 32,766 parameters a statement, and a row here has four. */
const insertRowCount = 1_000;

export function topicStore(db: Kysely<Tables>): TopicStore {
  const all = () => db.selectFrom('topics').selectAll().orderBy('id');
  return {
    all: () => all().execute(),
    list: ({ namespaceIds, text }, page) => {
      let query = db.selectFrom('topics');
      if (namespaceIds !== undefined) query = query.where(oneOf('namespaceId', namespaceIds));
      if (text !== undefined) query = query.where(contains('name', text));
      return listing(query, query.selectAll().orderBy('name').orderBy('namespaceId'), page);
    },
    byId: (id) => all().where('id', '=', id).executeTakeFirst(),
    byNames: async (namespaceId, names) => {
      const found: TopicRow[] = [];
      for (let at = 0; at < names.length; at += insertRowCount) {
        const piece = names.slice(at, at + insertRowCount);
        found.push(...(await all().where('namespaceId', '=', namespaceId).where('name', 'in', piece).execute()));
      }
      return found;
    },
    countByNamespace: () => countByNamespace(db, 'topics'),
    addAll: async (topics) => {
      const createdAt = now();
      const added: TopicRow[] = [];
      for (let at = 0; at < topics.length; at += insertRowCount) {
        const values = topics.slice(at, at + insertRowCount).map((topic) => ({ ...topic, createdAt }));
        const rows = await db
          .insertInto('topics')
          .values(values)
          .onConflict((conflict) => conflict.columns(['namespaceId', 'name']).doNothing())
          .returningAll()
          .execute();
        added.push(...rows);
      }
      return added;
    },
    remove: async (id) => {
      const { numDeletedRows } = await db.deleteFrom('topics').where('id', '=', id).executeTakeFirstOrThrow();
      return numDeletedRows > 0n;
    },
  };
}
