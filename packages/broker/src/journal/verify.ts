import { indexName, segmentName, segmentNumbers } from './file-names.js';
import type { JournalFiles } from './file-port.js';
import type { GapEntry } from './format.js';
import type { Damage } from './scan.js';
import type { SegmentIndex, StreamRuns } from './segment-index.js';
import { SegmentReader } from './segment-reader.js';
import { StoredIndex } from './stored-index.js';

/** What was found in one segment. */
export interface SegmentFinding {
  readonly segment: number;
  /** Bytes up to the end of its last good block. */
  readonly bytes: number;
  readonly messageCount: number;
  readonly blockCount: number;
  /** Bytes that do not form a valid block. The end of the segment that a broker writes now may be among them. */
  readonly damages: readonly Damage[];
  /** Messages that were left out while the journal could not be written. */
  readonly gaps: readonly GapEntry[];
  /** What is wrong with its index file; null when it is right, `missing` when there is none. */
  readonly indexProblem: string | null;
}

/** Reads every byte of a journal, one segment at a time. Writes nothing. */
export function* verify(files: Pick<JournalFiles, 'list' | 'open'>): Generator<SegmentFinding> {
  const names = new Set(files.list());
  for (const segment of segmentNumbers([...names])) yield verifySegment(files, segment, names);
}

/** Reads every byte of one segment, which is among the names. Writes nothing. */
export function verifySegment(
  files: Pick<JournalFiles, 'open'>,
  segment: number,
  names: ReadonlySet<string>,
): SegmentFinding {
  const reader = new SegmentReader(segment, files.open(segmentName(segment)), null);
  try {
    const { bytes, damages, gaps, index } = reader;
    const indexProblem = names.has(indexName(segment)) ? checkIndex(files, segment, reader) : 'missing';
    const { recordCount: messageCount, blockCount } = index;
    return { segment, bytes, messageCount, blockCount, damages, gaps, indexProblem };
  } finally {
    reader.close();
  }
}

function checkIndex(
  files: Pick<JournalFiles, 'open'>,
  segment: number,
  { index, bytes, seed }: SegmentReader,
): string | null {
  const file = files.open(indexName(segment));
  try {
    const stored = StoredIndex.open(file, segment, true);
    if (typeof stored === 'string') return stored;
    if (stored.segment.seed !== seed) return 'the index was made for another file';
    if (stored.segment.bytes !== bytes)
      return `the index covers ${stored.segment.bytes} bytes, the segment has ${bytes}`;
    return isSame(stored, index) ? null : 'the index does not agree with the blocks';
  } finally {
    file.close();
  }
}

function isSame(stored: SegmentIndex, built: SegmentIndex): boolean {
  if (stored.recordCount !== built.recordCount || stored.blockCount !== built.blockCount) return false;
  for (const stream of built.streams()) {
    const other = stored.streamsOf(stream.key).find(({ epoch }) => epoch === stream.epoch);
    if (other === undefined || textOf(other) !== textOf(stream)) return false;
  }
  return true;
}

const textOf = ({ topicNumber, runs }: StreamRuns): string =>
  `${topicNumber} ${runs.map((run) => `${run.first} ${Array.from(run.offsets(0, run.count)).join()}`).join(' ')}`;
