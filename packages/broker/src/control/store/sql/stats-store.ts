import type { Kysely } from 'kysely';
import { nextTurn } from '../../next-turn.js';
import type { StatsSpan } from '../stats-rows.js';
import type { StatsStore } from '../store.js';
import type { Tables } from './tables.js';

/** Rows of one INSERT: SQLite takes 32,766 parameters a statement, and each row here has at most 15. */
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

export function statsStore(db: Kysely<Tables>): StatsStore {
  return {
    put: async (span, { system, topics, users }) => {
      const tables = tablesOf(span);
      await inPieces(system, (rows) => db.replaceInto(tables.system).values(rows).execute());
      await inPieces(topics, (rows) => db.replaceInto(tables.topic).values(rows).execute());
      await inPieces(users, (rows) => db.replaceInto(tables.user).values(rows).execute());
    },
    at: async (span, ts) => {
      const tables = tablesOf(span);
      return {
        system: await db.selectFrom(tables.system).selectAll().where('ts', '=', ts).execute(),
        topics: await db.selectFrom(tables.topic).selectAll().where('ts', '=', ts).execute(),
        users: await db.selectFrom(tables.user).selectAll().where('ts', '=', ts).execute(),
      };
    },
    system: (span, fromTs) =>
      db.selectFrom(tablesOf(span).system).selectAll().where('ts', '>=', fromTs).orderBy('ts').execute(),
    topic: (span, topicId, fromTs) => {
      const rows = db.selectFrom(tablesOf(span).topic).selectAll().where('topicId', '=', topicId);
      return rows.where('ts', '>=', fromTs).orderBy('ts').execute();
    },
    lastHour: async (beforeTs) => {
      const newest = db
        .selectFrom('statsSystemHour')
        .select('ts')
        .where('ts', '<', beforeTs)
        .orderBy('ts', 'desc')
        .limit(1);
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
