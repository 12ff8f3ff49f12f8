import type { Kysely } from 'kysely';
import type { RevokedTokenStore } from '../store.js';
import type { Tables } from './tables.js';

export function revokedTokenStore(db: Kysely<Tables>): RevokedTokenStore {
  return {
    all: async (nowSeconds) => {
      const rows = await db
        .selectFrom('revokedTokens')
        .select('id')
        .where('expiresAt', '>', Math.floor(nowSeconds))
        .execute();
      return rows.map(({ id }) => id);
    },
    add: async (id, expiresAtSeconds) => {
      await db
        .insertInto('revokedTokens')
        .values({ id, expiresAt: expiresAtSeconds })
        .onConflict((conflict) => conflict.column('id').doNothing())
        .execute();
    },
    removeExpired: async (nowSeconds) => {
      await db.deleteFrom('revokedTokens').where('expiresAt', '<=', Math.floor(nowSeconds)).execute();
    },
  };
}
