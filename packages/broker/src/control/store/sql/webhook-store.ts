import type { Kysely, Selectable } from 'kysely';
import type { WebhookRow } from '../rows.js';
import type { WebhookStore } from '../store.js';
import { columnOfFlag } from './flag.js';
import type { Tables, WebhooksTable } from './tables.js';

const rowOf = (row: Selectable<WebhooksTable>): WebhookRow => ({ ...row, isEnabled: row.isEnabled === 1 });

export function webhookStore(db: Kysely<Tables>): WebhookStore {
  const all = () => db.selectFrom('webhooks').selectAll().orderBy('id');
  return {
    all: async () => (await all().execute()).map(rowOf),
    add: async ({ isEnabled, ...webhook }) => {
      const values = { ...webhook, isEnabled: Number(isEnabled) };
      return rowOf(await db.insertInto('webhooks').values(values).returningAll().executeTakeFirstOrThrow());
    },
    update: async (id, { name, url, isEnabled }) => {
      const columns = { name, url, isEnabled: columnOfFlag(isEnabled) };
      const isSame = Object.values(columns).every((value) => value === undefined);
      const row = isSame
        ? await all().where('id', '=', id).executeTakeFirst()
        : await db.updateTable('webhooks').set(columns).where('id', '=', id).returningAll().executeTakeFirst();
      return row && rowOf(row);
    },
    remove: async (id) => {
      const { numDeletedRows } = await db.deleteFrom('webhooks').where('id', '=', id).executeTakeFirstOrThrow();
      return numDeletedRows > 0n;
    },
  };
}
