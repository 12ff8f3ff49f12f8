import { historyRanges, type SystemPoint, type TopicPoint, type TopicStats, type UserStats } from '@pulsemq/protocol';
import { z } from 'zod';
import { topicFigures } from './topics.js';

export const systemRange = z.enum(historyRanges).default('1h');
/** Without `5m`: the broker keeps no seconds of single topics. */
export const topicRange = z.enum(['1h', '8h', '7d']).default('1h');

const count = z.int();
const delay = z.number().nullable();

export const systemPoint = z.object({
  ts: count,
  msg_count: count,
  byte_count: count,
  delivered_count: count,
  delivered_bytes: count,
  dropped_count: count,
  connections: count,
  online_users: count,
  auth_total: count,
  auth_fail: count,
  perm_denied: count,
  publisher_p50_ms: delay,
  publisher_p99_ms: delay,
  broker_p50_us: delay,
  broker_p95_us: delay,
  broker_p99_us: delay,
  broker_max_us: delay,
  engine_loop_lag_ms: z.number(),
  memory_mb: count,
}) satisfies z.ZodType<SystemPoint>;

export const topicPoint = z.object({
  ts: count,
  msg_count: count,
  byte_count: count,
  delivered_count: count,
  dropped_count: count,
  subscriber_count: count,
  publisher_p50_ms: delay,
  publisher_p99_ms: delay,
  broker_p50_us: delay,
  broker_p99_us: delay,
  broker_max_us: delay,
}) satisfies z.ZodType<TopicPoint>;

export const topicStats = topicFigures.extend({
  id: z.int().nullable(),
  namespace: z.string(),
  name: z.string(),
}) satisfies z.ZodType<TopicStats>;

export const userStats = z.object({
  user_id: count,
  username: z.string(),
  is_online: z.boolean(),
  session_count: count,
  pub_count: count,
  pub_bytes: count,
  sub_count: count,
  sub_bytes: count,
  dropped_count: count,
  error_count: count,
}) satisfies z.ZodType<UserStats>;
