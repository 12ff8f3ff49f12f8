import type { Kysely } from 'kysely';
import type { GrantStore } from '../store.js';
import { countByNamespace } from './count-by-namespace.js';
import { listing } from './listing.js';
import { now } from './now.js';
import { oneOf } from './one-of.js';
import type { Tables } from './tables.js';

const columns = ['userId', 'namespaceId', 'role', 'grantedBy', 'grantedAt'] as const;

export function grantStore(db: Kysely<Tables>): GrantStore {
  const all = () => db.selectFrom('namespacePermissions').select(columns).orderBy('id');
  const roleOf = async (userId: number, namespaceId: number) =>
    (await all().where('userId', '=', userId).where('namespaceId', '=', namespaceId).executeTakeFirst())?.role ?? null;
  return {
    all: () => all().execute(),
    list: ({ userId, namespaceIds }, page) => {
      let query = db.selectFrom('namespacePermissions');
      if (userId !== undefined) query = query.where('userId', '=', userId);
      if (namespaceIds !== undefined) query = query.where(oneOf('namespaceId', namespaceIds));
      return listing(query, query.select(columns).orderBy('id'), page);
    },
    countByNamespace: () => countByNamespace(db, 'namespacePermissions'),
    ofUser: (userId) => all().where('userId', '=', userId).execute(),
    put: async ({ userId, namespaceId, role, grantedBy }) => {
      const before = await roleOf(userId, namespaceId);
      const change = { role, grantedBy, grantedAt: now() };
      await db
        .insertInto('namespacePermissions')
        .values({ userId, namespaceId, ...change })
        .onConflict((conflict) => conflict.columns(['userId', 'namespaceId']).doUpdateSet(change))
        .execute();
      return before;
    },
    remove: async (userId, namespaceId) => {
      const before = await roleOf(userId, namespaceId);
      await db
        .deleteFrom('namespacePermissions')
        .where('userId', '=', userId)
        .where('namespaceId', '=', namespaceId)
        .execute();
      return before;
    },
  };
}
