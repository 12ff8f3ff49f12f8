import type { Insertable, Kysely, Selectable } from 'kysely';
import { nextTurn } from '../../next-turn.js';
import type { StatsSpan, SystemStatsRow, TopicStatsRow, UserStatsRow } from '../stats-rows.js';
import type { StatsStore } from '../store.js';
import type { SystemStatsTable, Tables, TopicStatsTable, UserStatsTable } from './tables.js';

/** Rows of one INSERT: SQLite takes 32,766 parameters a statement, and each row here has at most 15. */
const insertRowCount = 500;

const systemOf = (row: Selectable<SystemStatsTable>): SystemStatsRow => ({
  ts: row.ts,
  msgCount: row.msg_count,
  byteCount: row.byte_count,
  deliveredCount: row.delivered_count,
  deliveredBytes: row.delivered_bytes,
  droppedCount: row.dropped_count,
  connections: row.connections,
  onlineUsers: row.online_users,
  authTotal: row.auth_total,
  authFail: row.auth_fail,
  permDenied: row.perm_denied,
  publisherDelays: row.publisher_delays,
  brokerDelays: row.broker_delays,
  engineLoopLagMs: row.engine_loop_lag_ms,
  memoryMb: row.memory_mb,
});

const systemColumns = (row: SystemStatsRow): Insertable<SystemStatsTable> => ({
  ts: row.ts,
  msg_count: row.msgCount,
  byte_count: row.byteCount,
  delivered_count: row.deliveredCount,
  delivered_bytes: row.deliveredBytes,
  dropped_count: row.droppedCount,
  connections: row.connections,
  online_users: row.onlineUsers,
  auth_total: row.authTotal,
  auth_fail: row.authFail,
  perm_denied: row.permDenied,
  publisher_delays: row.publisherDelays,
  broker_delays: row.brokerDelays,
  engine_loop_lag_ms: row.engineLoopLagMs,
  memory_mb: row.memoryMb,
});

const topicOf = (row: Selectable<TopicStatsTable>): TopicStatsRow => ({
  topicId: row.topic_id,
  ts: row.ts,
  msgCount: row.msg_count,
  byteCount: row.byte_count,
  matchedCount: row.matched_count,
  droppedCount: row.dropped_count,
  subscriberCount: row.subscriber_count,
  aheadCount: row.ahead_count,
  publisherDelays: row.publisher_delays,
  brokerDelays: row.broker_delays,
});

const topicColumns = (row: TopicStatsRow): Insertable<TopicStatsTable> => ({
  topic_id: row.topicId,
  ts: row.ts,
  msg_count: row.msgCount,
  byte_count: row.byteCount,
  matched_count: row.matchedCount,
  dropped_count: row.droppedCount,
  subscriber_count: row.subscriberCount,
  ahead_count: row.aheadCount,
  publisher_delays: row.publisherDelays,
  broker_delays: row.brokerDelays,
});

const userOf = (row: Selectable<UserStatsTable>): UserStatsRow => ({
  userId: row.user_id,
  ts: row.ts,
  pubCount: row.pub_count,
  pubBytes: row.pub_bytes,
  subCount: row.sub_count,
  subBytes: row.sub_bytes,
  droppedCount: row.dropped_count,
  errorCount: row.error_count,
  onlineMinutes: row.online_minutes,
});

const userColumns = (row: UserStatsRow): Insertable<UserStatsTable> => ({
  user_id: row.userId,
  ts: row.ts,
  pub_count: row.pubCount,
  pub_bytes: row.pubBytes,
  sub_count: row.subCount,
  sub_bytes: row.subBytes,
  dropped_count: row.droppedCount,
  error_count: row.errorCount,
  online_minutes: row.onlineMinutes,
});

// The tables of both spans have the same columns, so the type of one stands for both.
const systemTable = (span: StatsSpan) => `stats_system_${span}` as 'stats_system_minute';
const topicTable = (span: StatsSpan) => `stats_topic_${span}` as 'stats_topic_minute';
const userTable = (span: StatsSpan) => `stats_user_${span}` as 'stats_user_minute';

export function statsStore(db: Kysely<Tables>): StatsStore {
  return {
    put: async (span, { system, topics, users }) => {
      await inPieces(system, (rows) => db.replaceInto(systemTable(span)).values(rows.map(systemColumns)).execute());
      await inPieces(topics, (rows) => db.replaceInto(topicTable(span)).values(rows.map(topicColumns)).execute());
      await inPieces(users, (rows) => db.replaceInto(userTable(span)).values(rows.map(userColumns)).execute());
    },
    at: async (span, ts) => {
      const system = await db.selectFrom(systemTable(span)).selectAll().where('ts', '=', ts).execute();
      const topics = await db.selectFrom(topicTable(span)).selectAll().where('ts', '=', ts).execute();
      const users = await db.selectFrom(userTable(span)).selectAll().where('ts', '=', ts).execute();
      return { system: system.map(systemOf), topics: topics.map(topicOf), users: users.map(userOf) };
    },
    system: async (span, fromTs) => {
      const query = db.selectFrom(systemTable(span)).selectAll().where('ts', '>=', fromTs).orderBy('ts');
      return (await query.execute()).map(systemOf);
    },
    topic: async (span, topicId, fromTs) => {
      const query = db.selectFrom(topicTable(span)).selectAll().where('topic_id', '=', topicId);
      return (await query.where('ts', '>=', fromTs).orderBy('ts').execute()).map(topicOf);
    },
    lastHour: async () => {
      const newest = db.selectFrom('stats_system_hour').select('ts').orderBy('ts', 'desc').limit(1);
      return (await newest.executeTakeFirst())?.ts;
    },
    removeOldest: async (span, beforeTs) => {
      let removedCount = 0;
      for (const table of [systemTable(span), topicTable(span), userTable(span)]) {
        // The same column in all three.
        const name = table as 'stats_system_minute';
        const oldest = await db.selectFrom(name).select('ts').orderBy('ts').limit(1).executeTakeFirst();
        if (oldest === undefined || oldest.ts >= beforeTs) continue;
        const { numDeletedRows } = await db.deleteFrom(name).where('ts', '=', oldest.ts).executeTakeFirstOrThrow();
        removedCount += Number(numDeletedRows);
      }
      return removedCount;
    },
  };
}

/** Between the pieces other work of this thread goes on. */
async function inPieces<Row>(rows: readonly Row[], write: (piece: readonly Row[]) => Promise<unknown>): Promise<void> {
  for (let at = 0; at < rows.length; at += insertRowCount) {
    if (at > 0) await nextTurn();
    await write(rows.slice(at, at + insertRowCount));
  }
}
