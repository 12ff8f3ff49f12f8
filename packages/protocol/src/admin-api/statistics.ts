import type { AlertFigures } from './alerts.js';
import type { DropFigures } from './connections.js';
import type { TopicStateReason } from './freshness.js';
import type { BrokerProblem } from './health.js';
import type { Percentiles, TopicFigures } from './topics.js';

/** GET /api/stats/system; also the `snapshot` event of GET /api/stream, once a second */
export interface SystemFigures {
  readonly at: string;
  readonly version: string;
  readonly uptime_seconds: number;
  /** What keeps the broker from doing all of its work; empty when nothing does. */
  readonly problems: readonly BrokerProblem[];
  readonly alerts: AlertFigures;
  readonly msg_rate: number;
  readonly byte_rate: number;
  readonly delivered_rate: number;
  readonly delivered_byte_rate: number;
  readonly dropped_rate: number;
  readonly msg_total: number;
  readonly byte_total: number;
  readonly delivered_total: number;
  readonly delivered_byte_total: number;
  readonly dropped_total: number;
  readonly drops: DropFigures;
  /** Updates that newer ones of their topic replaced before they were delivered. */
  readonly conflated_total: number;
  readonly connections: number;
  readonly sessions: number;
  readonly subscribers: number;
  readonly online_users: number;
  readonly topics: number;
  /** Topics that are stale by their freshness rules. */
  readonly stale_topics: number;
  readonly slow_subscribers: number;
  readonly queued_bytes: number;
  readonly auth_total: number;
  readonly auth_fail: number;
  readonly perm_denied: number;
  /** Percentiles of the last second, as are those of `broker_to_socket_us`. Those of a topic cover a minute. */
  readonly publisher_to_broker_ms: Percentiles | null;
  readonly broker_to_socket_us: Percentiles | null;
  /** Longest delay of a timer in the thread during the last second, milliseconds. */
  readonly control_loop_lag_ms: number;
  readonly engine_loop_lag_ms: number;
  readonly memory_mb: number;
  readonly cpu_percent: number;
  /** Busiest first, at most 10. */
  readonly top_topics: readonly TopicRate[];
  /** Largest lag first, at most 10. */
  readonly slowest: readonly SlowConnection[];
  /** Longest stale first, at most 10. */
  readonly stale: readonly StaleTopic[];
}

/** Rate of one topic. `id` is null until the topic is stored. */
export interface TopicRate {
  readonly id: number | null;
  readonly namespace: string;
  readonly name: string;
  readonly msg_rate: number;
  readonly byte_rate: number;
}

/** A subscriber connection that lags. */
export interface SlowConnection {
  readonly connection_id: string;
  readonly username: string | null;
  readonly address: string;
  readonly lag_ms: number;
  readonly queued_bytes: number;
  readonly dropped_total: number;
  readonly is_slow: boolean;
}

/** A topic that is stale by its rule. */
export interface StaleTopic {
  readonly id: number | null;
  readonly namespace: string;
  readonly name: string;
  /** Null, as is `last_publisher`, when nothing was published to it since the broker started. */
  readonly last_published_at: string | null;
  readonly last_publisher: string | null;
  readonly stale_since: string;
  readonly reason: TopicStateReason;
}

/** GET /api/stats/system/history?range=5m|1h|8h|7d: one point per second for 5m, per minute for 1h and 8h, per hour for 7d */
export interface SystemPoint {
  /** Start of the second, minute or hour, Unix seconds. */
  readonly ts: number;
  readonly msg_count: number;
  readonly byte_count: number;
  readonly delivered_count: number;
  readonly delivered_bytes: number;
  readonly dropped_count: number;
  /** Largest value in the period, as are `online_users`, `engine_loop_lag_ms` and `memory_mb`. */
  readonly connections: number;
  readonly online_users: number;
  readonly auth_total: number;
  readonly auth_fail: number;
  readonly perm_denied: number;
  readonly publisher_p50_ms: number | null;
  readonly publisher_p99_ms: number | null;
  readonly broker_p50_us: number | null;
  readonly broker_p95_us: number | null;
  readonly broker_p99_us: number | null;
  readonly broker_max_us: number | null;
  readonly engine_loop_lag_ms: number;
  readonly memory_mb: number;
}

/** Values of `range` for histories. Those of topics do not have `5m`. */
export const historyRanges = ['5m', '1h', '8h', '7d'] as const;
/** One of the ranges. */
export type HistoryRange = (typeof historyRanges)[number];

/** GET /api/stats/topics/{id}/history?range=1h|8h|7d */
export interface TopicPoint {
  readonly ts: number;
  readonly msg_count: number;
  readonly byte_count: number;
  /**
   * Deliveries of the period's messages, minus messages dropped in the period. Negative if more messages of earlier periods were
   * dropped than new ones came.
   */
  readonly delivered_count: number;
  readonly dropped_count: number;
  readonly subscriber_count: number;
  readonly publisher_p50_ms: number | null;
  readonly publisher_p99_ms: number | null;
  readonly broker_p50_us: number | null;
  readonly broker_p99_us: number | null;
  readonly broker_max_us: number | null;
}

/** GET /api/stats/topics?namespace=&limit=&offset= */
export interface TopicStats extends TopicFigures {
  readonly id: number | null;
  readonly namespace: string;
  readonly name: string;
}

/** GET /api/stats/users?limit=&offset=: totals since the broker started. `pub_bytes` counts payloads, `sub_bytes` bytes on the wire. */
export interface UserStats {
  readonly user_id: number;
  readonly username: string;
  readonly is_online: boolean;
  readonly session_count: number;
  readonly pub_count: number;
  readonly pub_bytes: number;
  readonly sub_count: number;
  readonly sub_bytes: number;
  readonly dropped_count: number;
  readonly error_count: number;
}
