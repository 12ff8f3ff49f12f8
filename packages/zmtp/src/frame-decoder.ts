/**
 * Decodes frames from bytes that arrive in any pieces. Each whole frame is one call with positions, not a view.
 * Before it: the greeting. After it: `handshake.ts`, then the owner of the connection.
 */

import { emptyBytes } from './bytes.js';
import { frameTooLarge, type ZmtpError } from './errors.js';
import { checkFrameFlags, frameBodyBytes, frameHeaderBytesOf } from './frame-header.js';

/** Receives every frame. The body is `[start, end)` of `buf` and valid only during the call. */
export interface FrameSink {
  onFrame(buf: Uint8Array, flags: number, start: number, end: number): void;
}

/** Limits of a frame decoder. */
export interface FrameLimits {
  /** ZMQ_MAXMSGSIZE: largest body of one frame. */
  readonly maxFrameBytes: number;
}

/** Decodes the frames of one connection. */
export class FrameDecoder {
  readonly #limits: FrameLimits;
  readonly #sink: FrameSink;
  readonly #tooLarge: (sizeBytes: number, limitBytes: number) => ZmtpError;
  /** The frame that a read has split, from its flags on. Its capacity follows the bytes that arrived, not the length announced. */
  #held: Uint8Array = emptyBytes;
  #heldBytes = 0;
  /** Size of the held part at which decoding can continue: the whole header first, then the whole frame. */
  #neededBytes = 0;

  /** Limits are read again for each frame. `tooLarge` makes the error for a frame past the limit. */
  constructor(limits: FrameLimits, sink: FrameSink, tooLarge = frameTooLarge) {
    this.#limits = limits;
    this.#sink = sink;
    this.#tooLarge = tooLarge;
  }

  /** Bytes of an incomplete frame that are kept for the next push. */
  get heldBytes(): number {
    return this.#heldBytes;
  }

  /**
   * Decodes all of `[start, end)`. Throws a ZmtpError for illegal flags and for a frame past the limit. Close the
   * connection then: the decoder no longer knows where the next frame begins.
   */
  push(chunk: Uint8Array, start = 0, end = chunk.length): void {
    let at = start;
    while (at < end) at = this.next(chunk, at, end);
  }

  /** Decodes at most one frame of a range that is not empty. Returns the offset after the bytes it has used; throws as `push` does. */
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

  /** Size of the frame at `start`, or of its header while that is incomplete. */
  #frameBytes(buf: Uint8Array, start: number, end: number): number {
    const flags = buf[start]!;
    checkFrameFlags(flags);
    const headerBytes = frameHeaderBytesOf(flags);
    if (end - start < headerBytes) return headerBytes;
    const bodyBytes = frameBodyBytes(buf, start);
    const { maxFrameBytes } = this.#limits;
    if (bodyBytes > maxFrameBytes) throw this.#tooLarge(bodyBytes, maxFrameBytes);
    return headerBytes + bodyBytes;
  }

  /** Doubles the buffer, which copies each byte about twice. Joining on every read would be quadratic for a large frame. */
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

  /** Drops the buffer before the call: the sink may keep it, and an idle connection holds no memory. */
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
    this.#sink.onFrame(buf, flags, start + frameHeaderBytesOf(flags), end);
  }
}
