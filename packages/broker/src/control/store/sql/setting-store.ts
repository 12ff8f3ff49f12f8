import type { Kysely } from 'kysely';
import type { SettingStore } from '../store.js';
import type { Tables } from './tables.js';

export function settingStore(db: Kysely<Tables>): SettingStore {
  return {
    get: async (key) =>
      (await db.selectFrom('settings').select('value').where('key', '=', key).executeTakeFirst())?.value,
    put: async (key, value) => {
      await db
        .insertInto('settings')
        .values({ key, value })
        .onConflict((conflict) => conflict.column('key').doUpdateSet({ value }))
        .execute();
    },
  };
}
