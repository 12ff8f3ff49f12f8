import { z } from 'zod';
import type { AdminApp } from '../admin-app.js';
import type { AdminContext } from '../admin-context.js';
import { apiAuditRow, auditFilter, auditRow, filterOf } from '../schemas/audit.js';
import { page, refusals } from '../schemas/fields.js';
import { strictQuery } from '../schemas/strict-query.js';

/** The audit log: each change, who made it and from which address, and its result. */
export function auditRoutes(app: AdminApp, { store }: AdminContext): void {
  app.get(
    '/api/audit-logs',
    {
      config: { access: 'administrator' },
      schema: {
        summary: 'List audit rows, newest first',
        description:
          'A text filter must equal the whole value. `from` and `to` are inclusive; a date without a time stands for the whole day in UTC.',
        tags: ['audit'],
        querystring: strictQuery({ ...page, ...auditFilter }),
        response: { 200: z.array(auditRow), ...refusals },
      },
    },
    async (request, reply) => {
      const { limit, offset, ...filter } = request.query;
      const { rows, total } = await store.audit.list(filterOf(filter), { limit, offset });
      reply.header('x-total-count', total);
      return rows.map(apiAuditRow);
    },
  );
}
