import { readCheckpoint, removeCheckpoint, type TopicHead } from './checkpoint.js';
import { segmentName, segmentNumbers } from './file-names.js';
import type { JournalFiles } from './file-port.js';
import type { LogStart } from './journal-log.js';
import { openIndex } from './newest-message.js';
import type { JournalRecord } from './record.js';
import type { ClosedSegment } from './retention.js';
import type { SequenceRun, StreamRuns } from './segment-index.js';
import { SegmentReader } from './segment-reader.js';
import { writeIndexFile } from './segment-writer.js';

/** What a start finds in the folder of a journal. */
export interface Recovered {
  /** Where the log goes on. */
  readonly start: LogStart;
  /** The last stop was clean: epochs and sequences go on. */
  readonly isClean: boolean;
  /** The topics, each with the last message that is there, in the order in which these lie on disk. */
  readonly heads: Iterable<RecoveredHead>;
  /** What the operator should know, such as a torn end that was cut. */
  readonly notes: readonly string[];
}

/** Where a topic stood. */
export interface RecoveredHead extends TopicHead {
  /** Its last message; null when it is not wanted, or is not the one with this sequence. */
  readonly record: JournalRecord | null;
}

/**
 * Brings the folder of a journal into order after a stop of any kind: removes files that are not whole, cuts torn ends, and writes indexes
 * that are missing or damaged. `wantsValue` says by `namespace:topic` whose last message is to be read.
 */
export function recover(files: JournalFiles, wantsValue: (key: string) => boolean): Recovered {
  const notes: string[] = [];
  removeUnfinished(files);
  const checkpoint = readCheckpoint(files);
  const segments = segmentNumbers(files.list()).flatMap((number) => repair(files, number, notes) ?? []);
  const lastNumber = segments[segments.length - 1]?.number ?? 0;
  const isClean = checkpoint !== undefined && checkpoint.lastSegment >= lastNumber;
  removeCheckpoint(files);
  const found = lastPlaces(segments);
  const heads = isClean
    ? checkpoint.heads
    : [...found].map(([key, { epoch, sequence }]) => ({ key, epoch, sequence, goesOn: false }));
  const closed = segments.map(closedOf);
  return {
    start: {
      nextSegment: Math.max(lastNumber, checkpoint?.lastSegment ?? 0) + 1,
      lastUs: closed.reduce((last, { lastUs }) => Math.max(last, lastUs), 0),
      closed,
    },
    isClean,
    heads: withRecords(heads, found, wantsValue, segments),
    notes,
  };
}

function removeUnfinished(files: JournalFiles): void {
  const names = new Set(files.list());
  for (const name of names) {
    const isOrphan = name.endsWith('.pmqi') && !names.has(name.replace(/\.pmqi$/, '.pmqj'));
    if (name.endsWith('.part') || isOrphan) files.remove(name);
  }
}

/** The reader of a segment that has a good index now; undefined when nothing of it can be used, and it was removed. */
function repair(files: JournalFiles, number: number, notes: string[]): SegmentReader | undefined {
  const file = files.open(segmentName(number));
  const index = openIndex(files, number);
  if (typeof index !== 'string' && index.segment.bytes <= file.sizeBytes())
    return new SegmentReader(number, file, index);
  const reader = new SegmentReader(number, file, null);
  for (const { at, end, isTail, reason } of reader.damages) {
    notes.push(`segment ${number}: ${end - at} bytes at ${at} are ${isTail ? 'cut off' : 'left out'}: ${reason}`);
  }
  if (reader.index.recordCount === 0 && reader.gaps.length === 0) {
    reader.close();
    files.remove(segmentName(number));
    return undefined;
  }
  if (reader.damagedTail !== null) {
    file.truncate(reader.bytes);
    file.sync();
  }
  writeIndexFile(files, { number, bytes: reader.bytes, seed: reader.seed! }, reader.index);
  return reader;
}

function closedOf({ number, bytes, index }: SegmentReader): ClosedSegment {
  return { number, bytes, lastUs: index.blockCount === 0 ? 0 : index.block(index.blockCount - 1).timeUs };
}

/** Where the last message of a topic lies. */
interface LastPlace {
  readonly segment: SegmentReader;
  readonly stream: StreamRuns;
  readonly epoch: number;
  readonly sequence: number;
  readonly at: number;
}

/** By `namespace:topic`. The newest segment that has a topic has its last message. */
function lastPlaces(segments: readonly SegmentReader[]): Map<string, LastPlace> {
  const places = new Map<string, LastPlace>();
  for (const segment of segments.toReversed()) {
    const known = new Set(places.keys());
    for (const stream of segment.index.streams()) {
      if (known.has(stream.key)) continue;
      const run = stream.runs[stream.runs.length - 1]!;
      const at = run.offsets(run.count - 1, 1)[0]!;
      const other = places.get(stream.key);
      if (other !== undefined && other.at > at) continue;
      places.set(stream.key, { segment, stream, epoch: stream.epoch, sequence: lastOf(run), at });
    }
  }
  return places;
}

const lastOf = ({ first, count }: SequenceRun): number => first + count - 1;

/** Heads in the order of their places, so that a block is read once for all topics whose last message is in it. Closes the segments at its end. */
function* withRecords(
  heads: readonly TopicHead[],
  found: ReadonlyMap<string, LastPlace>,
  wantsValue: (key: string) => boolean,
  segments: readonly SegmentReader[],
): Generator<RecoveredHead> {
  const placed: { head: TopicHead; place: LastPlace }[] = [];
  for (const head of heads) {
    const place = found.get(head.key);
    const isLast = place !== undefined && place.epoch === head.epoch && place.sequence === head.sequence;
    if (isLast && wantsValue(head.key)) placed.push({ head, place });
    else yield { ...head, record: null };
  }
  placed.sort((a, b) => a.place.segment.number - b.place.segment.number || a.place.at - b.place.at);
  for (const { head, place } of placed) {
    yield { ...head, record: place.segment.recordAt(place.stream, place.sequence, place.at) ?? null };
  }
  for (const segment of segments) segment.close();
}
