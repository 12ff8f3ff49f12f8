import type { Config } from '../config/config-schema.js';

/** How long rows are kept, and how many topics get one: settings of `monitoring`, as they are at the moment of the call. */
export type StatsSettings = () => Pick<
  Config['monitoring'],
  | 'minute_stats_retention_days'
  | 'hour_stats_retention_days'
  | 'audit_retention_days'
  | 'cleanup_interval_sec'
  | 'stats_topics'
>;
