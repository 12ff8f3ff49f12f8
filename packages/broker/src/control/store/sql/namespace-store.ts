import type { Bars, Freshness } from '@pulsemq/protocol';
import type { Kysely, Selectable } from 'kysely';
import type { NamespaceRow } from '../rows.js';
import type { NamespaceStore } from '../store.js';
import { contains } from './contains.js';
import { orDuplicate } from './duplicate.js';
import { columnOfFlag } from './flag.js';
import { listing } from './listing.js';
import { now } from './now.js';
import type { NamespacesTable, Tables } from './tables.js';

const rowOf = (row: Selectable<NamespacesTable>): NamespaceRow => ({
  ...row,
  isActive: row.isActive === 1,
  keepLastValue: row.keepLastValue === 1,
  history: row.history === 1,
  freshness: row.freshness === null ? null : (JSON.parse(row.freshness) as Freshness),
  bars: row.bars === null ? null : (JSON.parse(row.bars) as Bars),
});

/** Undefined, which leaves the column as it is, stays undefined. */
const columnOfJson = <Value extends object>(value: Value | null | undefined): string | null | undefined =>
  value ? JSON.stringify(value) : value;

export function namespaceStore(db: Kysely<Tables>): NamespaceStore {
  const all = () => db.selectFrom('namespaces').selectAll().orderBy('id');
  const find = async (column: 'id' | 'name', value: number | string) => {
    const row = await all().where(column, '=', value).executeTakeFirst();
    return row && rowOf(row);
  };
  return {
    all: async () => (await all().execute()).map(rowOf),
    list: async ({ text }, page) => {
      let query = db.selectFrom('namespaces');
      if (text !== undefined) query = query.where(contains('name', text));
      const { rows, total } = await listing(query, query.selectAll().orderBy('id'), page);
      return { rows: rows.map(rowOf), total };
    },
    byId: (id) => find('id', id),
    byName: (name) => find('name', name),
    add: async ({ name, description, createdBy, keepLastValue = false, history = false, ...rules }) => {
      const flags = { keepLastValue: Number(keepLastValue), history: Number(history) };
      const columns = {
        ...flags,
        freshness: columnOfJson(rules.freshness) ?? null,
        bars: columnOfJson(rules.bars) ?? null,
      };
      const values = { name, description, createdBy, ...columns, createdAt: now() };
      return orDuplicate('namespace', name, async () =>
        rowOf(await db.insertInto('namespaces').values(values).returningAll().executeTakeFirstOrThrow()),
      );
    },
    update: async (id, { description, isActive, keepLastValue, history, freshness, bars }) => {
      const columns = {
        description,
        isActive: columnOfFlag(isActive),
        keepLastValue: columnOfFlag(keepLastValue),
        history: columnOfFlag(history),
        freshness: columnOfJson(freshness),
        bars: columnOfJson(bars),
      };
      if (Object.values(columns).every((value) => value === undefined)) return find('id', id);
      const changed = db.updateTable('namespaces').set(columns).where('id', '=', id).returningAll();
      const row = await changed.executeTakeFirst();
      return row && rowOf(row);
    },
    remove: async (id) => {
      const { numDeletedRows } = await db.deleteFrom('namespaces').where('id', '=', id).executeTakeFirstOrThrow();
      return numDeletedRows > 0n;
    },
  };
}
