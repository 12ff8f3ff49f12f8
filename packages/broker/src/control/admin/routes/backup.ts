import { z } from 'zod';
import type { AdminApp } from '../admin-app.js';
import type { AdminContext } from '../admin-context.js';
import { ApiError } from '../api-error.js';
import { callerOf } from '../caller.js';
import { refusals } from '../schemas/fields.js';
import { requireSuperAdmin } from '../super-admins.js';

/** The whole database as a file. */
export function backupRoutes(app: AdminApp, { backups }: AdminContext): void {
  app.addHook('preClose', async () => backups?.stop());
  app.post(
    '/api/backup',
    {
      config: { access: 'administrator', audit: { opType: 'backup.create', targetType: 'database' }, refuses: [409] },
      schema: {
        summary: 'Make a backup of the database',
        description:
          'For a super_admin. Users, grants, namespaces, topics, settings, rules, webhooks, audit log and statistics as of one moment, while the broker runs. The file has hashes and secrets; "pulsemq restore" checks it and puts it in place. A large database takes some time before the first byte.',
        tags: ['settings'],
        response: {
          200: { description: 'The file', content: { 'application/octet-stream': { schema: z.any() } } },
          ...refusals,
        },
      },
    },
    async (request, reply) => {
      requireSuperAdmin(callerOf(request).user, 'make a backup');
      if (backups === null) {
        throw new ApiError(
          409,
          'NO_DATABASE_FILE',
          'the database is a PostgreSQL server: make its backup with pg_dump',
        );
      }
      const { socket } = request.raw;
      const silenceMs = socket.timeout ?? 0;
      // While the copy is made nothing is sent, and the connection must not be closed for its silence.
      socket.setTimeout(0);
      const { header, bytes, stream } = await backups.make().finally(() => socket.setTimeout(silenceMs));
      request.audit.after = header;
      const day = header.created_at.slice(0, 10);
      return reply
        .type('application/octet-stream')
        .header('content-length', bytes)
        .header('content-disposition', `attachment; filename="pulsemq-${day}.backup"`)
        .send(stream);
    },
  );
}
