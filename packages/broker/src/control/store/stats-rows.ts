/** Statistics as the store keeps them: one row for each minute, and for each hour, in which there was something. */

/** What a row stands for. */
export type StatsSpan = 'minute' | 'hour';

/** Seconds a row of each kind stands for. */
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
  /** Most at one time, as are `onlineUsers` and `memoryMb`. */
  readonly connections: number;
  readonly onlineUsers: number;
  readonly authTotal: number;
  readonly authFail: number;
  readonly permDenied: number;
  /** Delays as text (`delay-text.ts`), so that minutes add up to the percentiles of an hour; null: none. */
  readonly publisherDelays: string | null;
  readonly brokerDelays: string | null;
  /** Worst of it. */
  readonly engineLoopLagMs: number;
  readonly memoryMb: number;
}

/** One topic that was published to, or of which messages were lost. */
export interface TopicStatsRow {
  readonly topicId: number;
  readonly ts: number;
  readonly msgCount: number;
  readonly byteCount: number;
  /** Deliveries its messages were meant for. Those less `droppedCount` were delivered, maybe in the next minute. */
  readonly matchedCount: number;
  /** Lost in this time, maybe of messages of the time before. */
  readonly droppedCount: number;
  /** Most at one time. */
  readonly subscriberCount: number;
  /** Messages whose publisher's clock was ahead of ours. */
  readonly aheadCount: number;
  readonly publisherDelays: string | null;
  readonly brokerDelays: string | null;
}

/** One user who was online. */
export interface UserStatsRow {
  readonly userId: number;
  readonly ts: number;
  readonly pubCount: number;
  readonly pubBytes: number;
  readonly subCount: number;
  readonly subBytes: number;
  readonly droppedCount: number;
  readonly errorCount: number;
  /** Minutes in which there was a session: 1 in a row of a minute. */
  readonly onlineMinutes: number;
}

/** Rows of one kind together. */
export interface StatsRows {
  readonly system: readonly SystemStatsRow[];
  readonly topics: readonly TopicStatsRow[];
  readonly users: readonly UserStatsRow[];
}
