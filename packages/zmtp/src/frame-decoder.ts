/**
 * Frames in: bytes in any cut, one call per whole frame, positions instead of views.
 * Before it: the greeting. After it: `handshake.ts` while that lasts, then `message-assembler.ts`.
 */

import { emptyBytes } from './bytes.js';
import { FrameFlag } from './constants.js';
import { badFlags, frameTooLarge, type ZmtpError } from './errors.js';

/** Gets every frame. The body is `[start, end)` of `buf` and valid only during the call. */
export interface FrameSink {
  onFrame(buf: Uint8Array, flags: number, start: number, end: number): void;
}

export interface FrameLimits {
  /** ZMQ_MAXMSGSIZE, of one frame's body. */
  readonly maxFrameBytes: number;
}

const reservedBits = ~(FrameFlag.more | FrameFlag.long | FrameFlag.command);

export class FrameDecoder {
  readonly #maxFrameBytes: number;
  readonly #sink: FrameSink;
  readonly #tooLarge: (sizeBytes: number, limit: number) => ZmtpError;
  /** The split frame from its flags on. Capacity follows what arrived, never what was announced. */
  #held: Uint8Array = emptyBytes;
  #heldBytes = 0;
  /** Bytes `#held` must reach before more can be said about it: the header first, then the whole frame. */
  #neededBytes = 0;

  constructor(limits: FrameLimits, sink: FrameSink, tooLarge = frameTooLarge) {
    this.#maxFrameBytes = limits.maxFrameBytes;
    this.#sink = sink;
    this.#tooLarge = tooLarge;
  }

  /** Bytes of an incomplete frame kept since the last push. */
  get heldBytes(): number {
    return this.#heldBytes;
  }

  /** Decodes all of `[start, end)`. Once it has thrown, the stream has lost its place: close. */
  push(chunk: Uint8Array, start = 0, end = chunk.length): void {
    let at = start;
    while (at < end) at = this.next(chunk, at, end);
  }

  /** Decodes at most one frame of a range that is not empty and returns the offset after what it consumed. */
  next(chunk: Uint8Array, start: number, end: number): number {
    if (this.#heldBytes > 0) return this.#resume(chunk, start, end);
    const needed = this.#frameBytes(chunk, start, end);
    if (needed > end - start) {
      this.#neededBytes = needed;
      this.#hold(chunk, start, end);
      return end;
    }
    this.#deliver(chunk, start, start + needed);
    return start + needed;
  }

  #resume(chunk: Uint8Array, start: number, end: number): number {
    let at = start;
    for (;;) {
      const stop = Math.min(end, at + this.#neededBytes - this.#heldBytes);
      this.#hold(chunk, at, stop);
      at = stop;
      if (this.#heldBytes < this.#neededBytes) return at;
      const needed = this.#frameBytes(this.#held, 0, this.#heldBytes);
      if (needed === this.#heldBytes) return this.#release(at);
      this.#neededBytes = needed;
    }
  }

  /** How long the frame at `start` is, as far as `[start, end)` can tell: to the end of its header, or whole. */
  #frameBytes(buf: Uint8Array, start: number, end: number): number {
    const headerBytes = headerBytesOf(buf[start]!);
    if (end - start < headerBytes) return headerBytes;
    const bodyBytes = headerBytes === 2 ? buf[start + 1]! : readLength64(buf, start + 1);
    if (bodyBytes > this.#maxFrameBytes) throw this.#tooLarge(bodyBytes, this.#maxFrameBytes);
    return headerBytes + bodyBytes;
  }

  /** Doubling copies each byte about twice; joining on every read would be quadratic for a large frame. */
  #hold(chunk: Uint8Array, start: number, end: number): void {
    const total = this.#heldBytes + end - start;
    if (total > this.#held.length) {
      const grown = new Uint8Array(Math.min(this.#neededBytes, Math.max(total, 2 * this.#held.length)));
      grown.set(this.#held.subarray(0, this.#heldBytes));
      this.#held = grown;
    }
    this.#held.set(chunk.subarray(start, end), this.#heldBytes);
    this.#heldBytes = total;
  }

  /** Forgets the buffer before the call: the sink may keep it, and an idle connection holds nothing. */
  #release(at: number): number {
    const frame = this.#held;
    const frameBytes = this.#heldBytes;
    this.#held = emptyBytes;
    this.#heldBytes = 0;
    this.#deliver(frame, 0, frameBytes);
    return at;
  }

  #deliver(buf: Uint8Array, start: number, end: number): void {
    const flags = buf[start]!;
    this.#sink.onFrame(buf, flags, start + ((flags & FrameFlag.long) === 0 ? 2 : 9), end);
  }
}

/** 2 or 9. RFC 37: reserved bits are zero, and a command is never one of several. */
function headerBytesOf(flags: number): number {
  if ((flags & reservedBits) !== 0) throw badFlags(flags, 'reserved bits are set');
  if ((flags & FrameFlag.command) !== 0 && (flags & FrameFlag.more) !== 0)
    throw badFlags(flags, 'a command has no more');
  return (flags & FrameFlag.long) === 0 ? 2 : 9;
}

/** Past 2^53 the sum is rounded, which no limit can tell apart. */
function readLength64(buf: Uint8Array, at: number): number {
  return readUint32(buf, at) * 0x1_0000_0000 + readUint32(buf, at + 4);
}

function readUint32(buf: Uint8Array, at: number): number {
  return ((buf[at]! << 24) | (buf[at + 1]! << 16) | (buf[at + 2]! << 8) | buf[at + 3]!) >>> 0;
}
