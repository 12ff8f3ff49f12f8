/**
 * Figures that the engine tells once a second. Rows of numbers in one array each, since a thousand objects would cost the engine
 * milliseconds to clone; `rowsOf` makes objects of them on the other side. Totals run since the engine started, or since the
 * connection opened.
 */

/** One row for each topic that changed. */
export const topicColumns = [
  'route',
  'sequence',
  'publishedCount',
  'publishedBytes',
  'matchedCount',
  'droppedCount',
  'subscriberCount',
  /** Unix milliseconds. */
  'lastPublishedMs',
  'publisherUserId',
  /** 1: the connection of the last publisher has closed. */
  'isStale',
  /** Publisher's clock to ours, milliseconds, over this minute; count 0 when there is nothing. */
  'publishDelayCount',
  'publishDelayP50',
  'publishDelayP95',
  'publishDelayP99',
  'publishDelayMax',
  /** Messages of this minute whose publisher's clock was ahead of ours. */
  'aheadCount',
  /** Broker's read to broker's write, microseconds, over this minute. */
  'writeDelayCount',
  'writeDelayP50',
  'writeDelayP95',
  'writeDelayP99',
  'writeDelayMax',
] as const;

/** One row for each session, and for each subscriber that is bound to none. */
export const connectionColumns = [
  /** 0 for a subscriber on its own. */
  'session',
  /** 0 for a session without one. */
  'subscriber',
  'subscriptionCount',
  'publishedCount',
  'publishedBytes',
  'errorCount',
  'deliveredCount',
  'deliveredBytes',
  'queuedCount',
  'queuedBytes',
  /** Age of the oldest message it has not been sent. */
  'lagMs',
  'isSlow',
  'droppedHwm',
  'droppedOutboxBytes',
  'droppedOutboxTotalBytes',
  'droppedAtClose',
] as const;

/** A row with its names. */
export type Row<Columns extends readonly string[]> = { [Name in Columns[number]]: number };

/** Of one second, or part of it: topics come in pieces, so that ticks go on between. */
export interface EngineReport {
  /** Counts the minutes; the delays of a row belong to this one. */
  readonly minute: number;
  readonly topics: Float64Array;
  readonly connections: Float64Array;
  /** The last piece of this second, with what concerns all. */
  readonly whole: WholeFigures | null;
}

/** Percentiles over all topics. */
export interface DelayFigures {
  readonly count: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
}

export interface WholeFigures {
  /** Of the last second. */
  readonly writeDelayUs: DelayFigures | null;
  readonly publishDelayMs: DelayFigures | null;
  /** Since the engine started: messages delayed at most `writeDelayBoundsUs`, their number and sum, for histograms. */
  readonly writeDelayCumulative: readonly number[];
  readonly writeDelayCount: number;
  readonly writeDelaySumUs: number;
  /** Worst lateness of a timer in the engine's thread in the last second. */
  readonly loopLagMs: number;
  readonly slowSubscriberCount: number;
  readonly imageBytes: number;
}

/** Upper bounds of the histogram of read-to-write delays. */
export const writeDelayBoundsUs = [
  15, 31, 63, 127, 255, 511, 1_023, 2_047, 4_095, 8_191, 16_383, 32_767, 65_535, 131_071, 262_143, 524_287, 1_048_575,
] as const;

/** The rows of an array as objects. */
export function* rowsOf<const Columns extends readonly string[]>(
  columns: Columns,
  numbers: Float64Array,
): Generator<Row<Columns>> {
  for (let at = 0; at < numbers.length; at += columns.length) {
    yield Object.fromEntries(columns.map((name, index) => [name, numbers[at + index]!])) as Row<Columns>;
  }
}
