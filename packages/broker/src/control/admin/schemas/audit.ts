import type { AuditRow } from '@pulsemq/protocol';
import { z } from 'zod';
import type { AuditLogRow } from '../../store/rows.js';
import type { AuditFilter } from '../../store/store.js';
import { timeFrom, timeTo } from './fields.js';

export const auditRow = z
  .object({
    id: z.int(),
    created_at: z.string(),
    op_type: z.string(),
    target_type: z.string(),
    operator: z.string(),
    address: z.string(),
    target: z.string(),
    namespace: z.string().nullable(),
    old_value: z.string().nullable(),
    new_value: z.string().nullable(),
    result: z.string(),
    request_id: z.string(),
  })
  .meta({ id: 'AuditRow' }) satisfies z.ZodType<AuditRow>;

const text = z.string().max(200).optional();

/** Fields of a query that select audit rows. */
export const auditFilter = {
  op_type: text,
  operator: text,
  target: text,
  namespace: text,
  result: text,
  from: timeFrom.optional(),
  to: timeTo.optional(),
};

export const filterOf = ({ op_type, ...rest }: z.output<z.ZodObject<typeof auditFilter>>): AuditFilter => ({
  ...rest,
  opType: op_type,
});

export const apiAuditRow = (row: AuditLogRow): AuditRow => ({
  id: row.id,
  created_at: row.createdAt,
  op_type: row.opType,
  target_type: row.targetType,
  operator: row.operator,
  address: row.address,
  target: row.target,
  namespace: row.namespace,
  old_value: row.oldValue,
  new_value: row.newValue,
  result: row.result,
  request_id: row.requestId,
});
