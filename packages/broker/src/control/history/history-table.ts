import type { JournalRecord } from '../../journal/record.js';
import type { Cells } from './columns/cells.js';

/** A column of an answer. */
export interface TableColumn {
  readonly name: string;
  /** The cells of all rows; null when no row has one. */
  readonly cells: Cells | null;
  /** Its numbers are float64, also where all of them are whole. */
  readonly isFloat: boolean;
}

/** Collects messages for an answer: as rows, or as bars. */
export interface HistoryTable {
  /** Rows of the answer. */
  readonly rowCount: number;
  /** There are more rows than the limit. */
  readonly hasMore: boolean;
  /** Texts in which half a surrogate pair was replaced, because UTF-8 cannot hold it. */
  readonly replacedCount: number;
  /** Adds a message. False when the answer is full: no further message can change it. Throws a HistoryRefusal. */
  add(record: JournalRecord): boolean;
  /** Throws a HistoryRefusal when the messages that were added do not have what was asked for. */
  check(): void;
  columns(): readonly TableColumn[];
  /** The table as an Arrow IPC stream, in pieces. */
  arrowPieces(): readonly Uint8Array[];
}
