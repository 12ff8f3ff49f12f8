import type { JournalFile } from './file-port.js';
import {
  type BlockHead,
  blockHeadBytes,
  blockMagicText,
  decodeBlockHead,
  decodeSegmentHead,
  isBlockWhole,
  possibleSeeds,
  type SegmentHead,
  segmentHeadBytes,
} from './format.js';

/** Bytes that are read at a time. */
const windowBytes = 4 * 1_048_576;

/** A block with a good checksum. Its bytes are valid until the next one is asked for. */
export interface ScannedBlock {
  readonly isDamage: false;
  readonly head: BlockHead;
  /** Offset of its head in the segment, and the offset after it. */
  readonly at: number;
  readonly end: number;
  /** The bytes after its head. */
  readonly records: Buffer;
}

/** Bytes of a segment that do not form a valid block. */
export interface Damage {
  readonly isDamage: true;
  readonly at: number;
  /** Offset of the next good block, or the end of the file. */
  readonly end: number;
  /** No good block follows: a write that was cut off, or one that is under way. */
  readonly isTail: boolean;
  readonly reason: string;
}

/** Reads a segment from its beginning, or goes on where it stood, one block after the other. It never throws for what the bytes are. */
export class SegmentScan {
  readonly #file: JournalFile;
  #seed: number | null = null;
  #at = 0;
  #nextNumber = 0;
  #window: Buffer = Buffer.alloc(0);
  #windowAt = 0;
  /** Bytes of the file when the present call of `next` began. */
  #sizeBytes = 0;
  /** Its head; null until it was read, or where it is damaged. */
  head: SegmentHead | null = null;

  constructor(file: JournalFile) {
    this.#file = file;
  }

  /** Offset after the last good block. */
  get endBytes(): number {
    return this.#at;
  }

  get seed(): number | null {
    return this.#seed;
  }

  /** Blocks and damage that follow. After a damaged tail it may be called again: it looks there anew. */
  *next(): Generator<ScannedBlock | Damage> {
    this.#window = Buffer.alloc(0);
    const sizeBytes = this.#file.sizeBytes();
    this.#sizeBytes = sizeBytes;
    if (this.#seed === null) {
      const damage = this.#readHead(sizeBytes);
      if (damage !== undefined) yield damage;
      if (damage?.isTail === true) return;
    }
    while (this.#at < sizeBytes) {
      const block = this.#blockAt(this.#at, sizeBytes);
      const found = typeof block === 'string' ? this.#skip(block, sizeBytes) : block;
      if (found.isDamage && found.isTail) {
        yield found;
        return;
      }
      this.#at = found.end;
      if (!found.isDamage) this.#nextNumber = found.head.number + 1;
      yield found;
    }
  }

  #readHead(sizeBytes: number): Damage | undefined {
    const bytes = this.#bytes(0, Math.min(segmentHeadBytes, sizeBytes));
    const head = decodeSegmentHead(bytes);
    if (typeof head !== 'string') {
      this.head = head;
      this.#seed = head.seed;
      this.#at = segmentHeadBytes;
      return undefined;
    }
    for (const seed of possibleSeeds(bytes)) {
      this.#seed = seed;
      if (typeof this.#blockAt(segmentHeadBytes, sizeBytes) === 'string') continue;
      this.#at = segmentHeadBytes;
      return { isDamage: true, at: 0, end: segmentHeadBytes, isTail: false, reason: head };
    }
    this.#seed = null;
    return { isDamage: true, at: 0, end: sizeBytes, isTail: true, reason: head };
  }

  /** The block at an offset, or what is wrong with it. */
  #blockAt(at: number, sizeBytes: number): ScannedBlock | string {
    const start = this.#bytes(at, blockHeadBytes);
    const head = decodeBlockHead(start, 0);
    if (head === undefined)
      return start.length < blockHeadBytes ? 'the head of a block is cut off' : 'there is no block';
    const end = at + blockHeadBytes + head.bytes;
    if (end > sizeBytes) return `a block of ${head.bytes} bytes is cut off`;
    if (head.number < this.#nextNumber) return `block ${head.number} stands after block ${this.#nextNumber - 1}`;
    const bytes = this.#bytes(at, end - at);
    if (bytes.length < end - at || !isBlockWhole(this.#seed!, bytes, 0, bytes.length))
      return 'the checksum of a block is wrong';
    return { isDamage: false, head, at, end, records: bytes.subarray(blockHeadBytes) };
  }

  /** Looks for the next good block after damage. */
  #skip(reason: string, sizeBytes: number): Damage {
    const at = this.#at;
    let from = at + 1;
    while (from < sizeBytes) {
      const bytes = this.#bytes(from, Math.min(windowBytes, sizeBytes - from));
      const found = bytes.indexOf(blockMagicText, 0, 'latin1');
      if (found < 0) {
        // The letters may stand across the end of what was read.
        from += Math.max(1, bytes.length - blockMagicText.length + 1);
        continue;
      }
      from += found;
      if (typeof this.#blockAt(from, sizeBytes) !== 'string')
        return { isDamage: true, at, end: from, isTail: false, reason };
      from++;
    }
    return { isDamage: true, at, end: sizeBytes, isTail: true, reason };
  }

  /** Bytes [at, at + count), fewer at the end of the file. */
  #bytes(at: number, count: number): Buffer {
    const start = at - this.#windowAt;
    if (start >= 0 && start + count <= this.#window.length) return this.#window.subarray(start, start + count);
    const window = Buffer.allocUnsafe(Math.max(Math.min(windowBytes, this.#sizeBytes - at), count));
    const read = this.#file.read(window, at);
    this.#window = window.subarray(0, read);
    this.#windowAt = at;
    return this.#window.subarray(0, Math.min(count, read));
  }
}
