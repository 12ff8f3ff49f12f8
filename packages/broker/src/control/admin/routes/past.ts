import type { TopicMinutes } from '@pulsemq/protocol';
import { z } from 'zod';
import type { StatsStore } from '../../store/store.js';
import type { AdminApp } from '../admin-app.js';
import type { AdminContext } from '../admin-context.js';
import { notFound } from '../api-error.js';
import { connectionPoint } from '../schemas/connections.js';
import { connectionId, idList, refusals } from '../schemas/fields.js';
import { strictQuery } from '../schemas/strict-query.js';
import { topicMinutes } from '../schemas/topics.js';

const tags = ['statistics'];

/** Topics of one call, and minutes of each. */
const topicMaxCount = 100;
const minuteCount = 30;

/** Short pasts, with which lists and live charts begin. */
export function pastRoutes(app: AdminApp, { store, monitor }: AdminContext): void {
  app.get(
    '/api/stats/topics/minutes',
    {
      config: { access: 'administrator' },
      schema: {
        summary: 'Messages of some topics in each of the last 30 minutes',
        description: 'Oldest first; the running minute is left out. An unknown topic has only zeros.',
        tags,
        querystring: strictQuery({ ids: idList(topicMaxCount) }),
        response: { 200: z.array(topicMinutes), ...refusals },
      },
    },
    async (request) => {
      const minutes: TopicMinutes[] = [];
      for (const id of request.query.ids) minutes.push(await minutesOf(store.stats, id));
      return minutes;
    },
  );

  app.get(
    '/api/stats/connections/:connection_id/history',
    {
      config: { access: 'administrator' },
      schema: {
        summary: 'Figures of one connection over the last five minutes',
        description:
          'A point every ten seconds, oldest first. Kept in memory, for as long as the connection is listed.',
        tags,
        params: z.object({ connection_id: connectionId }),
        response: { 200: z.array(connectionPoint), ...refusals },
      },
    },
    async (request) => {
      const { connection_id } = request.params;
      const points = monitor.connections.pastOf(connection_id);
      if (points === undefined) throw notFound('connection', connection_id);
      return points;
    },
  );
}

async function minutesOf(stats: StatsStore, id: number): Promise<TopicMinutes> {
  const running = Math.floor(Date.now() / 60_000) * 60;
  const fromTs = running - minuteCount * 60;
  const counts = new Array<number>(minuteCount).fill(0);
  for (const { ts, msgCount } of await stats.topic('minute', id, fromTs)) {
    const index = Math.floor((ts - fromTs) / 60);
    if (index >= 0 && index < minuteCount) counts[index] = msgCount;
  }
  return { id, msg_counts: counts };
}
