import {
  type ApiConnection,
  type ApiLane,
  type ConnectionPoint,
  closeCodes,
  type DropFigures,
} from '@pulsemq/protocol';
import { z } from 'zod';

export const dropFigures = z.object({
  hwm: z.int(),
  outbox_bytes: z.int(),
  outbox_total_bytes: z.int(),
  at_close: z.int(),
}) satisfies z.ZodType<DropFigures>;

const apiLane = z.object({
  lane: z.int(),
  is_bound: z.boolean(),
  on_slow: z.enum(['dropOldest', 'dropNewest', 'conflate', 'disconnect']),
  max_rate: z.number().nullable(),
  subscription_count: z.int(),
  matched_total: z.int(),
  delivered_total: z.int(),
  dropped_total: z.int(),
  conflated_total: z.int(),
  queued_messages: z.int(),
  queued_bytes: z.int(),
  lag_ms: z.number(),
  is_slow: z.boolean(),
}) satisfies z.ZodType<ApiLane>;

export const apiConnection = z
  .object({
    connection_id: z.string(),
    kind: z.enum(['session', 'plain', 'legacy']),
    user_id: z.int().nullable(),
    username: z.string().nullable(),
    address: z.string(),
    port: z.int(),
    client: z.string(),
    client_name: z.string().nullable(),
    connected_at: z.string(),
    subscriptions: z.array(z.object({ namespace: z.string(), pattern: z.string() })).readonly(),
    subscription_count: z.int(),
    lanes: z.array(apiLane).readonly().nullable(),
    msg_rate_in: z.number(),
    byte_rate_in: z.number(),
    msg_rate_out: z.number(),
    byte_rate_out: z.number(),
    msg_total_in: z.int(),
    msg_total_out: z.int(),
    byte_total_in: z.int(),
    byte_total_out: z.int(),
    queued_messages: z.int(),
    queued_bytes: z.int(),
    lag_ms: z.number(),
    drops: dropFigures,
    conflated_total: z.int(),
    is_slow: z.boolean(),
    closed_at: z.string().nullable(),
    close_code: z.enum(closeCodes).nullable(),
    close_reason: z.string().nullable(),
  })
  .meta({ id: 'ApiConnection' }) satisfies z.ZodType<ApiConnection>;

export const connectionPoint = z.object({
  ts: z.int(),
  msg_rate_in: z.number(),
  msg_rate_out: z.number(),
  queued_bytes: z.int(),
  lag_ms: z.number(),
}) satisfies z.ZodType<ConnectionPoint>;
