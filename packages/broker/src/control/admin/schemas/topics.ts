import type {
  ApiTopic,
  Percentiles,
  TopicCondition,
  TopicFigures,
  TopicMinutes,
  TopicStateReason,
  TopicValues,
} from '@pulsemq/protocol';
import { z } from 'zod';

export const percentiles = z
  .object({
    count: z.int(),
    p50: z.number(),
    p95: z.number(),
    p99: z.number(),
    max: z.number(),
  })
  .meta({ id: 'Percentiles' }) satisfies z.ZodType<Percentiles>;

export const topicStateReason = z
  .enum(['silent', 'publisher_gone', 'never_started', 'outside_hours'])
  .nullable() satisfies z.ZodType<TopicStateReason>;

/** Whether a topic is fresh. */
export const topicCondition = {
  is_stale: z.boolean(),
  state: z.enum(['live', 'stale']),
  publisher: z.enum(['present', 'gone']),
  stale_since: z.string().nullable(),
  reason: topicStateReason,
} satisfies Record<keyof TopicCondition, z.ZodType>;

export const topicFigures = z
  .object({
    epoch: z.int(),
    sequence: z.int(),
    msg_total: z.int(),
    byte_total: z.int(),
    delivered_total: z.int(),
    dropped_total: z.int(),
    conflated_total: z.int(),
    msg_rate: z.number(),
    byte_rate: z.number(),
    subscriber_count: z.int(),
    last_published_at: z.string(),
    last_publisher: z.string(),
    ...topicCondition,
    latency: z.object({
      publisher_to_broker_ms: percentiles.nullable(),
      publisher_clock_ahead_count: z.int(),
      broker_to_socket_us: percentiles.nullable(),
    }),
  })
  .meta({ id: 'TopicFigures' }) satisfies z.ZodType<TopicFigures>;

export const apiTopic = z
  .object({
    id: z.int(),
    namespace_id: z.int(),
    namespace: z.string(),
    name: z.string(),
    created_by: z.string(),
    created_at: z.string(),
    ...topicCondition,
    live: topicFigures.nullable(),
  })
  .meta({ id: 'ApiTopic' }) satisfies z.ZodType<ApiTopic>;

export const topicValues = z.object({
  id: z.int(),
  sequence: z.int(),
  epoch: z.int(),
  received_at_ms: z.int(),
  values: z.record(z.string(), z.union([z.number(), z.string()]).nullable()),
}) satisfies z.ZodType<TopicValues>;

export const topicMinutes = z.object({
  id: z.int(),
  msg_counts: z.array(z.int()).readonly(),
}) satisfies z.ZodType<TopicMinutes>;
