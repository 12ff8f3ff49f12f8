import type { Health } from '@pulsemq/protocol';
import { z } from 'zod';
import type { AdminApp } from '../admin-app.js';
import type { AdminContext } from '../admin-context.js';
import { refusals } from '../schemas/fields.js';

const health = z.object({
  status: z.literal('ok'),
  version: z.string(),
  uptime_seconds: z.int(),
  connections: z.int(),
  msg_rate: z.number(),
  memory_mb: z.number(),
}) satisfies z.ZodType<Health>;

/** Whether the broker is up, for load balancers and people. Needs no log-in. */
export function healthRoutes(app: AdminApp, { monitor, version }: AdminContext): void {
  app.get(
    '/health',
    {
      config: { access: 'open' },
      schema: { summary: 'Check that the broker is up', tags: ['health'], response: { 200: health, ...refusals } },
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
