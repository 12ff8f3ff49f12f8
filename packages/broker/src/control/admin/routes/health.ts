import type { Health, Ready } from '@pulsemq/protocol';
import { z } from 'zod';
import type { AdminApp } from '../admin-app.js';
import type { AdminContext } from '../admin-context.js';
import { refusals } from '../schemas/fields.js';
import { problems } from '../schemas/problems.js';

const health = z.object({
  status: z.literal('ok'),
  version: z.string(),
  uptime_seconds: z.int(),
  connections: z.int(),
  msg_rate: z.number(),
  memory_mb: z.number(),
}) satisfies z.ZodType<Health>;

const ready = z.object({ status: z.enum(['ready', 'not ready']), problems }) satisfies z.ZodType<Ready>;

/** Whether the broker lives, and whether it can do all of its work. Needs no log-in. */
export function healthRoutes(app: AdminApp, context: AdminContext): void {
  addHealth(app, context);
  addReady(app, context);
}

function addHealth(app: AdminApp, { monitor, version }: AdminContext): void {
  app.get(
    '/health',
    {
      config: { access: 'open' },
      schema: {
        summary: 'Check that the broker lives',
        description:
          'Answers at once, from memory: it asks neither the engine nor the store. Restart a broker that does not answer. `/ready` says whether it can do all of its work.',
        tags: ['health'],
        response: { 200: health, ...refusals },
      },
    },
    async () => ({
      status: 'ok' as const,
      version,
      uptime_seconds: Math.floor(process.uptime()),
      connections: monitor.counters.sessionCount,
      msg_rate: monitor.rates.published,
      memory_mb: monitor.process.memoryMb,
    }),
  );
}

function addReady(app: AdminApp, { readiness }: AdminContext): void {
  app.get(
    '/ready',
    {
      config: { access: 'open' },
      schema: {
        summary: 'Check that the broker can do all of its work',
        description:
          'The engine answered within a second, both ports listen, and the store can be written. 503 lists what is wrong: `ENGINE_SILENT`, `STORE_LOCKED`, `STORE_FULL`, `STORE_READ_ONLY`, `STORE_AWAY` or `STORE_FAILED`. Messages flow while only the store is in trouble.',
        tags: ['health'],
        response: {
          200: ready,
          503: { description: 'Not ready', content: { 'application/json': { schema: ready } } },
          500: refusals[500],
        },
      },
    },
    async (_request, reply) => {
      const found = await readiness.check();
      if (found.length === 0) return { status: 'ready' as const, problems: [] };
      return reply.status(503).send({ status: 'not ready' as const, problems: found });
    },
  );
}
