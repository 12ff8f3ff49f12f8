import { readI64, readU32, readU64 } from '@pulsemq/zmtp';
import { findRecord, recordEnd } from './block-records.js';
import { BuiltIndex } from './built-index.js';
import type { JournalFile } from './file-port.js';
import {
  BlockKind,
  blockHeadBytes,
  blockMaxBytes,
  decodeBlockHead,
  decodeGap,
  decodeTopics,
  type GapEntry,
  isBlockWhole,
  RecordOffset,
  recordHeadBytes,
  segmentHeadBytes,
} from './format.js';
import type { JournalRecord } from './record.js';
import { type Damage, type ScannedBlock, SegmentScan } from './scan.js';
import { blockAtOffset, type SegmentIndex, type StreamRuns } from './segment-index.js';
import type { StoredIndex } from './stored-index.js';

/** A block of messages whose checksum was good, in memory. */
interface LoadedBlock {
  readonly number: number;
  readonly records: Buffer;
}

/** Reads one segment: by its index file where that is good, else by an index that it builds from the blocks. */
export class SegmentReader {
  readonly number: number;
  readonly #file: JournalFile;
  #stored: StoredIndex | null;
  #built: BuiltIndex | null = null;
  #scan: SegmentScan | null = null;
  #loaded: LoadedBlock | null = null;
  /** By number. */
  #topics: (StreamRuns | undefined)[] | null = null;
  /** What was found damaged while the segment was scanned. */
  readonly damages: Damage[] = [];
  /** Gaps that were found while it was scanned. */
  readonly gaps: GapEntry[] = [];

  /** `stored` is its index file; null for one that has none that is good. */
  constructor(number: number, file: JournalFile, stored: StoredIndex | null) {
    this.number = number;
    this.#file = file;
    this.#stored = stored;
    if (stored === null) this.refresh();
  }

  /** It has a good index file, so it does not grow. */
  get isIndexed(): boolean {
    return this.#stored !== null;
  }

  get index(): SegmentIndex {
    return this.#stored ?? this.#built!;
  }

  /** Bytes up to the end of the last good block. */
  get bytes(): number {
    return this.#stored?.segment.bytes ?? this.#scan!.endBytes;
  }

  /** Where the checksums of its blocks begin; null when its head is damaged beyond use. */
  get seed(): number | null {
    return this.#stored?.segment.seed ?? this.#scan!.seed;
  }

  /** A damaged end, as of the last look; null without one. */
  get damagedTail(): Damage | null {
    const last = this.damages[this.damages.length - 1];
    return last?.isTail === true ? last : null;
  }

  /** Takes in blocks that were written since the last call. Does nothing where there is an index file. */
  refresh(): void {
    if (this.#stored !== null) return;
    this.#scan ??= new SegmentScan(this.#file);
    this.#built ??= new BuiltIndex();
    if (this.damagedTail !== null) this.damages.pop();
    for (const found of this.#scan.next()) {
      if (found.isDamage) this.damages.push(found);
      else this.#addBlock(this.#built, found);
    }
  }

  /** Gives up an index file that does not agree with the segment, and reads the blocks instead. */
  rebuild(): void {
    this.#stored?.close();
    this.#stored = null;
    this.#loaded = null;
    this.#topics = null;
    this.refresh();
  }

  /** The message of a stream whose record lies at an offset; undefined where the block is damaged or says otherwise. */
  recordAt(stream: StreamRuns, sequence: number, at: number): JournalRecord | undefined {
    const records = this.messagesInBlock(blockAtOffset(this.index, at));
    return records === undefined ? undefined : recordIn(records, stream, sequence);
  }

  /**
   * The records of block `number`, one after another; undefined where it is damaged. The last one is kept, because neighbours are mostly asked for
   * together; but not where `into` is given, which has room for a head and a block of the usual size: then they may lie there.
   */
  messagesInBlock(number: number, into?: Buffer): Buffer | undefined {
    if (this.#loaded?.number === number) return this.#loaded.records;
    const { seed } = this;
    if (seed === null || number < 0 || number >= this.index.blockCount) return undefined;
    const bytes = this.#blockBytes(this.index.block(number).at, into);
    if (bytes === undefined || !isBlockWhole(seed, bytes, 0, bytes.length)) return undefined;
    const records = bytes.subarray(blockHeadBytes);
    if (into === undefined) this.#loaded = { number, records };
    return records;
  }

  /**
   * The same for a block of the usual size, without blocking: its records will lie in `into`. Undefined where it is damaged or larger. The index must
   * not be given up, nor the reader closed, before it ends.
   */
  async messagesLater(number: number, into: Buffer): Promise<Buffer | undefined> {
    const { seed } = this;
    if (seed === null || number < 0 || number >= this.index.blockCount) return undefined;
    const bytes = into.subarray(0, await this.#readLater(into, this.index.block(number).at));
    const head = decodeBlockHead(bytes, 0);
    if (head === undefined || head.kind !== BlockKind.messages) return undefined;
    const end = blockHeadBytes + head.bytes;
    return end <= bytes.length && isBlockWhole(seed, bytes, 0, end) ? bytes.subarray(blockHeadBytes, end) : undefined;
  }

  /** All messages of block `number` whose topic is wanted. A damaged block has none. */
  recordsInBlock(number: number, wants: (key: string) => boolean): JournalRecord[] {
    const records = this.messagesInBlock(number);
    const found: JournalRecord[] = [];
    if (records === undefined) return found;
    for (let at = 0, end = recordEnd(records, 0); end >= 0; at = end, end = recordEnd(records, at)) {
      const stream = this.streamOf(readU32(records, at + RecordOffset.topic));
      if (stream === undefined || !wants(stream.key)) continue;
      found.push(recordOf(stream, readU64(records, at + RecordOffset.sequence), records, at, end));
    }
    return found;
  }

  /** The topic with a number in its records; undefined where no block has named it. */
  streamOf(topicNumber: number): StreamRuns | undefined {
    if (this.#built !== null && this.#stored === null) return this.#built.topic(topicNumber);
    if (this.#topics === null) {
      this.#topics = [];
      for (const stream of this.index.streams()) this.#topics[stream.topicNumber] = stream;
    }
    return this.#topics[topicNumber];
  }

  /** The gap that stands before its first message: messages that were left out just before this segment was begun. Null without one. */
  leadingGap(): GapEntry | null {
    const { seed } = this;
    if (seed === null) return null;
    const start = this.#read(segmentHeadBytes, blockHeadBytes);
    const head = decodeBlockHead(start, 0);
    if (head?.kind !== BlockKind.gap) return null;
    const bytes = this.#read(segmentHeadBytes, blockHeadBytes + head.bytes);
    if (bytes.length < blockHeadBytes + head.bytes || !isBlockWhole(seed, bytes, 0, bytes.length)) return null;
    const gap = decodeGap(bytes.subarray(blockHeadBytes));
    return typeof gap === 'string' ? null : gap;
  }

  /** Checks the whole index file, if there is one, and gives it up where it is damaged. Reads all of it. */
  checkIndex(): void {
    if (this.#stored?.isWhole() === false) this.rebuild();
  }

  close(): void {
    this.#stored?.close();
    this.#file.close();
  }

  /** Bytes of the file, fewer at its end. */
  #read(at: number, count: number): Buffer {
    const bytes = Buffer.allocUnsafe(count);
    return bytes.subarray(0, this.#file.read(bytes, at));
  }

  #readLater(into: Buffer, at: number): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#file.readLater(into, at, (error, bytes) => (error === null ? resolve(bytes) : reject(error)));
    });
  }

  #addBlock(built: BuiltIndex, block: ScannedBlock): void {
    const { kind, count, timeUs } = block.head;
    if (kind === BlockKind.messages) {
      built.addBlock(block.at, timeUs);
      indexRecords(built, block.records, block.at + blockHeadBytes);
    } else if (kind === BlockKind.topics) {
      const topics = decodeTopics(block.records, count);
      if (typeof topics !== 'string') for (const topic of topics) built.addTopic(topic);
    } else {
      const gap = decodeGap(block.records);
      if (typeof gap !== 'string') this.gaps.push(gap);
    }
  }

  /** The bytes of a block of messages at an offset; undefined where there is none. Nearly all are read with their head, in one call. */
  #blockBytes(at: number, into?: Buffer): Buffer | undefined {
    const bytes = into ?? Buffer.allocUnsafe(blockHeadBytes + blockMaxBytes);
    const readBytes = this.#file.read(bytes, at);
    const head = decodeBlockHead(bytes.subarray(0, readBytes), 0);
    if (head === undefined || head.kind !== BlockKind.messages) return undefined;
    const wholeBytes = blockHeadBytes + head.bytes;
    if (wholeBytes <= readBytes) return bytes.subarray(0, wholeBytes);
    const whole = this.#read(at, wholeBytes);
    return whole.length < wholeBytes ? undefined : whole;
  }
}

function indexRecords(built: BuiltIndex, records: Buffer, recordsAt: number): void {
  for (let at = 0, end = recordEnd(records, 0); end >= 0; at = end, end = recordEnd(records, at)) {
    const sequence = readU64(records, at + RecordOffset.sequence);
    built.addRecord(readU32(records, at + RecordOffset.topic), sequence, recordsAt + at);
  }
}

/** The message of a stream with a sequence, among the records of a block; undefined where it is not there. */
export function recordIn(records: Buffer, stream: StreamRuns, sequence: number): JournalRecord | undefined {
  const at = findRecord(records, stream.topicNumber, sequence);
  return at < 0 ? undefined : recordOf(stream, sequence, records, at, recordEnd(records, at));
}

function recordOf(
  { key, epoch }: StreamRuns,
  sequence: number,
  records: Buffer,
  at: number,
  end: number,
): JournalRecord {
  const receivedAtUs = readI64(records, at + RecordOffset.receivedUs);
  return { key, epoch, sequence, receivedAtUs, frames: records.subarray(at + recordHeadBytes, end) };
}
