import type { Kysely } from 'kysely';
import type { RevokedTokenStore } from '../store.js';
import type { Tables } from './tables.js';

export function revokedTokenStore(db: Kysely<Tables>): RevokedTokenStore {
  return {
    all: async (nowSeconds) => {
      const rows = await db.selectFrom('revoked_tokens').select('id').where('expires_at', '>', nowSeconds).execute();
      return rows.map(({ id }) => id);
    },
    add: async (id, expiresAtSeconds) => {
      await db
        .insertInto('revoked_tokens')
        .values({ id, expires_at: expiresAtSeconds })
        .onConflict((conflict) => conflict.column('id').doNothing())
        .execute();
    },
    removeExpired: async (nowSeconds) => {
      await db.deleteFrom('revoked_tokens').where('expires_at', '<=', nowSeconds).execute();
    },
  };
}
