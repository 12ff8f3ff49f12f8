import { z } from 'zod';
import { systemHistory, topicHistory } from '../../stats/history.js';
import type { AdminApp } from '../admin-app.js';
import type { AdminContext } from '../admin-context.js';
import { existingTopic } from '../lookups.js';
import { idParams, refusals } from '../schemas/fields.js';
import { systemPoint, systemRange, topicPoint, topicRange } from '../schemas/history.js';
import { strictQuery } from '../schemas/strict-query.js';

const tags = ['statistics'];

/** Figures over time. */
export function historyRoutes(app: AdminApp, { store, monitor }: AdminContext): void {
  app.get(
    '/api/stats/system/history',
    {
      config: { access: 'administrator' },
      schema: {
        summary: 'Figures of the whole broker over time',
        description:
          'Oldest first. Seconds for `5m`, which are lost when the broker stops; minutes for `1h` and `8h`; hours for `7d`. ' +
          'A time in which the broker did not run has no point.',
        tags,
        querystring: strictQuery({ range: systemRange }),
        response: { 200: z.array(systemPoint), ...refusals },
      },
    },
    async (request) => systemHistory(store.stats, monitor.recorder, request.query.range),
  );

  app.get(
    '/api/stats/topics/:id/history',
    {
      config: { access: 'administrator' },
      schema: {
        summary: 'Figures of one topic over time',
        description:
          'Oldest first. Minutes for `1h` and `8h`, hours for `7d`. A time without a message and without a drop has no point.',
        tags,
        params: idParams,
        querystring: strictQuery({ range: topicRange }),
        response: { 200: z.array(topicPoint), ...refusals },
      },
    },
    async (request) => {
      const { id } = await existingTopic(store.topics, request.params.id);
      return topicHistory(store.stats, id, request.query.range);
    },
  );
}
