import { z } from 'zod';
import { systemFigures as figuresNow } from '../../stats/system-figures.js';
import { UserFigures } from '../../stats/user-figures.js';
import type { AdminApp } from '../admin-app.js';
import type { AdminContext } from '../admin-context.js';
import { page, refusals } from '../schemas/fields.js';
import { topicStats, userStats } from '../schemas/history.js';
import { strictQuery } from '../schemas/strict-query.js';
import { systemFigures } from '../schemas/system-figures.js';

const tags = ['statistics'];

/** Figures of this moment. */
export function statsRoutes(app: AdminApp, context: AdminContext): void {
  addSystem(app, context);
  addTopics(app, context);
  addUsers(app, context);
}

function addSystem(app: AdminApp, { monitor, version, readiness, alerts }: AdminContext): void {
  app.get(
    '/api/stats/system',
    {
      config: { access: 'administrator' },
      schema: { summary: 'Figures of the whole broker', tags, response: { 200: systemFigures, ...refusals } },
    },
    async () => figuresNow(monitor, version, readiness.known(), alerts.firingCount),
  );
}

function addTopics(app: AdminApp, { monitor }: AdminContext): void {
  app.get(
    '/api/stats/topics',
    {
      config: { access: 'administrator' },
      schema: {
        summary: 'Figures of each topic published to since the broker started, busiest first',
        tags,
        querystring: strictQuery({ ...page, namespace: z.string().max(100).optional() }),
        response: { 200: z.array(topicStats), ...refusals },
      },
    },
    async (request, reply) => {
      const { namespace, limit, offset } = request.query;
      const found = monitor.topics.busiest().filter((one) => namespace === undefined || one.namespace === namespace);
      reply.header('x-total-count', found.length);
      return found.slice(offset, offset + limit).map((one) => ({
        id: monitor.topicIds.of(one.namespace, one.topic),
        namespace: one.namespace,
        name: one.topic,
        ...monitor.topics.figures(one, one.row!, monitor.usernameOf),
      }));
    },
  );
}

function addUsers(app: AdminApp, { store, monitor }: AdminContext): void {
  app.get(
    '/api/stats/users',
    {
      config: { access: 'administrator' },
      schema: {
        summary: 'What each user published and received since the broker started',
        description:
          'By user id. Published bytes are those of the payloads; received bytes are those of whole messages on the wire.',
        tags,
        querystring: strictQuery(page),
        response: { 200: z.array(userStats), ...refusals },
      },
    },
    async (request, reply) => {
      const { rows, total } = await store.users.list({}, request.query);
      reply.header('x-total-count', total);
      return rows.map(({ id, username }) => {
        const figures = monitor.users.totalsOf(id) ?? new UserFigures();
        const session_count = monitor.users.sessionCountOf(id);
        return {
          user_id: id,
          username,
          is_online: session_count > 0,
          session_count,
          pub_count: figures.pubCount,
          pub_bytes: figures.pubBytes,
          sub_count: figures.subCount,
          sub_bytes: figures.subBytes,
          dropped_count: figures.droppedCount,
          error_count: figures.errorCount,
        };
      });
    },
  );
}
