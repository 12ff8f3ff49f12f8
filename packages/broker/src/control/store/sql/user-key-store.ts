import type { Kysely } from 'kysely';
import type { UserKeyStore } from '../store.js';
import { orDuplicate } from './duplicate.js';
import { now } from './now.js';
import type { Tables } from './tables.js';

export function userKeyStore(db: Kysely<Tables>): UserKeyStore {
  const all = () => db.selectFrom('userKeys').selectAll().orderBy('id');
  return {
    all: () => all().execute(),
    ofUser: (userId) => all().where('userId', '=', userId).execute(),
    add: (key) =>
      orDuplicate('key', key.key, () =>
        db
          .insertInto('userKeys')
          .values({ ...key, createdAt: now() })
          .returningAll()
          .executeTakeFirstOrThrow(),
      ),
    remove: async (id) => {
      const { numDeletedRows } = await db.deleteFrom('userKeys').where('id', '=', id).executeTakeFirstOrThrow();
      return numDeletedRows > 0n;
    },
  };
}
