import type { Kysely, Selectable } from 'kysely';
import type { AlertRuleRow } from '../rows.js';
import type { AlertRuleStore } from '../store.js';
import { columnOfFlag } from './flag.js';
import type { AlertRulesTable, Tables } from './tables.js';

const rowOf = (row: Selectable<AlertRulesTable>): AlertRuleRow => ({ ...row, isEnabled: row.isEnabled === 1 });

export function alertRuleStore(db: Kysely<Tables>): AlertRuleStore {
  const all = () => db.selectFrom('alertRules').selectAll().orderBy('id');
  return {
    all: async () => (await all().execute()).map(rowOf),
    add: async ({ isEnabled, ...rule }) => {
      const values = { ...rule, isEnabled: Number(isEnabled) };
      return rowOf(await db.insertInto('alertRules').values(values).returningAll().executeTakeFirstOrThrow());
    },
    update: async (id, { name, namespace, pattern, threshold, forSeconds, isEnabled }) => {
      const columns = { name, namespace, pattern, threshold, forSeconds, isEnabled: columnOfFlag(isEnabled) };
      const isSame = Object.values(columns).every((value) => value === undefined);
      const row = isSame
        ? await all().where('id', '=', id).executeTakeFirst()
        : await db.updateTable('alertRules').set(columns).where('id', '=', id).returningAll().executeTakeFirst();
      return row && rowOf(row);
    },
    remove: async (id) => {
      const { numDeletedRows } = await db.deleteFrom('alertRules').where('id', '=', id).executeTakeFirstOrThrow();
      return numDeletedRows > 0n;
    },
  };
}
