import { z } from 'zod';
import { systemFigures as figuresNow } from '../../stats/system-figures.js';
import type { AdminApp } from '../admin-app.js';
import type { AdminContext } from '../admin-context.js';
import { page, refusals } from '../schemas/fields.js';
import { systemFigures } from '../schemas/system-figures.js';
import { topicFigures } from '../schemas/topics.js';

const tags = ['statistics'];

/** Figures of this moment. Reading them changes nothing. */
export function statsRoutes(app: AdminApp, { monitor, version }: AdminContext): void {
  app.get(
    '/api/stats/system',
    {
      config: { access: 'administrator' },
      schema: { summary: 'Figures of the whole broker', tags, response: { 200: systemFigures, ...refusals } },
    },
    async () => figuresNow(monitor, version, monitor.usernameOf),
  );

  app.get(
    '/api/stats/topics',
    {
      config: { access: 'administrator' },
      schema: {
        summary: 'Figures of every topic published to, busiest first',
        tags,
        querystring: z.object({ ...page, namespace: z.string().max(100).optional() }),
        response: { 200: z.array(topicFigures.extend({ namespace: z.string(), name: z.string() })), ...refusals },
      },
    },
    async (request, reply) => {
      const { namespace, limit, offset } = request.query;
      const found = monitor.topics.busiest().filter((one) => namespace === undefined || one.namespace === namespace);
      reply.header('x-total-count', found.length);
      return found.slice(offset, offset + limit).map((one) => ({
        namespace: one.namespace,
        name: one.topic,
        ...monitor.topics.of(one.namespace, one.topic, monitor.usernameOf)!,
      }));
    },
  );
}
