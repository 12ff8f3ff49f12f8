import { crc32 } from 'node:zlib';
import { dataViewOf } from '@pulsemq/protocol';
import { readI64, readU32, readU64, writeI64, writeU32 } from '@pulsemq/zmtp';
import type { JournalFile } from './file-port.js';
import { type BlockPlace, lastWhere, type SegmentIndex, type SequenceRun, type StreamRuns } from './segment-index.js';

/**
 * The index file of a closed segment: a head, the directory of its streams, the places of its blocks, and the offsets of its messages. The
 * directory is read whole; of the rest, what is asked for.
 */

const indexMagic = Buffer.from('PMQJIDX1', 'latin1');
const indexVersion = 1;
/** Bytes of the head. */
export const indexHeadBytes = 64;
const blockPlaceBytes = 12;
const offsetBytes = 4;
/** Bytes of an entry of the directory before the key, and of each run after it. */
const streamHeadBytes = 18;
const runBytes = 12;

const At = {
  version: 8,
  crc: 12,
  segment: 16,
  segmentBytes: 24,
  seed: 32,
  streamCount: 36,
  blockCount: 40,
  bodyCrc: 44,
  directoryBytes: 48,
  recordCount: 52,
} as const;

/** What an index says of its segment. */
export interface IndexedSegment {
  readonly number: number;
  /** Bytes of the segment up to the end of its last good block. */
  readonly bytes: number;
  /** Where the checksums of its blocks begin. */
  readonly seed: number;
}

/** The bytes of an index file. */
export function encodeIndex({ number, bytes, seed }: IndexedSegment, index: SegmentIndex): Buffer[] {
  const streams = [...index.streams()].sort(compareStreams);
  const { directory, offsets } = encodeStreams(streams, index.recordCount);
  const blocks = encodeBlocks(index);
  const head = Buffer.alloc(indexHeadBytes);
  indexMagic.copy(head);
  writeU32(head, At.version, indexVersion);
  writeI64(head, At.segment, number);
  writeI64(head, At.segmentBytes, bytes);
  writeU32(head, At.seed, seed);
  writeU32(head, At.streamCount, streams.length);
  writeU32(head, At.blockCount, index.blockCount);
  writeU32(head, At.bodyCrc, crc32(offsets, crc32(blocks)));
  writeU32(head, At.directoryBytes, directory.length);
  writeU32(head, At.recordCount, index.recordCount);
  writeU32(head, At.crc, crcOfDirectory(head, directory));
  return [head, directory, blocks, offsets];
}

const crcOfDirectory = (head: Uint8Array, directory: Uint8Array): number =>
  crc32(directory, crc32(head.subarray(At.segment), crc32(head.subarray(0, At.crc))));

function encodeStreams(streams: readonly StreamRuns[], recordCount: number): { directory: Buffer; offsets: Buffer } {
  const offsets = Buffer.alloc(recordCount * offsetBytes);
  const table = Buffer.alloc(streams.length * 4);
  const parts: Buffer[] = [table];
  let at = table.length;
  let offsetAt = 0;
  for (const [index, stream] of streams.entries()) {
    writeU32(table, index * 4, at);
    const entry = encodeStream(stream, offsetAt / offsetBytes);
    parts.push(entry);
    at += entry.length;
    for (const run of stream.runs) offsetAt = writeOffsets(offsets, offsetAt, run);
  }
  return { directory: Buffer.concat(parts), offsets };
}

function encodeStream({ key, epoch, topicNumber, runs }: StreamRuns, offsetIndex: number): Buffer {
  const name = Buffer.from(key, 'utf8');
  const entry = Buffer.alloc(streamHeadBytes + name.length + runs.length * runBytes);
  entry.writeUInt16BE(name.length, 0);
  writeU32(entry, 2, epoch);
  writeU32(entry, 6, topicNumber);
  writeU32(entry, 10, offsetIndex);
  writeU32(entry, 14, runs.length);
  name.copy(entry, streamHeadBytes);
  let at = streamHeadBytes + name.length;
  for (const { first, count } of runs) {
    writeI64(entry, at, first);
    writeU32(entry, at + 8, count);
    at += runBytes;
  }
  return entry;
}

function writeOffsets(into: Buffer, at: number, run: SequenceRun): number {
  const offsets = run.offsets(0, run.count);
  const fields = dataViewOf(into);
  for (let index = 0; index < offsets.length; index++, at += offsetBytes) fields.setUint32(at, offsets[index]!);
  return at;
}

function encodeBlocks(index: SegmentIndex): Buffer {
  const blocks = Buffer.alloc(index.blockCount * blockPlaceBytes);
  for (let number = 0; number < index.blockCount; number++) {
    const { at, timeUs } = index.block(number);
    writeU32(blocks, number * blockPlaceBytes, at);
    writeI64(blocks, number * blockPlaceBytes + 4, timeUs);
  }
  return blocks;
}

/** By key, then by where a stream begins: its first record in the segment. */
function compareStreams(a: StreamRuns, b: StreamRuns): number {
  if (a.key !== b.key) return Buffer.compare(Buffer.from(a.key), Buffer.from(b.key));
  return a.runs[0]!.offsets(0, 1)[0]! - b.runs[0]!.offsets(0, 1)[0]!;
}

/** The index of a closed segment, as its file has it. */
export class StoredIndex implements SegmentIndex {
  readonly segment: IndexedSegment;
  readonly blockCount: number;
  readonly recordCount: number;
  readonly #file: JournalFile;
  readonly #streamCount: number;
  readonly #directory: Buffer;
  readonly #bodyCrc: number;
  #blocks: Buffer | null = null;
  #isWhole: boolean | null = null;

  private constructor(file: JournalFile, head: Buffer, directory: Buffer) {
    this.#file = file;
    this.segment = {
      number: readU64(head, At.segment),
      bytes: readU64(head, At.segmentBytes),
      seed: readU32(head, At.seed),
    };
    this.#streamCount = readU32(head, At.streamCount);
    this.blockCount = readU32(head, At.blockCount);
    this.recordCount = readU32(head, At.recordCount);
    this.#directory = directory;
    this.#bodyCrc = readU32(head, At.bodyCrc);
  }

  /** Opens an index, or says what is wrong with it. `isWholeChecked`: the offsets of messages are checked too, which reads the whole file. */
  static open(file: JournalFile, segment: number, isWholeChecked = false): StoredIndex | string {
    const head = Buffer.alloc(indexHeadBytes);
    if (file.read(head, 0) < indexHeadBytes) return 'the index is cut off';
    if (indexMagic.compare(head, 0, indexMagic.length) !== 0) return 'the index does not begin with PMQJIDX1';
    if (readU32(head, At.version) !== indexVersion) return `version ${readU32(head, At.version)} of indexes is unknown`;
    const directoryBytes = readU32(head, At.directoryBytes);
    const bodyBytes = readU32(head, At.blockCount) * blockPlaceBytes + readU32(head, At.recordCount) * offsetBytes;
    const expected = indexHeadBytes + directoryBytes + bodyBytes;
    const sizeBytes = file.sizeBytes();
    if (sizeBytes !== expected) return `the index has ${sizeBytes} bytes, its head says ${expected}`;
    const directory = Buffer.allocUnsafe(directoryBytes);
    file.read(directory, indexHeadBytes);
    if (crcOfDirectory(head, directory) !== readU32(head, At.crc)) return 'the checksum of the index is wrong';
    if (readU64(head, At.segment) !== segment) return `the index is that of segment ${readU64(head, At.segment)}`;
    const index = new StoredIndex(file, head, directory);
    if (isWholeChecked && !index.isWhole()) return 'the checksum of the offsets in the index is wrong';
    return index;
  }

  block(index: number): BlockPlace {
    this.#blocks ??= this.#read(indexHeadBytes + this.#directory.length, this.blockCount * blockPlaceBytes);
    const at = index * blockPlaceBytes;
    return { at: readU32(this.#blocks, at), timeUs: readI64(this.#blocks, at + 4) };
  }

  streamsOf(key: string): StreamRuns[] {
    const wanted = Buffer.from(key, 'utf8');
    const before = lastWhere(this.#streamCount, (index) => this.#keyOf(index).compare(wanted) < 0);
    const found: StreamRuns[] = [];
    for (let index = before + 1; index < this.#streamCount && this.#keyOf(index).equals(wanted); index++) {
      found.push(this.#stream(index));
    }
    return found;
  }

  *streams(): Generator<StreamRuns> {
    for (let index = 0; index < this.#streamCount; index++) yield this.#stream(index);
  }

  /** The places of blocks and the offsets have their checksum. Reads the whole file, once. */
  isWhole(): boolean {
    this.#isWhole ??= this.#checkBody();
    return this.#isWhole;
  }

  /** Closes its file. */
  close(): void {
    this.#file.close();
  }

  #keyOf(index: number): Buffer {
    const at = readU32(this.#directory, index * 4);
    return this.#directory.subarray(at + streamHeadBytes, at + streamHeadBytes + this.#directory.readUInt16BE(at));
  }

  #stream(index: number): StreamRuns {
    const directory = this.#directory;
    const at = readU32(directory, index * 4);
    const name = this.#keyOf(index);
    let offsetIndex = readU32(directory, at + 10);
    const runs: SequenceRun[] = [];
    let runAt = at + streamHeadBytes + name.length;
    for (let left = readU32(directory, at + 14); left > 0; left--, runAt += runBytes) {
      const count = readU32(directory, runAt + 8);
      runs.push(new StoredRun(this, readU64(directory, runAt), count, offsetIndex));
      offsetIndex += count;
    }
    return {
      key: name.toString('utf8'),
      epoch: readU32(directory, at + 2),
      topicNumber: readU32(directory, at + 6),
      runs,
    };
  }

  /** Offsets of messages by their place in the file. */
  offsetsFrom(first: number, count: number): number[] {
    const start = indexHeadBytes + this.#directory.length + this.blockCount * blockPlaceBytes;
    const bytes = this.#read(start + first * offsetBytes, count * offsetBytes);
    return Array.from({ length: count }, (_, index) => readU32(bytes, index * offsetBytes));
  }

  #checkBody(): boolean {
    const body = Buffer.allocUnsafe(this.blockCount * blockPlaceBytes + this.recordCount * offsetBytes);
    const readBytes = this.#file.read(body, indexHeadBytes + this.#directory.length);
    return readBytes === body.length && crc32(body) === this.#bodyCrc;
  }

  #read(at: number, count: number): Buffer {
    const bytes = Buffer.alloc(count);
    this.#file.read(bytes, at);
    return bytes;
  }
}

class StoredRun implements SequenceRun {
  readonly first: number;
  readonly count: number;
  readonly #index: StoredIndex;
  readonly #offsetIndex: number;

  constructor(index: StoredIndex, first: number, count: number, offsetIndex: number) {
    this.#index = index;
    this.first = first;
    this.count = count;
    this.#offsetIndex = offsetIndex;
  }

  offsets(start: number, count: number): ArrayLike<number> {
    return this.#index.offsetsFrom(this.#offsetIndex + start, Math.min(count, this.count - start));
  }
}
