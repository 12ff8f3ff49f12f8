import type { Kysely, Selectable } from 'kysely';
import type { GrantRow } from '../rows.js';
import type { GrantStore } from '../store.js';
import { now } from './now.js';
import type { GrantsTable, Tables } from './tables.js';

const rowOf = (row: Selectable<GrantsTable>): GrantRow => ({
  userId: row.user_id,
  namespaceId: row.namespace_id,
  role: row.role,
  grantedBy: row.granted_by,
  grantedAt: row.granted_at,
});

export function grantStore(db: Kysely<Tables>): GrantStore {
  const all = () => db.selectFrom('namespace_permissions').selectAll().orderBy('id');
  const roleOf = async (userId: number, namespaceId: number) =>
    (await all().where('user_id', '=', userId).where('namespace_id', '=', namespaceId).executeTakeFirst())?.role ??
    null;
  return {
    all: async () => (await all().execute()).map(rowOf),
    list: async ({ userId, namespaceIds }, { limit, offset }) => {
      let query = db.selectFrom('namespace_permissions');
      if (userId !== undefined) query = query.where('user_id', '=', userId);
      if (namespaceIds !== undefined) query = query.where('namespace_id', 'in', [...namespaceIds]);
      const rows = await query.selectAll().orderBy('id').limit(limit).offset(offset).execute();
      const { total } = await query.select((e) => e.fn.countAll<number>().as('total')).executeTakeFirstOrThrow();
      return { rows: rows.map(rowOf), total };
    },
    countByNamespace: async () => {
      const rows = await db
        .selectFrom('namespace_permissions')
        .select((e) => ['namespace_id', e.fn.countAll<number>().as('count')])
        .groupBy('namespace_id')
        .execute();
      return new Map(rows.map(({ namespace_id, count }) => [namespace_id, count]));
    },
    ofUser: async (userId) => (await all().where('user_id', '=', userId).execute()).map(rowOf),
    put: async ({ userId, namespaceId, role, grantedBy }) => {
      const before = await roleOf(userId, namespaceId);
      const change = { role, granted_by: grantedBy, granted_at: now() };
      await db
        .insertInto('namespace_permissions')
        .values({ user_id: userId, namespace_id: namespaceId, ...change })
        .onConflict((conflict) => conflict.columns(['user_id', 'namespace_id']).doUpdateSet(change))
        .execute();
      return before;
    },
    remove: async (userId, namespaceId) => {
      const before = await roleOf(userId, namespaceId);
      await db
        .deleteFrom('namespace_permissions')
        .where('user_id', '=', userId)
        .where('namespace_id', '=', namespaceId)
        .execute();
      return before;
    },
  };
}
