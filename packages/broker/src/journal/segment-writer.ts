import { randomBytes } from 'node:crypto';
import { dataViewOf } from '@pulsemq/protocol';
import { readI64, readU32 } from '@pulsemq/zmtp';
import { BuiltIndex } from './built-index.js';
import { indexName, segmentName, unfinishedName } from './file-names.js';
import type { JournalFile, JournalFiles } from './file-port.js';
import {
  BlockKind,
  blockHeadBytes,
  blockMaxBytes,
  encodeBlockHead,
  encodeGap,
  encodeSegmentHead,
  encodeTopics,
  type GapEntry,
  RecordOffset,
  recordHeadBytes,
  segmentHeadBytes,
  type TopicEntry,
} from './format.js';
import type { SegmentIndex } from './segment-index.js';
import { encodeIndex, type IndexedSegment } from './stored-index.js';
import type { SyncQueue } from './sync-queue.js';

const twoTo32 = 0x1_0000_0000;

/** Gets what a sync, or the work after it, has thrown. */
type Failed = (error: unknown) => void;

/** Finds the topic of a number that records name. */
export type TopicLookup = (number: number) => TopicEntry;

/**
 * Writes one segment: splits records into blocks, names each topic in a block before its first message, and keeps the index. Each call
 * of `write` is one write of the file, whatever number of blocks it has. After a call that throws, abandon it: what it wrote may be cut off.
 */
export class SegmentWriter {
  readonly number: number;
  readonly createdUs: number;
  readonly #files: JournalFiles;
  readonly #file: JournalFile;
  readonly #topicOf: TopicLookup;
  readonly #seed: number;
  readonly #index = new BuiltIndex();
  #bytes = segmentHeadBytes;
  #blockCount = 0;
  #timeUs: number;
  #isSynced = false;
  #isClosed = false;
  /** Syncs of its file that have not ended: the file stays open until then. */
  #syncCount = 0;
  // What the present call of `write` has put together.
  #pieces: Uint8Array[] = [];
  #piecesBytes = 0;

  /** Creates the file. `timeUs` is the time of the last block before it, or now. */
  constructor(files: JournalFiles, number: number, timeUs: number, topicOf: TopicLookup) {
    this.#files = files;
    this.number = number;
    this.createdUs = timeUs;
    this.#timeUs = timeUs;
    this.#topicOf = topicOf;
    const head = encodeSegmentHead(number, timeUs, randomBytes(8));
    this.#seed = readU32(head, 12);
    this.#file = files.create(segmentName(number));
    try {
      this.#file.write([head], 0);
      files.syncFolder();
    } catch (error) {
      this.#file.close();
      throw error;
    }
  }

  /** Bytes of the file. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Time of the last block, Unix microseconds. */
  get timeUs(): number {
    return this.#timeUs;
  }

  get recordCount(): number {
    return this.#index.recordCount;
  }

  /** Writes records, one after another in [start, end) of `buf`. */
  write(buf: Buffer, start: number, end: number): void {
    for (let at = start; at < end; ) at = this.#addBlock(buf, at, end);
    this.#commit();
  }

  /** Writes that messages were left out. */
  writeGap(gap: GapEntry): void {
    const record = encodeGap(gap);
    this.#add(BlockKind.gap, [record], record.length, 1, gap.to_us);
    this.#commit();
  }

  /** Makes everything that was written durable. */
  sync(): void {
    if (this.#isSynced) return;
    this.#file.sync();
    this.#isSynced = true;
  }

  /** Makes durable what was written so far, without waiting for it. */
  syncLater(queue: SyncQueue, failed: Failed): void {
    if (!this.#isSynced) this.#queueSync(queue, () => {}, failed);
  }

  /** Syncs it, writes its index and closes it. */
  close(): void {
    try {
      this.sync();
      writeIndexFile(this.#files, this.#indexed, this.#index);
    } finally {
      this.#closeFile();
    }
  }

  /** The same without waiting for the syncs. Nothing may be written to it after this. */
  closeLater(queue: SyncQueue, failed: Failed): void {
    this.#queueSync(queue, () => queueIndexFile(queue, this.#files, this.#indexed, this.#index, failed), failed);
    this.#closeFile();
  }

  /** Closes the file as it is, after a write or a `close` that failed. Its index is built when the journal is opened next. */
  abandon(): void {
    this.#closeFile();
  }

  get #indexed(): IndexedSegment {
    return { number: this.number, bytes: this.#bytes, seed: this.#seed };
  }

  #queueSync(queue: SyncQueue, synced: () => void, failed: Failed): void {
    this.#syncCount++;
    queue.add(this.#file, (error) => {
      this.#syncCount--;
      settle(error, synced, failed);
      if (this.#isClosed) settle(null, () => this.#closeUnused(), failed);
    });
  }

  /** Once: the system may have given the number of a closed file to another one. */
  #closeFile(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#closeUnused();
  }

  /** A sync that is under way needs the file. */
  #closeUnused(): void {
    if (this.#syncCount === 0) this.#file.close();
  }

  /** Puts as many records into a block as it may have; returns the offset after them. */
  #addBlock(buf: Buffer, start: number, end: number): number {
    const timeUs = readI64(buf, start + RecordOffset.receivedUs);
    const blockAt = this.#bytes + this.#piecesBytes;
    const { at, count } = this.#indexBlock(dataViewOf(buf), start, end, blockAt + blockHeadBytes);
    if (count === 0) {
      this.#addTopics(this.#newTopics(buf, start, end), timeUs);
      return start;
    }
    this.#add(BlockKind.messages, [buf.subarray(start, at)], at - start, count, timeUs);
    this.#index.addBlock(blockAt, this.#timeUs);
    return at;
  }

  /**
   * Indexes the records of one block, which lie in the segment from `recordsAt` on: up to its limit, or up to the first one whose topic has not been
   * named yet. One pass, because every message passes here.
   */
  #indexBlock(fields: DataView, start: number, end: number, recordsAt: number): { at: number; count: number } {
    let at = start;
    let count = 0;
    while (at < end) {
      const next = at + recordHeadBytes + fields.getUint32(at + RecordOffset.bytes);
      if (count > 0 && next - start > blockMaxBytes) break;
      const high = fields.getUint32(at + RecordOffset.sequence);
      const sequence = high * twoTo32 + fields.getUint32(at + RecordOffset.sequence + 4);
      const topicNumber = fields.getUint32(at + RecordOffset.topic);
      if (!this.#index.addRecord(topicNumber, sequence, recordsAt + at - start)) break;
      at = next;
      count++;
    }
    return { at, count };
  }

  /** The topics of the next records, as many as a block may have, that have not been named yet. */
  #newTopics(buf: Buffer, start: number, end: number): TopicEntry[] {
    const topics = new Map<number, TopicEntry>();
    for (let at = start; at < end && at - start < blockMaxBytes; ) {
      const topicNumber = readU32(buf, at + RecordOffset.topic);
      const isNamed = this.#index.topic(topicNumber) !== undefined || topics.has(topicNumber);
      if (!isNamed) topics.set(topicNumber, this.#topicOf(topicNumber));
      at += recordHeadBytes + readU32(buf, at + RecordOffset.bytes);
    }
    return [...topics.values()];
  }

  #addTopics(topics: readonly TopicEntry[], timeUs: number): void {
    const records = encodeTopics(topics);
    this.#add(BlockKind.topics, [records], records.length, topics.length, timeUs);
    for (const topic of topics) this.#index.addTopic(topic);
  }

  #add(kind: BlockKind, records: Uint8Array[], bytes: number, count: number, timeUs: number): void {
    // The clock may have been set back; the times of blocks never go back, so that a time is found by halving.
    if (timeUs > this.#timeUs) this.#timeUs = timeUs;
    const head = { kind, bytes, count, number: this.#blockCount++, timeUs: this.#timeUs };
    this.#pieces.push(encodeBlockHead(this.#seed, head, records), ...records);
    this.#piecesBytes += blockHeadBytes + bytes;
  }

  #commit(): void {
    this.#isSynced = false;
    this.#file.write(this.#pieces, this.#bytes);
    this.#bytes += this.#piecesBytes;
    this.#pieces = [];
    this.#piecesBytes = 0;
  }
}

/** Writes an index file under another name first: its own name always means a whole index. */
export function writeIndexFile(files: JournalFiles, segment: IndexedSegment, index: SegmentIndex): void {
  const file = writeIndexPart(files, segment, index);
  try {
    file.sync();
  } finally {
    file.close();
  }
  nameIndexFile(files, segment.number);
}

function queueIndexFile(
  queue: SyncQueue,
  files: JournalFiles,
  segment: IndexedSegment,
  index: SegmentIndex,
  failed: Failed,
): void {
  const file = writeIndexPart(files, segment, index);
  queue.add(file, (error) => {
    file.close();
    settle(error, () => nameIndexFile(files, segment.number), failed);
  });
}

function writeIndexPart(files: JournalFiles, segment: IndexedSegment, index: SegmentIndex): JournalFile {
  const file = files.create(unfinishedName(indexName(segment.number)));
  try {
    file.write(encodeIndex(segment, index), 0);
    return file;
  } catch (error) {
    file.close();
    throw error;
  }
}

function nameIndexFile(files: JournalFiles, number: number): void {
  files.rename(unfinishedName(indexName(number)), indexName(number));
  files.syncFolder();
}

/** Goes on after a sync, or says that it or what came after it has failed. */
function settle(error: Error | null, work: () => void, failed: Failed): void {
  if (error !== null) return failed(error);
  try {
    work();
  } catch (thrown) {
    failed(thrown);
  }
}
