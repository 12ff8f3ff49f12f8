import type { AuditRow } from '@pulsemq/protocol';
import { z } from 'zod';
import type { AdminApp } from '../admin-app.js';
import type { AdminContext } from '../admin-context.js';
import { page, refusals } from '../schemas/fields.js';

const text = z.string().max(200).optional();

const auditRow = z.object({
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
}) satisfies z.ZodType<AuditRow>;

/** Who did what, from where, and what came of it. */
export function auditRoutes(app: AdminApp, { store }: AdminContext): void {
  app.get(
    '/api/audit-logs',
    {
      config: { access: 'administrator' },
      schema: {
        summary: 'List audit rows, newest first',
        tags: ['audit'],
        querystring: z.object({
          ...page,
          op_type: text,
          operator: text,
          target: text,
          namespace: text,
          result: text,
          from: text,
          to: text,
        }),
        response: { 200: z.array(auditRow), ...refusals },
      },
    },
    async (request, reply) => {
      const { limit, offset, op_type, ...filter } = request.query;
      const { rows, total } = await store.audit.list({ ...filter, opType: op_type }, { limit, offset });
      reply.header('x-total-count', total);
      return rows.map((row) => ({
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
      }));
    },
  );
}
