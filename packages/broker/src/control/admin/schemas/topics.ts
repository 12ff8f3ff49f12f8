import type { ApiTopic, Percentiles, TopicFigures } from '@pulsemq/protocol';
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
    is_stale: z.boolean(),
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
    live: topicFigures.nullable(),
  })
  .meta({ id: 'ApiTopic' }) satisfies z.ZodType<ApiTopic>;
