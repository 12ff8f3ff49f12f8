import { crc32 } from 'node:zlib';
import { readI64, readU32, readU64, writeI64, writeU32 } from '@pulsemq/zmtp';

/**
 * The bytes of a segment: its head, its blocks and their records. docs/journal-format.md says the same in sentences. All integers are
 * big-endian.
 */

/** First bytes of a segment. */
const segmentMagic = Buffer.from('PMQJRNL1', 'latin1');
/** Version of segments and blocks. There is one. */
export const formatVersion = 1;
/** Bytes of the head of a segment. */
export const segmentHeadBytes = 40;

/** First bytes of a block: `PMQB`. */
const blockMagic = 0x50_4d_51_42;
export const blockMagicText = 'PMQB';
/** Bytes of the head of a block. */
export const blockHeadBytes = 32;
/**
 * Bytes that a block may have after its head, unless it holds one record only. A reader checks a whole block to use one record of it: at
 * 64 KiB, a hundred messages of one topic among ten thousand cost a few milliseconds.
 */
export const blockMaxBytes = 65_536;
/** Bytes of the largest block: one message with the largest payload, its names, and the most that a publisher may put into frame 5. */
export const blockLimitBytes = 80 * 1_048_576;

/** What the records of a block are. */
export const BlockKind = {
  /** Messages. */
  messages: 1,
  /** Topics, with their numbers in this segment. */
  topics: 2,
  /** Messages that were not written, as JSON. */
  gap: 3,
} as const;
export type BlockKind = (typeof BlockKind)[keyof typeof BlockKind];

/** Bytes of the head of a record of a message; the six frames follow. */
export const recordHeadBytes = 24;

const SegmentOffset = { version: 8, crc: 12, number: 16, createdUs: 24, salt: 32 } as const;
const BlockOffset = { version: 4, kind: 5, bytes: 8, count: 12, crc: 16, number: 20, timeUs: 24 } as const;
export const RecordOffset = { bytes: 0, topic: 4, sequence: 8, receivedUs: 16 } as const;

/** The head of a segment. */
export interface SegmentHead {
  readonly number: number;
  /** When it was begun, Unix microseconds. */
  readonly createdUs: number;
  /**
   * Where the checksums of its blocks begin: the checksum of the head. It has a random part. So a publisher cannot put bytes into a payload that
   * pass for a block when the block around them is damaged, and a block counts only in the segment that it was written to.
   */
  readonly seed: number;
}

/** Makes the head of a segment. `salt` is eight random bytes. */
export function encodeSegmentHead(number: number, createdUs: number, salt: Uint8Array): Buffer {
  const head = Buffer.alloc(segmentHeadBytes);
  segmentMagic.copy(head);
  writeU32(head, SegmentOffset.version, formatVersion);
  writeI64(head, SegmentOffset.number, number);
  writeI64(head, SegmentOffset.createdUs, createdUs);
  head.set(salt.subarray(0, segmentHeadBytes - SegmentOffset.salt), SegmentOffset.salt);
  writeU32(head, SegmentOffset.crc, crcOfSegmentHead(head));
  return head;
}

/** Reads the head of a segment, or says what is wrong with it. */
export function decodeSegmentHead(head: Uint8Array): SegmentHead | string {
  if (head.length < segmentHeadBytes)
    return `a segment begins with ${segmentHeadBytes} bytes, this one has ${head.length}`;
  if (segmentMagic.compare(head, 0, segmentMagic.length) !== 0) return 'the file does not begin with PMQJRNL1';
  const version = readU32(head, SegmentOffset.version);
  if (version !== formatVersion) return `version ${version} of segments is unknown, expected ${formatVersion}`;
  const seed = readU32(head, SegmentOffset.crc);
  if (seed !== crcOfSegmentHead(head)) return 'the checksum of the head is wrong';
  return { number: readU64(head, SegmentOffset.number), createdUs: readI64(head, SegmentOffset.createdUs), seed };
}

/** Seeds to try for a segment with a damaged head: the damage is either in the checksum or in what it covers. */
export const possibleSeeds = (head: Uint8Array): number[] =>
  head.length < segmentHeadBytes ? [] : [readU32(head, SegmentOffset.crc), crcOfSegmentHead(head)];

const crcOfSegmentHead = (head: Uint8Array): number =>
  crc32(head.subarray(SegmentOffset.number, segmentHeadBytes), crc32(head.subarray(0, SegmentOffset.crc)));

/** The head of a block. */
export interface BlockHead {
  readonly kind: BlockKind;
  /** Bytes of the records that follow the head. */
  readonly bytes: number;
  /** Number of these records. */
  readonly count: number;
  /** Number of the block in its segment, from 0. */
  readonly number: number;
  /** Time of its first record, Unix microseconds, never less than that of the block before. */
  readonly timeUs: number;
}

/** Makes the head of a block with these records, for the segment with this seed. */
export function encodeBlockHead(seed: number, block: BlockHead, records: readonly Uint8Array[]): Buffer {
  const head = Buffer.alloc(blockHeadBytes);
  writeU32(head, 0, blockMagic);
  head[BlockOffset.version] = formatVersion;
  head[BlockOffset.kind] = block.kind;
  writeU32(head, BlockOffset.bytes, block.bytes);
  writeU32(head, BlockOffset.count, block.count);
  writeU32(head, BlockOffset.number, block.number);
  writeI64(head, BlockOffset.timeUs, block.timeUs);
  writeU32(head, BlockOffset.crc, crcOfBlock(seed, head, records));
  return head;
}

/** Reads the head of a block without its checksum; undefined where there is none. */
export function decodeBlockHead(buf: Uint8Array, at: number): BlockHead | undefined {
  if (buf.length - at < blockHeadBytes || readU32(buf, at) !== blockMagic) return undefined;
  const kind = buf[at + BlockOffset.kind]!;
  const bytes = readU32(buf, at + BlockOffset.bytes);
  if (buf[at + BlockOffset.version] !== formatVersion || !isBlockKind(kind) || bytes > blockLimitBytes)
    return undefined;
  return {
    kind,
    bytes,
    count: readU32(buf, at + BlockOffset.count),
    number: readU32(buf, at + BlockOffset.number),
    timeUs: readI64(buf, at + BlockOffset.timeUs),
  };
}

const isBlockKind = (kind: number): kind is BlockKind => kind >= BlockKind.messages && kind <= BlockKind.gap;

/** The whole block at `at` has the checksum that its head says. */
export function isBlockWhole(seed: number, buf: Uint8Array, at: number, end: number): boolean {
  const head = buf.subarray(at, at + blockHeadBytes);
  return readU32(head, BlockOffset.crc) === crcOfBlock(seed, head, [buf.subarray(at + blockHeadBytes, end)]);
}

function crcOfBlock(seed: number, head: Uint8Array, records: readonly Uint8Array[]): number {
  let crc = crc32(head.subarray(0, BlockOffset.crc), seed);
  crc = crc32(head.subarray(BlockOffset.number, blockHeadBytes), crc);
  for (const part of records) crc = crc32(part, crc);
  return crc;
}

/** A topic of a segment. Messages name it by its number. Numbers begin again with each run of the broker, and a segment belongs to one run. */
export interface TopicEntry {
  readonly number: number;
  readonly epoch: number;
  /** `namespace:topic`. */
  readonly key: string;
}

/** The records of a block of topics. */
export function encodeTopics(topics: readonly TopicEntry[]): Buffer {
  return Buffer.concat(
    topics.map(({ number, epoch, key }) => {
      const name = Buffer.from(key, 'utf8');
      const entry = Buffer.alloc(10 + name.length);
      writeU32(entry, 0, number);
      writeU32(entry, 4, epoch);
      entry.writeUInt16BE(name.length, 8);
      name.copy(entry, 10);
      return entry;
    }),
  );
}

/** Reads the records of a block of topics, or says what is wrong with them. */
export function decodeTopics(records: Uint8Array, count: number): TopicEntry[] | string {
  const topics: TopicEntry[] = [];
  let at = 0;
  for (let index = 0; index < count; index++) {
    if (at + 10 > records.length) return `topic ${index} of ${count} is cut off`;
    const end = at + 10 + ((records[at + 8]! << 8) | records[at + 9]!);
    if (end > records.length) return `the name of topic ${index} of ${count} is cut off`;
    const key = Buffer.from(records.buffer, records.byteOffset + at + 10, end - at - 10).toString('utf8');
    topics.push({ number: readU32(records, at), epoch: readU32(records, at + 4), key });
    at = end;
  }
  return topics;
}

/** Messages that were accepted and not written, because the journal could not be written. */
export interface GapEntry {
  /** Unix microseconds. */
  readonly from_us: number;
  readonly to_us: number;
  /** Messages left out. */
  readonly count: number;
  readonly reason: string;
}

/** The record of a gap. */
export const encodeGap = (gap: GapEntry): Buffer => Buffer.from(JSON.stringify(gap), 'utf8');

/** Reads the record of a gap, or says what is wrong with it. */
export function decodeGap(record: Uint8Array): GapEntry | string {
  try {
    const { from_us, to_us, count, reason } = JSON.parse(Buffer.from(record).toString('utf8')) as GapEntry;
    return { from_us, to_us, count, reason: String(reason) };
  } catch {
    // JSON.parse reports bad text only by throwing. The caller says where the record stands.
    return 'the record of a gap is not JSON';
  }
}
