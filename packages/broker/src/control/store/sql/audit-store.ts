import type { Kysely, Selectable } from 'kysely';
import type { AuditLogRow } from '../rows.js';
import type { AuditFilter, AuditStore } from '../store.js';
import { now } from './now.js';
import type { AuditTable, Tables } from './tables.js';

const rowOf = (row: Selectable<AuditTable>): AuditLogRow => ({
  id: row.id,
  createdAt: row.created_at,
  opType: row.op_type,
  targetType: row.target_type,
  operator: row.operator,
  address: row.address,
  target: row.target,
  namespace: row.namespace,
  oldValue: row.old_value,
  newValue: row.new_value,
  result: row.result,
  requestId: row.request_id,
});

const filtered = (db: Kysely<Tables>, filter: AuditFilter) => {
  let query = db.selectFrom('audit_log');
  if (filter.opType !== undefined) query = query.where('op_type', '=', filter.opType);
  if (filter.operator !== undefined) query = query.where('operator', '=', filter.operator);
  if (filter.target !== undefined) query = query.where('target', '=', filter.target);
  if (filter.namespace !== undefined) query = query.where('namespace', '=', filter.namespace);
  if (filter.result !== undefined) query = query.where('result', '=', filter.result);
  if (filter.from !== undefined) query = query.where('created_at', '>=', filter.from);
  if (filter.to !== undefined) query = query.where('created_at', '<=', filter.to);
  return query;
};

export function auditStore(db: Kysely<Tables>): AuditStore {
  return {
    add: async (entry) => {
      await db
        .insertInto('audit_log')
        .values({
          op_type: entry.opType,
          target_type: entry.targetType,
          operator: entry.operator,
          address: entry.address,
          target: entry.target,
          namespace: entry.namespace,
          old_value: entry.oldValue,
          new_value: entry.newValue,
          result: entry.result,
          request_id: entry.requestId,
          created_at: now(),
        })
        .execute();
    },
    list: async (filter, { limit, offset }) => {
      const query = filtered(db, filter);
      const rows = await query.selectAll().orderBy('id', 'desc').limit(limit).offset(offset).execute();
      const { total } = await query.select((e) => e.fn.countAll<number>().as('total')).executeTakeFirstOrThrow();
      return { rows: rows.map(rowOf), total };
    },
    before: async (filter, id, limit) => {
      const rows = await filtered(db, filter)
        .selectAll()
        .where('id', '<', id)
        .orderBy('id', 'desc')
        .limit(limit)
        .execute();
      return rows.map(rowOf);
    },
  };
}
