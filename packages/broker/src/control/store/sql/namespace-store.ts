import type { Kysely, Selectable } from 'kysely';
import type { NamespaceRow } from '../rows.js';
import type { NamespaceStore } from '../store.js';
import { contains } from './contains.js';
import { orDuplicate } from './duplicate.js';
import { now } from './now.js';
import type { NamespacesTable, Tables } from './tables.js';

const rowOf = (row: Selectable<NamespacesTable>): NamespaceRow => ({
  id: row.id,
  name: row.name,
  description: row.description,
  createdBy: row.created_by,
  isActive: row.is_active === 1,
  keepLastValue: row.keep_last_value === 1,
  createdAt: row.created_at,
});

export function namespaceStore(db: Kysely<Tables>): NamespaceStore {
  return {
    all: async () => (await db.selectFrom('namespaces').selectAll().orderBy('id').execute()).map(rowOf),
    list: async ({ text }, { limit, offset }) => {
      let query = db.selectFrom('namespaces');
      if (text !== undefined) query = query.where(contains('name', text));
      const rows = await query.selectAll().orderBy('id').limit(limit).offset(offset).execute();
      const { total } = await query.select((e) => e.fn.countAll<number>().as('total')).executeTakeFirstOrThrow();
      return { rows: rows.map(rowOf), total };
    },
    byId: async (id) => {
      const row = await db.selectFrom('namespaces').selectAll().where('id', '=', id).executeTakeFirst();
      return row && rowOf(row);
    },
    byName: async (name) => {
      const row = await db.selectFrom('namespaces').selectAll().where('name', '=', name).executeTakeFirst();
      return row && rowOf(row);
    },
    add: async ({ name, description, createdBy, keepLastValue = false }) => {
      const values = {
        name,
        description,
        created_by: createdBy,
        keep_last_value: Number(keepLastValue),
        created_at: now(),
      };
      return orDuplicate('namespace', name, async () =>
        rowOf(await db.insertInto('namespaces').values(values).returningAll().executeTakeFirstOrThrow()),
      );
    },
    update: async (id, { description, isActive, keepLastValue }) => {
      const columns = {
        ...(description !== undefined && { description }),
        ...(isActive !== undefined && { is_active: Number(isActive) }),
        ...(keepLastValue !== undefined && { keep_last_value: Number(keepLastValue) }),
      };
      if (Object.keys(columns).length === 0) return namespaceStore(db).byId(id);
      const row = await db
        .updateTable('namespaces')
        .set(columns)
        .where('id', '=', id)
        .returningAll()
        .executeTakeFirst();
      return row && rowOf(row);
    },
    remove: async (id) => {
      const { numDeletedRows } = await db.deleteFrom('namespaces').where('id', '=', id).executeTakeFirstOrThrow();
      return numDeletedRows > 0n;
    },
  };
}
