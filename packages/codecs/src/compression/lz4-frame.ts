import { badPayload, tooLarge } from '../bad-payload.js';

/** Reads the headers of an LZ4 frame (LZ4 Frame Format 1.6) without decoding a block: they bound its decompressed size. */

const magic = 0x184d2204;
/** By their code in the header. */
const blockSizes: Record<number, number> = { 4: 65_536, 5: 262_144, 6: 1_048_576, 7: 4_194_304 };

/** Bits of the FLG byte. */
const flag = { dictionary: 0x01, contentChecksum: 0x04, contentSize: 0x08, blockChecksum: 0x10 };
/** Top bit of a block's size: the block is not compressed. */
const storedBit = 0x8000_0000;

/** One block of a frame: its bytes, without size and checksum. */
export interface Lz4Block {
  readonly start: number;
  readonly end: number;
  /** It is not compressed. */
  readonly isStored: boolean;
}

/** What the header of a frame says. */
interface FrameHeader {
  readonly flags: number;
  /** Decompressed size of a block at most. */
  readonly blockMaxBytes: number;
  /** Decompressed size; undefined if the frame does not declare it. */
  readonly declaredBytes: number | undefined;
  /** Offset of the first block. */
  readonly blocksAt: number;
}

/**
 * Throws a PulseMQError unless `bytes` is one whole frame, and a PayloadTooLargeError if it decompresses to more than `limitBytes`
 * rounded up to whole blocks. Returns the most bytes that it can decompress to.
 */
export function checkLz4Frame(bytes: Uint8Array, limitBytes: number): number {
  const { flags, blockMaxBytes, declaredBytes, blocksAt } = readHeader(bytes);
  if (declaredBytes !== undefined && declaredBytes > limitBytes) {
    throw tooLarge('decompressed lz4 payload', declaredBytes, limitBytes);
  }
  let bound = 0;
  let end = blocksAt;
  for (const block of lz4Blocks(bytes)) {
    bound += block.isStored ? block.end - block.start : blockMaxBytes;
    if (bound >= limitBytes + blockMaxBytes) throw tooLarge('decompressed lz4 payload', undefined, limitBytes);
    end = block.end + checksumBytes(flags);
  }
  need(bytes, end + 4 + (flags & flag.contentChecksum ? 4 : 0));
  return Math.min(bound, declaredBytes ?? bound);
}

/** The blocks of a frame, in order. Throws a PulseMQError for a block that is cut short or too large. */
export function* lz4Blocks(bytes: Uint8Array): Generator<Lz4Block> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { flags, blockMaxBytes, blocksAt } = readHeader(bytes);
  for (let at = blocksAt; ; ) {
    need(bytes, at + 4);
    const word = view.getUint32(at, true);
    if (word === 0) return;
    const size = word & ~storedBit;
    const isStored = (word & storedBit) !== 0;
    // Native code takes it for the end, and leaves out what follows. No encoder writes one. One byte alone is a token for nothing.
    if (size < (isStored ? 1 : 2)) throw badPayload('lz4 payload has a block that holds no bytes');
    if (size > blockMaxBytes)
      throw badPayload(`lz4 payload has a block of ${size} bytes, the limit of its frame is ${blockMaxBytes} bytes`);
    const start = at + 4;
    at = start + size + checksumBytes(flags);
    need(bytes, at);
    yield { start, end: start + size, isStored };
  }
}

function readHeader(bytes: Uint8Array): FrameHeader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  need(bytes, 7);
  if (view.getUint32(0, true) !== magic)
    throw badPayload('lz4 payload does not begin with the magic number of an LZ4 frame');
  const flags = bytes[4]!;
  if (flags >> 6 !== 1) throw badPayload(`lz4 payload has frame version ${flags >> 6}, expected 1`);
  if (flags & flag.dictionary) throw badPayload('lz4 payload needs a dictionary, which is not supported');
  const sizeCode = (bytes[5]! >> 4) & 7;
  const blockMaxBytes = blockSizes[sizeCode];
  if (blockMaxBytes === undefined)
    throw badPayload(`lz4 payload has the unknown block size code ${sizeCode}, expected 4 to 7`);
  if ((flags & flag.contentSize) === 0) return { flags, blockMaxBytes, declaredBytes: undefined, blocksAt: 7 };
  need(bytes, 14);
  return { flags, blockMaxBytes, declaredBytes: Number(view.getBigUint64(6, true)), blocksAt: 15 };
}

const checksumBytes = (flags: number): number => (flags & flag.blockChecksum ? 4 : 0);

function need(bytes: Uint8Array, end: number): void {
  if (end > bytes.length) throw badPayload('lz4 payload is cut short');
}
