import type { TopicStatuses } from './freshness.js';

/**
 * GET /api/prices?namespace=&pattern=&columns=: server-sent events `columns`, `rows`, `status` and `left_out`. First all topics that have a value, then
 * each change, at most four times a second for each topic.
 */
export interface PriceEvents {
  /** The names of all columns found, well-known ones first. It comes before the rows, and again when there are more. */
  readonly columns: { readonly columns: readonly string[] };
  readonly rows: { readonly rows: readonly PriceEventRow[] };
  /** Statuses of topics that have a row: those that say something, then each change. A topic that is deleted has no row any more. */
  readonly status: TopicStatuses;
  /** Matching topics without a row: past the limit of 5,000, or with a value past 64 KiB, or without room for it. */
  readonly left_out: { readonly count: number };
}

/** The newest value of one topic. */
export interface PriceEventRow {
  readonly topic: string;
  readonly sequence: number;
  readonly epoch: number;
  /** Unix milliseconds. */
  readonly received_at_ms: number;
  /** Updates before this one that were left out, because it replaced them. */
  readonly conflated: number;
  /** The value was there before this reader came. */
  readonly is_snapshot: boolean;
  /** By column. Empty when the payload has no columns. */
  readonly values: Readonly<Record<string, number | string | null>>;
}
