import type { StatsRows, SystemStatsRow, TopicStatsRow, UserStatsRow } from '../store/stats-rows.js';
import { joinedDelayText } from './delay-text.js';

/** Adding up rows: minutes to an hour, and what was written of a minute before a restart to what came after. */

function systemSum(one: SystemStatsRow, other: SystemStatsRow): SystemStatsRow {
  return {
    ts: one.ts,
    msgCount: one.msgCount + other.msgCount,
    byteCount: one.byteCount + other.byteCount,
    deliveredCount: one.deliveredCount + other.deliveredCount,
    deliveredBytes: one.deliveredBytes + other.deliveredBytes,
    droppedCount: one.droppedCount + other.droppedCount,
    connections: Math.max(one.connections, other.connections),
    onlineUsers: Math.max(one.onlineUsers, other.onlineUsers),
    authTotal: one.authTotal + other.authTotal,
    authFail: one.authFail + other.authFail,
    permDenied: one.permDenied + other.permDenied,
    publisherDelays: joinedDelayText(one.publisherDelays, other.publisherDelays),
    brokerDelays: joinedDelayText(one.brokerDelays, other.brokerDelays),
    engineLoopLagMs: Math.max(one.engineLoopLagMs, other.engineLoopLagMs),
    memoryMb: Math.max(one.memoryMb, other.memoryMb),
  };
}

function topicSum(one: TopicStatsRow, other: TopicStatsRow): TopicStatsRow {
  return {
    topicId: one.topicId,
    ts: one.ts,
    msgCount: one.msgCount + other.msgCount,
    byteCount: one.byteCount + other.byteCount,
    matchedCount: one.matchedCount + other.matchedCount,
    droppedCount: one.droppedCount + other.droppedCount,
    subscriberCount: Math.max(one.subscriberCount, other.subscriberCount),
    aheadCount: one.aheadCount + other.aheadCount,
    publisherDelays: joinedDelayText(one.publisherDelays, other.publisherDelays),
    brokerDelays: joinedDelayText(one.brokerDelays, other.brokerDelays),
  };
}

const userSum =
  (isSameMinute: boolean) =>
  (one: UserStatsRow, other: UserStatsRow): UserStatsRow => ({
    userId: one.userId,
    ts: one.ts,
    pubCount: one.pubCount + other.pubCount,
    pubBytes: one.pubBytes + other.pubBytes,
    subCount: one.subCount + other.subCount,
    subBytes: one.subBytes + other.subBytes,
    droppedCount: one.droppedCount + other.droppedCount,
    errorCount: one.errorCount + other.errorCount,
    onlineMinutes: isSameMinute
      ? Math.max(one.onlineMinutes, other.onlineMinutes)
      : one.onlineMinutes + other.onlineMinutes,
  });

/** Rows that are added up by whom or what they are about. */
export class StatsSum {
  #system: SystemStatsRow | null = null;
  readonly #topics = new Map<number, TopicStatsRow>();
  readonly #users = new Map<number, UserStatsRow>();
  readonly #userSum: ReturnType<typeof userSum>;
  /** What the sum stands for, Unix seconds. */
  readonly #ts: number;

  /** `of`: parts of the same minute, or the minutes of an hour. */
  constructor(ts: number, of: 'parts' | 'minutes') {
    this.#ts = ts;
    this.#userSum = userSum(of === 'parts');
  }

  add({ system, topics, users }: StatsRows): void {
    const ts = this.#ts;
    for (const row of system) this.#system = this.#system === null ? { ...row, ts } : systemSum(this.#system, row);
    for (const row of topics) {
      const sum = this.#topics.get(row.topicId);
      this.#topics.set(row.topicId, sum === undefined ? { ...row, ts } : topicSum(sum, row));
    }
    for (const row of users) {
      const sum = this.#users.get(row.userId);
      this.#users.set(row.userId, sum === undefined ? { ...row, ts } : this.#userSum(sum, row));
    }
  }

  rows(): StatsRows {
    const system = this.#system === null ? [] : [this.#system];
    return { system, topics: [...this.#topics.values()], users: [...this.#users.values()] };
  }
}

/** Minutes of the whole broker as hours. */
export const systemHours = (minutes: readonly SystemStatsRow[]): SystemStatsRow[] =>
  byHour(minutes, (sum, row) => sum.add({ system: [row], topics: [], users: [] })).flatMap(({ system }) => system);

/** Minutes of one topic as hours. */
export const topicHours = (minutes: readonly TopicStatsRow[]): TopicStatsRow[] =>
  byHour(minutes, (sum, row) => sum.add({ system: [], topics: [row], users: [] })).flatMap(({ topics }) => topics);

function byHour<Row extends { readonly ts: number }>(
  minutes: readonly Row[],
  add: (sum: StatsSum, row: Row) => void,
): StatsRows[] {
  const hours = new Map<number, StatsSum>();
  for (const row of minutes) {
    const ts = row.ts - (row.ts % 3_600);
    const sum = hours.get(ts) ?? new StatsSum(ts, 'minutes');
    hours.set(ts, sum);
    add(sum, row);
  }
  return [...hours.values()].map((sum) => sum.rows());
}
