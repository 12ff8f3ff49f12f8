/**
 * Figures that the engine reports once a second: rows of numbers in one array, since cloning a thousand objects would cost the engine
 * milliseconds. `rowsOf` makes objects of them on the other side. Totals run since the engine started, or since the connection opened.
 */

/** One row for each topic that changed. */
export const topicColumns = [
  'route',
  'sequence',
  'publishedCount',
  'publishedBytes',
  'matchedCount',
  'droppedCount',
  'conflatedCount',
  'subscriberCount',
  /** Unix milliseconds. */
  'lastPublishedMs',
  'publisherUserId',
  /** 1: every session that published to it lately has ended. */
  'isPublisherGone',
  /** Messages since the last report whose publisher's clock was ahead of ours. */
  'aheadCount',
  /** Publisher's clock to ours, milliseconds, since the last report; the buckets stand in `delays`. */
  'publishDelayBuckets',
  'publishDelaySum',
  'publishDelayMax',
  /** Broker's read to broker's write, microseconds, since the last report; the buckets stand in `delays`. */
  'writeDelayBuckets',
  'writeDelaySum',
  'writeDelayMax',
] as const;

/** One row for each session, and for each subscriber without a session. */
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
  /** Age of the oldest message that waits. */
  'lagMs',
  'isSlow',
  /** Messages that it was meant to get: delivered, dropped and conflated ones, and those that wait. */
  'matchedCount',
  /** Updates that newer ones replaced before they were delivered. */
  'conflatedCount',
  'droppedHwm',
  'droppedOutboxBytes',
  'droppedOutboxTotalBytes',
  'droppedAtClose',
] as const;

/** A row with its names. */
export type Row<Columns extends readonly string[]> = { [Name in Columns[number]]: number };

/** The figures of one second, or a part of them: topics come in pieces, so that ticks go on between. */
export interface EngineReport {
  /** The Unix second in which the reported time began. */
  readonly second: number;
  readonly topics: Float64Array;
  /**
   * Pairs of bucket and count, for each topic in the order of `topics`: as many as its `publishDelayBuckets` says, then as many
   * as its `writeDelayBuckets` says.
   */
  readonly delays: Uint32Array;
  readonly connections: Float64Array;
  /** Figures of the whole engine; only in the last piece of a second. */
  readonly whole: WholeFigures | null;
}

export interface WholeFigures {
  /** Worst lateness of a timer in the engine's thread in the last second. */
  readonly loopLagMs: number;
  readonly slowSubscriberCount: number;
  readonly imageBytes: number;
}

/** The rows of an array as objects. */
export function* rowsOf<const Columns extends readonly string[]>(
  columns: Columns,
  numbers: Float64Array,
): Generator<Row<Columns>> {
  for (let at = 0; at < numbers.length; at += columns.length) {
    const row: Record<string, number> = {};
    for (let index = 0; index < columns.length; index++) row[columns[index]!] = numbers[at + index]!;
    yield row as Row<Columns>;
  }
}
