import { Readable } from 'node:stream';
import type { AuditRow } from '@pulsemq/protocol';
import { z } from 'zod';
import { nextTurn } from '../../next-turn.js';
import type { AuditFilter, AuditStore } from '../../store/store.js';
import type { AdminApp } from '../admin-app.js';
import type { AdminContext } from '../admin-context.js';
import { csvLine } from '../csv-line.js';
import { apiAuditRow, auditFilter, auditRow, filterOf } from '../schemas/audit.js';
import { refusals } from '../schemas/fields.js';
import { strictQuery } from '../schemas/strict-query.js';

/** Rows that are read from the store at once. */
const readRowCount = 1_000;

/** The audit log as a file. */
export function auditExportRoutes(app: AdminApp, { store }: AdminContext): void {
  app.get(
    '/api/audit-logs/export',
    {
      config: { access: 'administrator' },
      schema: {
        summary: 'Export all matching audit rows as a file',
        description:
          'Newest first. In CSV, a text that a spreadsheet would run as a formula begins with an apostrophe; numbers stay numbers.',
        tags: ['audit'],
        querystring: strictQuery({ ...auditFilter, format: z.enum(['csv', 'json']).default('csv') }),
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

/** Rows in pieces, so that a log of any length needs little memory and does not hold up other calls. */
async function* rowsOf(audit: AuditStore, filter: AuditFilter): AsyncGenerator<AuditRow[]> {
  let id = Number.MAX_SAFE_INTEGER;
  for (;;) {
    const rows = await audit.before(filter, id, readRowCount);
    if (rows.length === 0) return;
    yield rows.map(apiAuditRow);
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
