import type { Kysely } from 'kysely';
import { nextTurn } from '../../next-turn.js';
import type { StatsRows, StatsSpan } from '../stats-rows.js';
import type { StatsStore } from '../store.js';
import { statsColumns } from './stats-columns.js';
import { replaceStats } from './stats-replace.js';
import type { Tables } from './tables.js';

/** Rows of one INSERT: SQLite takes 32,766 parameters a statement, PostgreSQL 65,535, and each row here has at most 16. */
const insertRowCount = 500;

/** The tables of one span. Minutes and hours have the same columns, so the types of the minutes stand for both. */
const tablesOf = (span: StatsSpan) =>
  (span === 'minute'
    ? { system: 'statsSystemMinute', topic: 'statsTopicMinute', user: 'statsUserMinute' }
    : { system: 'statsSystemHour', topic: 'statsTopicHour', user: 'statsUserHour' }) as {
    readonly system: 'statsSystemMinute';
    readonly topic: 'statsTopicMinute';
    readonly user: 'statsUserMinute';
  };

/** Statistics of one broker. Only `removeOldest` is about those of all. */
export function statsStore(db: Kysely<Tables>, broker: string): StatsStore {
  const system = (span: StatsSpan) =>
    db.selectFrom(tablesOf(span).system).select(statsColumns.system).where('broker', '=', broker);
  const topics = (span: StatsSpan) =>
    db.selectFrom(tablesOf(span).topic).select(statsColumns.topic).where('broker', '=', broker);
  const users = (span: StatsSpan) =>
    db.selectFrom(tablesOf(span).user).select(statsColumns.user).where('broker', '=', broker);
  return {
    put: async (span, rows) => {
      const replace = replaceStats(db, broker);
      const tables = tablesOf(span);
      await inPieces(rows.system, (piece) => replace('system', tables.system, piece));
      await inPieces(rows.topics, (piece) => replace('topic', tables.topic, piece));
      await inPieces(rows.users, (piece) => replace('user', tables.user, piece));
    },
    at: async (span, ts): Promise<StatsRows> => ({
      system: await system(span).where('ts', '=', ts).execute(),
      topics: await topics(span).where('ts', '=', ts).execute(),
      users: await users(span).where('ts', '=', ts).execute(),
    }),
    system: (span, fromTs) => system(span).where('ts', '>=', fromTs).orderBy('ts').execute(),
    topic: (span, topicId, fromTs) =>
      topics(span).where('topicId', '=', topicId).where('ts', '>=', fromTs).orderBy('ts').execute(),
    lastHour: async (beforeTs) => {
      const newest = system('hour').where('ts', '<', beforeTs).orderBy('ts', 'desc').limit(1);
      return (await newest.executeTakeFirst())?.ts;
    },
    removeOldest: async (span, beforeTs) => {
      let removedCount = 0;
      for (const table of Object.values(tablesOf(span))) {
        const oldest = await db.selectFrom(table).select('ts').orderBy('ts').limit(1).executeTakeFirst();
        if (oldest === undefined || oldest.ts >= beforeTs) continue;
        const { numDeletedRows } = await db.deleteFrom(table).where('ts', '=', oldest.ts).executeTakeFirstOrThrow();
        removedCount += Number(numDeletedRows);
      }
      return removedCount;
    },
  };
}

/** Lets other work of this thread run between the pieces. */
async function inPieces<Row>(rows: readonly Row[], write: (piece: readonly Row[]) => Promise<unknown>): Promise<void> {
  for (let at = 0; at < rows.length; at += insertRowCount) {
    if (at > 0) await nextTurn();
    await write(rows.slice(at, at + insertRowCount));
  }
}
