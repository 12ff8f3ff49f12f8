/**
 * Where the messages of a segment lie. One is built while a segment is scanned or written (`built-index.ts`), another is read from the index
 * file of a closed segment (`stored-index.ts`).
 */
export interface SegmentIndex {
  readonly recordCount: number;
  readonly blockCount: number;
  /** Block `index`, from 0. */
  block(index: number): BlockPlace;
  /** The streams of a topic, in the order in which they began. */
  streamsOf(key: string): readonly StreamRuns[];
  /** All streams, in no order that means anything. */
  streams(): Iterable<StreamRuns>;
}

/** Where a block lies. */
export interface BlockPlace {
  /** Offset of its head. */
  readonly at: number;
  /** Time of its first record, Unix microseconds; never less than that of the block before. */
  readonly timeUs: number;
}

/** A stream is a topic under one epoch. */
export interface StreamRuns {
  /** `namespace:topic`. */
  readonly key: string;
  readonly epoch: number;
  /** Its number in the records of the segment. */
  readonly topicNumber: number;
  /** Ascending. Between two of them messages are missing. */
  readonly runs: readonly SequenceRun[];
}

/** Messages with contiguous sequences. */
export interface SequenceRun {
  /** Sequence of the first one. */
  readonly first: number;
  readonly count: number;
  /** Offsets of the records of `count` messages from the one at index `start` on, ascending. */
  offsets(start: number, count: number): ArrayLike<number>;
}

/** Number of the last block that begins at or before an offset. */
export function blockAtOffset(index: SegmentIndex, at: number): number {
  return lastWhere(index.blockCount, (block) => index.block(block).at <= at);
}

/** Number of the last block whose time is before this one, or 0: a message of this time cannot stand in an earlier block. */
export function blockAtTime(index: SegmentIndex, timeUs: number): number {
  return Math.max(
    0,
    lastWhere(index.blockCount, (block) => index.block(block).timeUs < timeUs),
  );
}

/** The last of `count` numbers for which `holds`, which holds up to one of them and then no more; -1 for none. */
export function lastWhere(count: number, holds: (index: number) => boolean): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (holds(middle)) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
