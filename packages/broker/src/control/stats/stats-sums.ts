import type { StatsRows, SystemStatsRow, TopicStatsRow, UserStatsRow } from '../store/stats-rows.js';
import { DelayTextSum } from './delay-text.js';

/** Sums rows: minutes to an hour, and the parts of a minute in which the broker was restarted. */

/** How a column is combined. */
type Rule = 'sum' | 'max';

type Numbers<Row> = { [Column in keyof Row as Row[Column] extends number ? Column : never]: Row[Column] };
type Rules<Row> = Readonly<Record<Exclude<keyof Numbers<Row>, 'ts' | 'topicId' | 'userId'>, Rule>>;

const systemRules: Rules<SystemStatsRow> = {
  msgCount: 'sum',
  byteCount: 'sum',
  deliveredCount: 'sum',
  deliveredBytes: 'sum',
  droppedCount: 'sum',
  authTotal: 'sum',
  authFail: 'sum',
  permDenied: 'sum',
  connections: 'max',
  onlineUsers: 'max',
  engineLoopLagMs: 'max',
  memoryMb: 'max',
};
const topicRules: Rules<TopicStatsRow> = {
  msgCount: 'sum',
  byteCount: 'sum',
  matchedCount: 'sum',
  droppedCount: 'sum',
  aheadCount: 'sum',
  subscriberCount: 'max',
};
const userRules: Rules<UserStatsRow> = {
  pubCount: 'sum',
  pubBytes: 'sum',
  subCount: 'sum',
  subBytes: 'sum',
  droppedCount: 'sum',
  errorCount: 'sum',
  onlineMinutes: 'sum',
};

interface WithDelays {
  readonly publisherDelays: string | null;
  readonly brokerDelays: string | null;
}

/** The sum of rows about one thing: the broker, a topic or a user. */
class RowSum<Row extends { readonly ts: number }> {
  readonly #row: Row;
  readonly #rules: readonly (readonly [keyof Row, Rule])[];
  readonly #publisher = new DelayTextSum();
  readonly #broker = new DelayTextSum();

  constructor(first: Row, ts: number, rules: Rules<Row>) {
    this.#row = { ...first, ts };
    this.#rules = Object.entries(rules) as [keyof Row, Rule][];
    this.#addDelays(first);
  }

  add(row: Row): void {
    const sum = this.#row as Record<keyof Row, number>;
    for (const [column, rule] of this.#rules) {
      const number = row[column] as number;
      sum[column] = rule === 'sum' ? sum[column] + number : Math.max(sum[column], number);
    }
    this.#addDelays(row);
  }

  get row(): Row {
    if (!('brokerDelays' in this.#row)) return this.#row;
    return { ...this.#row, publisherDelays: this.#publisher.text, brokerDelays: this.#broker.text };
  }

  #addDelays(row: Row & Partial<WithDelays>): void {
    this.#publisher.add(row.publisherDelays ?? null);
    this.#broker.add(row.brokerDelays ?? null);
  }
}

/** Sums of rows, by what they are about. */
export class StatsSum {
  readonly #system = new Map<null, RowSum<SystemStatsRow>>();
  readonly #topics = new Map<number, RowSum<TopicStatsRow>>();
  readonly #users = new Map<number, RowSum<UserStatsRow>>();
  readonly #userRules: Rules<UserStatsRow>;
  /** Start of the minute or hour that the sum stands for, Unix seconds. */
  readonly #ts: number;

  /** `of`: whether the rows are parts of one minute, or the minutes of an hour. */
  constructor(ts: number, of: 'parts' | 'minutes') {
    this.#ts = ts;
    this.#userRules = of === 'parts' ? { ...userRules, onlineMinutes: 'max' } : userRules;
  }

  add({ system, topics, users }: Partial<StatsRows>): void {
    for (const row of system ?? []) this.#add(this.#system, null, row, systemRules);
    for (const row of topics ?? []) this.#add(this.#topics, row.topicId, row, topicRules);
    for (const row of users ?? []) this.#add(this.#users, row.userId, row, this.#userRules);
  }

  rows(): StatsRows {
    const rowsOf = <Row extends { readonly ts: number }>(sums: ReadonlyMap<unknown, RowSum<Row>>): Row[] =>
      [...sums.values()].map(({ row }) => row);
    return { system: rowsOf(this.#system), topics: rowsOf(this.#topics), users: rowsOf(this.#users) };
  }

  #add<Key, Row extends { readonly ts: number }>(
    sums: Map<Key, RowSum<Row>>,
    key: Key,
    row: Row,
    rules: Rules<Row>,
  ): void {
    const sum = sums.get(key);
    if (sum === undefined) sums.set(key, new RowSum(row, this.#ts, rules));
    else sum.add(row);
  }
}

/** Sums minutes of the whole broker to hours. */
export const systemHours = (minutes: readonly SystemStatsRow[]): SystemStatsRow[] =>
  byHour(minutes, (row) => ({ system: [row] })).flatMap(({ system }) => system);

/** Sums minutes of one topic to hours. */
export const topicHours = (minutes: readonly TopicStatsRow[]): TopicStatsRow[] =>
  byHour(minutes, (row) => ({ topics: [row] })).flatMap(({ topics }) => topics);

function byHour<Row extends { readonly ts: number }>(
  minutes: readonly Row[],
  as: (row: Row) => Partial<StatsRows>,
): StatsRows[] {
  const hours = new Map<number, StatsSum>();
  for (const row of minutes) {
    const ts = row.ts - (row.ts % 3_600);
    const sum = hours.get(ts) ?? new StatsSum(ts, 'minutes');
    hours.set(ts, sum);
    sum.add(as(row));
  }
  return [...hours.values()].map((sum) => sum.rows());
}
