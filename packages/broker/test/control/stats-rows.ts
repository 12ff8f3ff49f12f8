import type { SystemStatsRow, TopicStatsRow, UserStatsRow } from '../../src/control/store/stats-rows.js';

/** Rows of the statistics, and the times they are of. */

export const day = 86_400;
export const nowTs = (): number => Math.floor(Date.now() / 1_000);
export const hourOf = (ts: number): number => ts - (ts % 3_600);

export const systemRow = (ts: number, more: Partial<SystemStatsRow> = {}): SystemStatsRow => ({
  ts,
  msgCount: 10,
  byteCount: 100,
  deliveredCount: 20,
  deliveredBytes: 400,
  droppedCount: 1,
  connections: 3,
  onlineUsers: 2,
  authTotal: 4,
  authFail: 1,
  permDenied: 2,
  publisherDelays: null,
  brokerDelays: null,
  engineLoopLagMs: 1.5,
  memoryMb: 90,
  ...more,
});
export const topicRow = (ts: number, more: Partial<TopicStatsRow> = {}): TopicStatsRow => ({
  topicId: 1,
  ts,
  msgCount: 10,
  byteCount: 100,
  matchedCount: 20,
  droppedCount: 1,
  subscriberCount: 2,
  aheadCount: 3,
  publisherDelays: null,
  brokerDelays: null,
  ...more,
});
export const userRow = (ts: number): UserStatsRow => ({
  userId: 1,
  ts,
  pubCount: 10,
  pubBytes: 100,
  subCount: 1,
  subBytes: 2,
  droppedCount: 3,
  errorCount: 4,
  onlineMinutes: 1,
});
