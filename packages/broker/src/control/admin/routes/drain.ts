import { z } from 'zod';
import type { AdminApp } from '../admin-app.js';
import type { AdminContext } from '../admin-context.js';
import { callerOf } from '../caller.js';
import { refusals } from '../schemas/fields.js';
import { requireSuperAdmin } from '../super-admins.js';

/** Longest time that clients may be given, seconds. */
const withinMaxSeconds = 3_600;

/** The orderly end of a broker whose clients have others. */
export function drainRoutes(app: AdminApp, { drain }: AdminContext): void {
  app.post(
    '/api/drain',
    {
      config: { access: 'administrator', audit: { opType: 'broker.drain', targetType: 'broker' } },
      // Before the body is looked at: its errors are for callers who may drain.
      preValidation: async (request) => requireSuperAdmin(callerOf(request).user, 'drain a broker'),
      schema: {
        summary: 'Let the clients move to other brokers, and end',
        description:
          'For a super_admin. The broker accepts no new connection and says DRAIN; clients that know another broker move there. It ends when no session is left, or after `within_s` seconds.',
        tags: ['settings'],
        body: z.strictObject({ within_s: z.int().min(0).max(withinMaxSeconds).default(30) }),
        response: { 202: z.object({ status: z.literal('draining'), within_s: z.int() }), ...refusals },
      },
    },
    async (request, reply) => {
      const { within_s } = request.body;
      request.audit.after = { within_s };
      // After the answer: the end of the broker closes this connection.
      reply.raw.once('finish', () => drain(within_s * 1_000));
      return reply.status(202).send({ status: 'draining', within_s });
    },
  );
}
