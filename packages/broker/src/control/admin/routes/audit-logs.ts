import { Readable } from 'node:stream';
import type { AuditRow } from '@pulsemq/protocol';
import { z } from 'zod';
import { nextTurn } from '../../next-turn.js';
import type { AuditLogRow } from '../../store/rows.js';
import type { AuditFilter, AuditStore } from '../../store/store.js';
import type { AdminApp } from '../admin-app.js';
import type { AdminContext } from '../admin-context.js';
import { csvLine } from '../csv-line.js';
import { page, refusals, timeFrom, timeTo } from '../schemas/fields.js';

const text = z.string().max(200).optional();
const tags = ['audit'];
/** Rows that are read from the store at once while all are written out. */
const exportRowCount = 1_000;

const auditRow = z
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

const filters = {
  op_type: text,
  operator: text,
  target: text,
  namespace: text,
  result: text,
  from: timeFrom.optional(),
  to: timeTo.optional(),
};

const filterOf = ({ op_type, ...rest }: z.output<z.ZodObject<typeof filters>>): AuditFilter => ({
  ...rest,
  opType: op_type,
});

/** Who did what, from where, and what came of it. */
export function auditRoutes(app: AdminApp, { store }: AdminContext): void {
  app.get(
    '/api/audit-logs',
    {
      config: { access: 'administrator' },
      schema: {
        summary: 'List audit rows, newest first',
        description:
          'Texts match whole values; `from` and `to` are included, and a date stands for its whole day in UTC.',
        tags,
        querystring: z.object({ ...page, ...filters }),
        response: { 200: z.array(auditRow), ...refusals },
      },
    },
    async (request, reply) => {
      const { limit, offset, ...filter } = request.query;
      const { rows, total } = await store.audit.list(filterOf(filter), { limit, offset });
      reply.header('x-total-count', total);
      return rows.map(apiRow);
    },
  );

  app.get(
    '/api/audit-logs/export',
    {
      config: { access: 'administrator' },
      schema: {
        summary: 'All audit rows that match, as a file',
        description:
          'Newest first. In CSV a text that a spreadsheet would take for a formula begins with an apostrophe.',
        tags,
        querystring: z.object({ ...filters, format: z.enum(['csv', 'json']).default('csv') }),
        response: {
          200: {
            description: 'The file',
            content: { 'text/csv': { schema: z.any() }, 'application/json': { schema: z.any() } },
          },
          ...refusals,
        },
      },
    },
    async (request, reply) => {
      const { format, ...filter } = request.query;
      const lines = format === 'csv' ? csvLines : jsonLines;
      return reply
        .type(format === 'csv' ? 'text/csv; charset=utf-8' : 'application/json; charset=utf-8')
        .header('content-disposition', `attachment; filename="pulsemq-audit.${format}"`)
        .send(Readable.from(lines(store.audit, filterOf(filter))));
    },
  );
}

/** Rows in pieces, so that a log of any length is written without being held and without holding others up. */
async function* rowsOf(audit: AuditStore, filter: AuditFilter): AsyncGenerator<AuditRow[]> {
  let id = Number.MAX_SAFE_INTEGER;
  for (;;) {
    const rows = await audit.before(filter, id, exportRowCount);
    if (rows.length === 0) return;
    yield rows.map(apiRow);
    id = rows.at(-1)!.id;
    await nextTurn();
  }
}

async function* csvLines(audit: AuditStore, filter: AuditFilter): AsyncGenerator<string> {
  yield csvLine(Object.keys(auditRow.shape));
  for await (const rows of rowsOf(audit, filter)) yield rows.map((row) => csvLine(Object.values(row))).join('');
}

async function* jsonLines(audit: AuditStore, filter: AuditFilter): AsyncGenerator<string> {
  let before = '[\n';
  for await (const rows of rowsOf(audit, filter)) {
    yield before + rows.map((row) => JSON.stringify(row)).join(',\n');
    before = ',\n';
  }
  yield before === '[\n' ? '[]\n' : '\n]\n';
}

const apiRow = (row: AuditLogRow): AuditRow => ({
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
