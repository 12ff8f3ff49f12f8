import { indexName, segmentName, segmentNumbers } from './file-names.js';
import type { JournalFile, JournalFiles } from './file-port.js';
import type { JournalRecord } from './record.js';
import { blockAtTime, type SequenceRun } from './segment-index.js';
import { SegmentReader } from './segment-reader.js';
import { readStream } from './segment-stream.js';
import { StoredIndex } from './stored-index.js';

/** Where a reader opens its files. `NodeFiles` with `openReadOnly` for one that may not write. */
export type ReadableFiles = Pick<JournalFiles, 'list' | 'open'>;

/** What of a stream a journal has. */
export interface StreamRange {
  readonly epoch: number;
  /** Sequence of the oldest message. */
  readonly first: number;
  /** Sequence of the newest one. */
  readonly last: number;
}

/** Messages of one stream: sequences `from` to `to`, both included. */
export interface StreamQuery {
  readonly key: string;
  readonly epoch: number;
  readonly from: number;
  readonly to: number;
  /** At most this many messages. */
  readonly maxCount: number;
  /** Not more bytes of frames than this, but at least one message. */
  readonly maxBytes: number;
}

/** Messages of a time, of all topics that are wanted, in the order in which the broker accepted them. */
export interface TimeQuery {
  /** Unix microseconds, included. */
  readonly fromUs: number;
  /** Unix microseconds, not included. */
  readonly toUs: number;
  /** Says by `namespace:topic` whether a topic is wanted. */
  wants(key: string): boolean;
}

/**
 * Reads a journal, also one that a broker writes at this moment. It writes nothing. Blocks that are damaged, and those that are not whole yet,
 * are left out: every message it gives has a good checksum.
 *
 * What it knows is as of the last `refresh`.
 */
export class JournalReader {
  readonly #files: ReadableFiles;
  /** Ascending by number. */
  #segments: SegmentReader[] = [];

  constructor(files: ReadableFiles) {
    this.#files = files;
    this.refresh();
  }

  /** Takes in segments and blocks that are new, and lets go of segments that were removed. After an error it has those that it had. */
  refresh(): void {
    const numbers = segmentNumbers(this.#files.list());
    const known = new Map(this.#segments.map((segment) => [segment.number, segment]));
    const segments: SegmentReader[] = [];
    for (const number of numbers) {
      const segment = known.get(number) ?? this.#open(number);
      known.delete(number);
      if (segment === undefined) continue;
      segment.refresh();
      segments.push(segment);
    }
    this.#segments = segments;
    for (const gone of known.values()) gone.close();
  }

  /** The segments, oldest first. */
  get segments(): readonly SegmentReader[] {
    return this.#segments;
  }

  /** Every `namespace:topic` that has messages, each once. */
  keys(): Set<string> {
    const keys = new Set<string>();
    for (const { index } of this.#segments) for (const { key } of index.streams()) keys.add(key);
    return keys;
  }

  /** The streams of a topic, oldest first. */
  streamsOf(key: string): StreamRange[] {
    const ranges: { epoch: number; first: number; last: number }[] = [];
    for (const { index } of this.#segments) {
      for (const { epoch, runs } of index.streamsOf(key)) {
        const last = lastOf(runs[runs.length - 1]!);
        const known = ranges.find((range) => range.epoch === epoch);
        if (known === undefined) ranges.push({ epoch, first: runs[0]!.first, last });
        else known.last = last;
      }
    }
    return ranges;
  }

  /** Messages of one stream, ascending by sequence. Those that are not there are left out. */
  read({ key, epoch, from, to, maxCount, maxBytes }: StreamQuery): JournalRecord[] {
    const records: JournalRecord[] = [];
    let bytes = 0;
    for (const record of this.#stream(key, epoch, from, to)) {
      bytes += record.frames.length;
      if (records.length > 0 && bytes > maxBytes) break;
      records.push(record);
      if (records.length >= maxCount) break;
    }
    return records;
  }

  /** The newest message of a stream; undefined when it has none that is good. */
  last(key: string, epoch: number): JournalRecord | undefined {
    for (const segment of this.#segments.toReversed()) {
      const stream = segment.index.streamsOf(key).find((one) => one.epoch === epoch);
      if (stream === undefined) continue;
      const sequence = lastOf(stream.runs[stream.runs.length - 1]!);
      for (const record of readStream(segment, epoch, key, sequence, sequence)) return record;
    }
    return undefined;
  }

  /** Sequence of the first message of a stream that was received at a time, Unix microseconds, or later; past its last one when all are older. */
  sequenceSince(key: string, epoch: number, timeUs: number): number {
    const stream = timeUs <= 0 ? undefined : this.streamsOf(key).find((one) => one.epoch === epoch);
    if (stream === undefined) return 0;
    let [low, high] = [stream.first, stream.last + 1];
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      // A hole counts as the message behind it.
      const [record] = this.read({ key, epoch, from: middle, to: high - 1, maxCount: 1, maxBytes: 0 });
      if (record !== undefined && record.receivedAtUs < timeUs) low = record.sequence + 1;
      else high = middle;
    }
    return low;
  }

  /** Messages of a time. Segments without a topic that is wanted are not read. Each message keeps the block that it lies in, up to 64 KiB or its own size: copy the frames of those that you keep for long. */
  *scan({ fromUs, toUs, wants }: TimeQuery): Generator<JournalRecord> {
    for (const segment of this.#segments) {
      const { index } = segment;
      if (!hasTopic(index.streams(), wants)) continue;
      for (let block = blockAtTime(index, fromUs); block < index.blockCount; block++) {
        if (index.block(block).timeUs >= toUs && !isBefore(segment, block, toUs)) break;
        for (const record of segment.recordsInBlock(block, wants)) {
          if (record.receivedAtUs >= fromUs && record.receivedAtUs < toUs) yield record;
        }
      }
    }
  }

  close(): void {
    for (const segment of this.#segments) segment.close();
    this.#segments = [];
  }

  *#stream(key: string, epoch: number, from: number, to: number): Generator<JournalRecord> {
    for (const segment of this.#segments) yield* readStream(segment, epoch, key, from, to);
  }

  /** Undefined for a segment that was removed since its name was read. */
  #open(number: number): SegmentReader | undefined {
    const file = this.#openFile(segmentName(number));
    return file && new SegmentReader(number, file, this.#openIndex(number));
  }

  #openIndex(number: number): StoredIndex | null {
    const file = this.#openFile(indexName(number));
    if (file === undefined) return null;
    const index = StoredIndex.open(file, number);
    if (typeof index !== 'string') return index;
    file.close();
    return null;
  }

  #openFile(name: string): JournalFile | undefined {
    try {
      return this.#files.open(name);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  }
}

/**
 * A block has a message of before this time. The time of a block may be later than that of its messages: that of a segment's first one is when
 * the segment was created.
 */
function isBefore(segment: SegmentReader, block: number, timeUs: number): boolean {
  for (const { receivedAtUs } of segment.recordsInBlock(block, () => true)) if (receivedAtUs < timeUs) return true;
  return false;
}

function hasTopic(streams: Iterable<{ readonly key: string }>, wants: (key: string) => boolean): boolean {
  for (const { key } of streams) if (wants(key)) return true;
  return false;
}

const lastOf = ({ first, count }: SequenceRun): number => first + count - 1;
