import { FrameFlag, frameBodyBytes, frameHeaderBytesOf } from '@pulsemq/zmtp';
import type { ChunkPool } from '../../fanout/batch/chunk-pool.js';
import { keyRoomBytes } from '../../fanout/batch/large-batch.js';
import { LargeMessage } from '../../fanout/batch/message.js';
import { badFlags, reservedTooLarge } from './bad-bytes.js';
import type { RequestSpan } from './message-locator.js';

/** Bytes that frame 5 of a large message may have. No known client uses it. */
const reservedMaxBytes = 65_536;

/**
 * Takes in one large message as a list of chunks, none joined, until its last byte is there. It is forwarded only then: a publisher that
 * dies halfway leaves nothing behind.
 */
export class LargeReader {
  /** The pieces up to the end of frame 4; the first holds frames 0 to 3 and the head of frame 4. */
  readonly chunks: Buffer[] = [];
  /** Offsets into the first chunk; `payloadEnd` counts on over all chunks. */
  readonly span: RequestSpan;
  /** The slabs that the chunks lie in, to be given back. */
  readonly slabs: Buffer[] = [];
  readonly #pool: ChunkPool;
  #slab: Buffer = noSlab;
  /** Where the last slab is filled to. */
  #slabBytes = 0;
  /** Frame 5: head and body, gathered byte by byte as it is small. */
  #tail = Buffer.alloc(0);
  #missingBytes: number;

  /** `span` is relative to the start of the message, and is kept. */
  constructor(span: RequestSpan, pool: ChunkPool) {
    this.#pool = pool;
    this.span = span;
    this.#missingBytes = span.payloadEnd;
  }

  /** The whole message; `span` then points into its first chunk. Call when `isWhole`. */
  message(): LargeMessage {
    this.span.buf = this.chunks[0]!;
    const reserved = this.#tail.subarray(tailHeadBytes(this.#tail));
    return new LargeMessage(this.chunks, this.slabs, reserved, this.span.payloadBytes);
  }

  /** The head of frame 5 is there and says that more frames follow. */
  get isMalformed(): boolean {
    const tail = this.#tail;
    return tail.length >= tailHeadBytes(tail) && tail.length > 0 && (tail[0]! & FrameFlag.more) !== 0;
  }

  /** Body bytes of frame 5. */
  get tailBodyBytes(): number {
    return frameBodyBytes(this.#tail, 0);
  }

  /** Takes bytes [at, end) and returns the offset after those that belong to the message. */
  push(buf: Buffer, at: number, end: number): number {
    if (this.#missingBytes > 0) {
      return this.#pushBody(buf, at, Math.min(end, at + this.#missingBytes));
    }
    return this.#pushTail(buf, at, end);
  }

  /** The read buffer is used again for the next read, so a large message is copied here, once. */
  #pushBody(buf: Buffer, at: number, end: number): number {
    while (at < end) {
      if (this.#slabBytes === this.#slab.length) this.#beginSlab();
      const slab = this.#slab;
      const taken = Math.min(end - at, slab.length - this.#slabBytes);
      buf.copy(slab, this.#slabBytes, at, at + taken);
      this.#addPiece(slab, taken);
      this.#slabBytes += taken;
      this.#missingBytes -= taken;
      at += taken;
    }
    return at;
  }

  /** Before the first chunk there is room for the key frame that goes out with it. */
  #beginSlab(): void {
    this.#slabBytes = this.slabs.length === 0 ? keyRoomBytes : 0;
    this.#slab = this.#pool.take(this.#missingBytes);
    this.slabs.push(this.#slab);
  }

  /** Bytes that follow the last chunk in its slab make that chunk longer. */
  #addPiece(slab: Buffer, bytes: number): void {
    const start = this.#slabBytes;
    const last = this.chunks[this.chunks.length - 1];
    if (start > 0 && last !== undefined) {
      const from = start - last.length;
      if (last.byteOffset === slab.byteOffset + from) {
        this.chunks[this.chunks.length - 1] = slab.subarray(from, start + bytes);
        return;
      }
    }
    this.chunks.push(slab.subarray(start, start + bytes));
  }

  get isWhole(): boolean {
    return this.#missingBytes === 0 && this.#tailMissingBytes() === 0;
  }

  #pushTail(buf: Buffer, at: number, end: number): number {
    while (at < end && this.#tailMissingBytes() > 0 && !this.isMalformed) {
      const taken = Math.min(this.#tailMissingBytes(), end - at);
      this.#tail = Buffer.concat([this.#tail, buf.subarray(at, at + taken)]);
      at += taken;
    }
    return at;
  }

  /** Bytes of frame 5 still to come, as far as its head tells. */
  #tailMissingBytes(): number {
    const tail = this.#tail;
    if (tail.length < 2) return 2 - tail.length;
    if (tail[0]! > 3) throw badFlags(tail[0]!, 'inside a message');
    const headBytes = tailHeadBytes(tail);
    if (tail.length < headBytes) return headBytes - tail.length;
    const bodyBytes = frameBodyBytes(tail, 0);
    if (bodyBytes > reservedMaxBytes) throw reservedTooLarge(bodyBytes, reservedMaxBytes);
    return headBytes + bodyBytes - tail.length;
  }
}

const noSlab = Buffer.alloc(0);

const tailHeadBytes = (tail: Buffer): number => frameHeaderBytesOf(tail[0] ?? 0);
