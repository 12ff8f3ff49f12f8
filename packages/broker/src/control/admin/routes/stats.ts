import { z } from 'zod';
import type { AdminApp } from '../admin-app.js';
import type { AdminContext } from '../admin-context.js';
import { dropFigures } from '../schemas/connections.js';
import { page, refusals } from '../schemas/fields.js';
import { percentiles, topicFigures } from '../schemas/topics.js';

const tags = ['statistics'];

const systemFigures = z.object({
  at: z.string(),
  version: z.string(),
  uptime_seconds: z.int(),
  msg_rate: z.number(),
  msg_total: z.int(),
  byte_total: z.int(),
  delivered_total: z.int(),
  delivered_byte_total: z.int(),
  dropped_total: z.int(),
  drops: dropFigures,
  connections: z.int(),
  sessions: z.int(),
  subscribers: z.int(),
  online_users: z.int(),
  topics: z.int(),
  slow_subscribers: z.int(),
  queued_bytes: z.int(),
  auth_total: z.int(),
  auth_fail: z.int(),
  perm_denied: z.int(),
  publisher_to_broker_ms: percentiles.nullable(),
  broker_to_socket_us: percentiles.nullable(),
  engine_loop_lag_ms: z.number(),
  memory_mb: z.int(),
});

/** Figures of this moment. Reading them changes nothing. */
export function statsRoutes(app: AdminApp, { store, monitor, version }: AdminContext): void {
  app.get(
    '/api/stats/system',
    {
      config: { access: 'administrator' },
      schema: { summary: 'Figures of the whole broker', tags, response: { 200: systemFigures, ...refusals } },
    },
    async () => {
      const { counters, whole } = monitor;
      return {
        at: new Date().toISOString(),
        version,
        uptime_seconds: Math.floor(process.uptime()),
        msg_rate: monitor.messageRate,
        msg_total: counters.publishedCount,
        byte_total: counters.publishedBytes,
        delivered_total: counters.deliveredCount,
        delivered_byte_total: counters.deliveredBytes,
        dropped_total: counters.droppedCount,
        drops: {
          hwm: counters.dropped.hwm,
          outbox_bytes: counters.dropped.outboxBytes,
          outbox_total_bytes: counters.dropped.outboxTotalBytes,
          at_close: counters.dropped.atClose,
          conflated: 0,
        },
        connections: counters.connectionCount,
        sessions: counters.sessionCount,
        subscribers: counters.subscriberCount,
        online_users: new Set([...monitor.sessions.values()].map(({ userId }) => userId)).size,
        topics: counters.routeCount,
        slow_subscribers: whole?.slowSubscriberCount ?? 0,
        queued_bytes: counters.queuedBytes,
        auth_total: counters.authOkCount + counters.authFailedCount,
        auth_fail: counters.authFailedCount,
        perm_denied: counters.permissionDeniedCount,
        publisher_to_broker_ms: whole?.publishDelayMs ?? null,
        broker_to_socket_us: whole?.writeDelayUs ?? null,
        engine_loop_lag_ms: whole?.loopLagMs ?? 0,
        memory_mb: Math.round(process.memoryUsage.rss() / 1_048_576),
      };
    },
  );

  app.get(
    '/api/stats/topics',
    {
      config: { access: 'administrator' },
      schema: {
        summary: 'Figures of every topic published to, busiest first',
        tags,
        querystring: z.object({ ...page, namespace: z.string().max(100).optional() }),
        response: {
          200: z.array(topicFigures.extend({ namespace: z.string(), name: z.string() })),
          ...refusals,
        },
      },
    },
    async (request, reply) => {
      const { namespace, limit, offset } = request.query;
      const usernames = new Map((await store.users.all()).map(({ id, username }) => [id, username]));
      const found = monitor.topics.busiest().filter((one) => namespace === undefined || one.namespace === namespace);
      reply.header('x-total-count', found.length);
      return found.slice(offset, offset + limit).map((one) => ({
        namespace: one.namespace,
        name: one.topic,
        ...monitor.topics.of(one.namespace, one.topic, (id) => usernames.get(id) ?? `user_${id}`)!,
      }));
    },
  );
}
