import type { JournalPlace } from './place.js';
import type { Position } from './ring.js';

/** What a replay is to give: the messages of a namespace that match a pattern and are in all of the ranges. */
export interface ReplayQuery {
  readonly namespace: string;
  readonly pattern: string;
  /** Unix microseconds, included; 0 for the oldest. */
  readonly fromUs: number;
  /** Unix microseconds, not included. */
  readonly toUs: number;
  /** Of each topic, both included. */
  readonly fromSequence: number;
  readonly toSequence: number;
  /** Where an earlier replay stood, to go on behind it; null to begin. */
  readonly place: JournalPlace | null;
  /** Messages left out at the beginning: the reader has them. */
  readonly skipCount: number;
  /** It goes on with what is stored later. Else it ends with what was stored when its first page was read. */
  readonly follows: boolean;
  /** Time that the messages of one page may span, microseconds; null for no bound, and then no times are given. */
  readonly pageSpanUs: number | null;
}

/** Messages that were left out while the journal could not be written. */
export interface ReplayGapSpan {
  readonly fromUs: number;
  readonly toUs: number;
}

/** The next messages of a replay. */
export interface ReplayPage {
  /** Whole deliveries, one after another, with the bit of replayed messages. */
  readonly bytes: Uint8Array;
  readonly count: number;
  /** Where each message ends in `bytes`, and when it was received; null where no times are wanted. */
  readonly pace: { readonly ends: Uint32Array; readonly timesUs: Float64Array } | null;
  /** The text of the place behind these messages; null where there is nothing yet. */
  readonly place: string | null;
  readonly gaps: readonly ReplayGapSpan[];
  /** Retention has removed messages of before this time that belong to the replay; null where it has not. */
  readonly removedUntilUs: number | null;
  /** Nothing further is stored, or the replay is over. */
  readonly isEnd: boolean;
  /** Everything before the position that was asked for has been written, or was discarded. */
  readonly isPassed: boolean;
  /** The newest message of each stream in the page; empty unless they were asked for. */
  readonly heads: readonly StreamHead[];
  /** What went wrong; null when nothing did. */
  readonly problem: string | null;
}

/** The newest message of a stream. */
export interface StreamHead {
  /** `namespace:topic`. */
  readonly key: string;
  readonly epoch: number;
  readonly sequence: number;
}

/** What a page is asked for with. */
export interface PageRequest {
  /** Waits until everything before it has been written; null to read what is there. */
  readonly position: Position | null;
  readonly wantsHeads: boolean;
}

/** A page without messages. */
export const emptyPage: ReplayPage = {
  bytes: new Uint8Array(0),
  count: 0,
  pace: null,
  place: null,
  gaps: [],
  removedUntilUs: null,
  isEnd: false,
  isPassed: true,
  heads: [],
  problem: null,
};
