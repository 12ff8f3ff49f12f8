/** A file of the journal. */
export interface JournalSegment {
  readonly number: number;
  readonly bytes: number;
  /** When it was begun; null for a file whose head cannot be read. */
  readonly begun_at: string | null;
  readonly written_at: string;
  /** The broker writes to it. */
  readonly is_open: boolean;
}

/** What the journal has done since the broker started. */
export interface JournalTotals {
  readonly stored_total: number;
  /** Messages that were delivered and not stored, because the journal could not be written. */
  readonly discarded_total: number;
  /** Bytes of accepted messages that are not written yet. */
  readonly waiting_bytes: number;
  /** It cannot be written at this moment. */
  readonly is_suspended: boolean;
}

/** GET /api/journal */
export interface JournalState {
  /** Namespaces that keep history. */
  readonly namespaces: readonly string[];
  readonly folder: string;
  readonly fsync: 'none' | 'interval' | 'always';
  readonly sync_interval_ms: number;
  /** Past it the oldest segment is removed. */
  readonly max_bytes: number;
  readonly max_age_hours: number;
  /** Bytes of all segments. */
  readonly bytes: number;
  readonly segment_count: number;
  /** Null while no namespace keeps history. */
  readonly totals: JournalTotals | null;
  /** Newest first, at most 1,000. */
  readonly segments: readonly JournalSegment[];
}

/** Bytes of a segment that do not form a valid block. */
export interface JournalDamage {
  readonly from_byte: number;
  readonly to_byte: number;
  /** No good block follows: a write that was cut off, or one that is under way. */
  readonly is_end: boolean;
  readonly reason: string;
}

/** GET /api/journal/segments/{number}/check */
export interface JournalCheck {
  readonly number: number;
  readonly message_count: number;
  readonly damages: readonly JournalDamage[];
  /** Messages that were delivered and not stored, because the journal could not be written. */
  readonly missing_total: number;
  /** What is wrong with its index; null where it is right, and where the segment is still written. */
  readonly index_problem: string | null;
}
