import type { Kysely } from 'kysely';
import type { AuditFilter, AuditStore } from '../store.js';
import { listing } from './listing.js';
import { now } from './now.js';
import type { Tables } from './tables.js';

/** Rows of one DELETE: it holds the write lock for a few milliseconds. */
const removedCount = 1_000;

/** Columns a filter compares with whole values. */
const exactColumns = ['opType', 'operator', 'target', 'namespace', 'result'] as const;

const filtered = (db: Kysely<Tables>, filter: AuditFilter) => {
  let query = db.selectFrom('auditLog');
  for (const column of exactColumns) {
    const value = filter[column];
    if (value !== undefined) query = query.where(column, '=', value);
  }
  if (filter.from !== undefined) query = query.where('createdAt', '>=', filter.from);
  if (filter.to !== undefined) query = query.where('createdAt', '<=', filter.to);
  return query;
};

export function auditStore(db: Kysely<Tables>): AuditStore {
  return {
    add: async (entry) => {
      await db
        .insertInto('auditLog')
        .values({ ...entry, createdAt: entry.createdAt ?? now() })
        .execute();
    },
    list: (filter, page) => {
      const query = filtered(db, filter);
      return listing(query, query.selectAll().orderBy('id', 'desc'), page);
    },
    before: (filter, id, limit) =>
      filtered(db, filter).selectAll().where('id', '<', id).orderBy('id', 'desc').limit(limit).execute(),
    removeOldest: async (beforeTime) => {
      const oldest = db.selectFrom('auditLog').select('id').where('createdAt', '<', beforeTime);
      const { numDeletedRows } = await db
        .deleteFrom('auditLog')
        .where('id', 'in', oldest.orderBy('createdAt').limit(removedCount))
        .executeTakeFirstOrThrow();
      return Number(numDeletedRows);
    },
  };
}
