/** Rows of the statistics: one for each minute, and each hour, in which something happened. */

/** Time that a row covers. */
export type StatsSpan = 'minute' | 'hour';

export const spanSeconds = { minute: 60, hour: 3_600 } as const satisfies Record<StatsSpan, number>;

/** The whole broker. */
export interface SystemStatsRow {
  /** Start of the minute or hour, Unix seconds. */
  readonly ts: number;
  readonly msgCount: number;
  readonly byteCount: number;
  readonly deliveredCount: number;
  readonly deliveredBytes: number;
  readonly droppedCount: number;
  /** Highest number at one time. So are `onlineUsers` and `memoryMb`. */
  readonly connections: number;
  readonly onlineUsers: number;
  readonly authTotal: number;
  readonly authFail: number;
  readonly permDenied: number;
  /** Delays as text (`delay-text.ts`); null for none. */
  readonly publisherDelays: string | null;
  readonly brokerDelays: string | null;
  /** Highest value of the minute or hour. */
  readonly engineLoopLagMs: number;
  readonly memoryMb: number;
}

/** One topic that had messages or drops. */
export interface TopicStatsRow {
  readonly topicId: number;
  readonly ts: number;
  readonly msgCount: number;
  readonly byteCount: number;
  /** Deliveries due for its messages, one for each subscriber. All but `droppedCount` were delivered, some maybe a minute later. */
  readonly matchedCount: number;
  /** Dropped in this time. The messages may be older. */
  readonly droppedCount: number;
  /** Highest number at one time. */
  readonly subscriberCount: number;
  /** Messages whose publisher's clock was ahead of the broker's. */
  readonly aheadCount: number;
  readonly publisherDelays: string | null;
  readonly brokerDelays: string | null;
}

/** One user with an open session. */
export interface UserStatsRow {
  readonly userId: number;
  readonly ts: number;
  readonly pubCount: number;
  readonly pubBytes: number;
  readonly subCount: number;
  readonly subBytes: number;
  readonly droppedCount: number;
  readonly errorCount: number;
  /** Minutes with an open session: 1 in the row of a minute. */
  readonly onlineMinutes: number;
}

/** Rows of one time. */
export interface StatsRows {
  readonly system: readonly SystemStatsRow[];
  readonly topics: readonly TopicStatsRow[];
  readonly users: readonly UserStatsRow[];
}
