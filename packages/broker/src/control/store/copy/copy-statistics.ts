import type { Kysely } from 'kysely';
import { StatsSum } from '../../stats/stats-sums.js';
import { statsColumns } from '../sql/stats-columns.js';
import { statsStore } from '../sql/stats-store.js';
import type { Tables } from '../sql/tables.js';
import type { StatsRows, StatsSpan } from '../stats-rows.js';
import type { CopiedDatabase } from './copied-database.js';

const tablesOf = {
  minute: ['statsSystemMinute', 'statsTopicMinute', 'statsUserMinute'],
  hour: ['statsSystemHour', 'statsTopicHour', 'statsUserHour'],
} as const;

/** Rows that belong to one broker. */
interface OfBroker {
  readonly broker: string;
  readonly rows: StatsRows;
}

/**
 * Copies statistics, one minute or hour after the other. An SQLite file has one broker: rows of several are summed, and rows that come from
 * one get the name `broker`. Returns how many rows each span has in the target.
 */
export async function copyStatistics(
  source: CopiedDatabase,
  target: CopiedDatabase,
  broker: string,
  onRows: (span: StatsSpan, count: number) => void,
): Promise<Record<StatsSpan, number>> {
  const counts = { minute: 0, hour: 0 };
  for (const span of ['minute', 'hour'] as const) {
    for (const ts of await timesOf(source.db, span)) {
      for (const { broker: name, rows } of await rowsAt(source, target, span, ts, broker)) {
        await statsStore(target.db, name).put(span, rows);
        const count = rows.system.length + rows.topics.length + rows.users.length;
        counts[span] += count;
        onRows(span, count);
      }
    }
  }
  return counts;
}

/** Rows of all statistics of a span. */
export async function statisticsCount(db: Kysely<Tables>, span: StatsSpan): Promise<number> {
  let total = 0;
  for (const table of tablesOf[span]) {
    const { count } = await db
      .selectFrom(table as 'statsSystemMinute')
      .select((e) => e.fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow();
    total += count;
  }
  return total;
}

async function timesOf(db: Kysely<Tables>, span: StatsSpan): Promise<number[]> {
  const times = new Set<number>();
  for (const table of tablesOf[span]) {
    const rows = await db
      .selectFrom(table as 'statsSystemMinute')
      .select('ts')
      .distinct()
      .execute();
    for (const { ts } of rows) times.add(ts);
  }
  return [...times].sort((left, right) => left - right);
}

async function rowsAt(
  source: CopiedDatabase,
  target: CopiedDatabase,
  span: StatsSpan,
  ts: number,
  broker: string,
): Promise<OfBroker[]> {
  if (source.kind === 'sqlite') {
    return [{ broker: target.kind === 'sqlite' ? '' : broker, rows: await statsStore(source.db, '').at(span, ts) }];
  }
  const found: OfBroker[] = [];
  for (const name of await brokersAt(source.db, span, ts)) {
    found.push({ broker: name, rows: await statsStore(source.db, name).at(span, ts) });
  }
  if (target.kind === 'postgres') return found;
  const sum = new StatsSum(ts, 'parts');
  for (const { rows } of found) sum.add(rows);
  return [{ broker: '', rows: sum.rows() }];
}

async function brokersAt(db: Kysely<Tables>, span: StatsSpan, ts: number): Promise<string[]> {
  const names = new Set<string>();
  for (const table of tablesOf[span]) {
    const rows = await db
      .selectFrom(table as 'statsSystemMinute')
      .select('broker')
      .distinct()
      .where(statsColumns.system[0], '=', ts)
      .execute();
    for (const { broker } of rows) names.add(broker);
  }
  return [...names].sort();
}
