import { closeCodes, eventCodes, type LiveEvent, type SystemFigures } from '@pulsemq/protocol';
import { z } from 'zod';
import { dropFigures } from './connections.js';
import { problems } from './problems.js';
import { percentiles, topicStateReason } from './topics.js';

const topicId = { id: z.int().nullable(), namespace: z.string(), name: z.string() };

export const systemFigures = z
  .object({
    at: z.string(),
    version: z.string(),
    uptime_seconds: z.int(),
    problems,
    alerts: z.object({ firing: z.int() }),
    msg_rate: z.number(),
    byte_rate: z.number(),
    delivered_rate: z.number(),
    delivered_byte_rate: z.number(),
    dropped_rate: z.number(),
    msg_total: z.int(),
    byte_total: z.int(),
    delivered_total: z.int(),
    delivered_byte_total: z.int(),
    dropped_total: z.int(),
    conflated_total: z.int(),
    drops: dropFigures,
    connections: z.int(),
    sessions: z.int(),
    subscribers: z.int(),
    online_users: z.int(),
    topics: z.int(),
    stale_topics: z.int(),
    slow_subscribers: z.int(),
    queued_bytes: z.int(),
    auth_total: z.int(),
    auth_fail: z.int(),
    perm_denied: z.int(),
    publisher_to_broker_ms: percentiles.nullable(),
    broker_to_socket_us: percentiles.nullable(),
    control_loop_lag_ms: z.number(),
    engine_loop_lag_ms: z.number(),
    memory_mb: z.int(),
    cpu_percent: z.number(),
    top_topics: z.array(z.object({ ...topicId, msg_rate: z.number(), byte_rate: z.number() })).readonly(),
    slowest: z
      .array(
        z.object({
          connection_id: z.string(),
          username: z.string().nullable(),
          address: z.string(),
          lag_ms: z.number(),
          queued_bytes: z.int(),
          dropped_total: z.int(),
          is_slow: z.boolean(),
        }),
      )
      .readonly(),
    stale: z
      .array(
        z.object({
          ...topicId,
          last_published_at: z.string().nullable(),
          last_publisher: z.string().nullable(),
          stale_since: z.string(),
          reason: topicStateReason,
        }),
      )
      .readonly(),
  })
  .meta({ id: 'SystemFigures' }) satisfies z.ZodType<SystemFigures>;

export const liveEvent = z
  .object({
    id: z.int(),
    at: z.string(),
    kind: z.enum([
      'authFailed',
      'permissionDenied',
      'badBytes',
      'limitReached',
      'slowSubscriber',
      'journal',
      'drops',
      'connected',
      'disconnected',
      'topicStale',
      'internal',
    ]),
    address: z.string().nullable(),
    username: z.string().nullable(),
    connection_id: z.string().nullable(),
    code: z.enum(eventCodes),
    values: z.record(z.string(), z.union([z.string(), z.number()])),
    close_code: z.enum(closeCodes).nullable(),
    text: z.string(),
  })
  .meta({ id: 'LiveEvent' }) satisfies z.ZodType<LiveEvent>;
