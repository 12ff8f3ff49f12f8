import type { BarSettings } from './bars/bar-settings.js';
import type { HistoryRefusal } from './history-refusal.js';

/** What the control plane and the process that reads history say to each other. */

/** Maximum rows of one answer. */
export const historyRowMaxCount = 1_000_000;
/** Maximum columns of one answer: payloads come from publishers, and each may have other names. */
export const historyColumnMaxCount = 1_000;
/** Cells of payloads that one answer may hold: payloads with different columns leave most of them empty, and an empty cell takes memory, too. */
export const historyCellMaxCount = 67_108_864;
/** Bytes of payload that one answer may hold. With them the process stays below its heap. */
export const historyMaxBytes = 268_435_456;

/** Formats of an answer. */
export const historyFormats = ['json', 'csv', 'arrow', 'parquet'] as const;
export type HistoryFormat = (typeof historyFormats)[number];

/** One question for history. */
export interface HistoryJob {
  /** Folder of the journal. */
  readonly folder: string;
  readonly namespace: string;
  readonly pattern: string;
  /** Unix microseconds; `fromUs` is included, `toUs` is not. */
  readonly fromUs: number;
  readonly toUs: number;
  /** Sequences, both included. */
  readonly fromSequence: number;
  readonly toSequence: number;
  /** Columns of payloads to answer, in this order; null: all. */
  readonly columns: readonly string[] | null;
  /** The bars to make of the messages; null: their rows. */
  readonly bars: BarSettings | null;
  /** Maximum rows, or bars. */
  readonly limitCount: number;
  readonly format: HistoryFormat;
}

/** What the process reports before it writes the answer to its standard output. */
export type HistoryReport =
  | {
      readonly kind: 'found';
      readonly rowCount: number;
      /** There are more rows than the limit. */
      readonly hasMore: boolean;
      /** Texts in which half a surrogate pair was replaced. */
      readonly replacedCount: number;
    }
  /** The caller must ask for something else. */
  | { readonly kind: 'refused'; readonly code: HistoryRefusal['code']; readonly text: string }
  | { readonly kind: 'failed'; readonly text: string };
