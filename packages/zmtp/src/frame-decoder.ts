import { FrameFlag } from './constants.js';
import { badFlags, frameTooLarge } from './errors.js';

/** Gets each frame where it lies. The body is [start, end) of `buf` and valid only during the call. */
export interface FrameSink {
  onFrame(buf: Uint8Array, flags: number, start: number, end: number): void;
}

const nothing = new Uint8Array(0);

/**
 * Bytes in, frames out. Frames that lie whole in a chunk are handed on by position; the one that a chunk has cut is gathered and
 * joined once. What is kept grows with what has arrived, never with what a length field claims.
 */
export class FrameDecoder {
  readonly #maxFrameBytes: number;
  readonly #sink: FrameSink;
  /** The start of an unfinished frame; doubles as it fills. */
  #held: Uint8Array = nothing;
  #heldBytes = 0;

  constructor(limits: { readonly maxFrameBytes: number }, sink: FrameSink) {
    this.#maxFrameBytes = limits.maxFrameBytes;
    this.#sink = sink;
  }

  /** Bytes kept of an unfinished frame. */
  get heldBytes(): number {
    return this.#heldBytes;
  }

  /** Takes bytes [start, end) of a chunk. Throws a ZmtpError for reserved flags or a frame above the limit. */
  push(chunk: Uint8Array, start = 0, end = chunk.length): void {
    let at = start;
    while (this.#heldBytes > 0 && at < end) at = this.#topUp(chunk, at, end);
    if (at < end) this.#scan(chunk, at, end);
  }

  #scan(buf: Uint8Array, at: number, end: number): void {
    while (at < end) {
      const size = this.#frameBytes(buf, at, end);
      if (size < 0 || at + size > end) return this.#hold(buf, at, end);
      this.#emit(buf, at, at + size);
      at += size;
    }
  }

  /** Adds just what the held frame lacks, as far as is known. */
  #topUp(chunk: Uint8Array, at: number, end: number): number {
    const size = this.#frameBytes(this.#held, 0, this.#heldBytes);
    const wanted = size < 0 ? headBytes(this.#held[0]!) : size;
    const taken = Math.min(wanted - this.#heldBytes, end - at);
    this.#append(chunk, at, at + taken);
    const total = this.#frameBytes(this.#held, 0, this.#heldBytes);
    if (total >= 0 && total === this.#heldBytes) {
      const frame = this.#held;
      this.#held = nothing;
      this.#heldBytes = 0;
      this.#emit(frame, 0, total);
    }
    return at + taken;
  }

  /** Size of the frame at `at`, head included; -1 while its head is not all there. */
  #frameBytes(buf: Uint8Array, at: number, end: number): number {
    const flags = buf[at]!;
    if (flags > 7) throw badFlags(flags);
    const head = headBytes(flags);
    if (at + head > end) return -1;
    const body = head === 2 ? buf[at + 1]! : readLength(buf, at + 1);
    if (body > this.#maxFrameBytes) throw frameTooLarge(body, this.#maxFrameBytes);
    return head + body;
  }

  #emit(buf: Uint8Array, at: number, end: number): void {
    const flags = buf[at]!;
    this.#sink.onFrame(buf, flags & ~FrameFlag.long, at + headBytes(flags), end);
  }

  #hold(buf: Uint8Array, at: number, end: number): void {
    this.#held = nothing;
    this.#heldBytes = 0;
    this.#append(buf, at, end);
  }

  #append(buf: Uint8Array, start: number, end: number): void {
    const needed = this.#heldBytes + end - start;
    if (needed > this.#held.length) {
      const grown = new Uint8Array(Math.max(needed, Math.min(needed * 2, this.#maxFrameBytes + 9)));
      grown.set(this.#held.subarray(0, this.#heldBytes));
      this.#held = grown;
    }
    this.#held.set(buf.subarray(start, end), this.#heldBytes);
    this.#heldBytes = needed;
  }
}

const headBytes = (flags: number): number => ((flags & FrameFlag.long) === 0 ? 2 : 9);

/** A 64-bit big-endian length. Past 2^53 it is inexact, and past any limit. */
export function readLength(buf: Uint8Array, at: number): number {
  const high = ((buf[at]! << 24) | (buf[at + 1]! << 16) | (buf[at + 2]! << 8) | buf[at + 3]!) >>> 0;
  const low = ((buf[at + 4]! << 24) | (buf[at + 5]! << 16) | (buf[at + 6]! << 8) | buf[at + 7]!) >>> 0;
  return high * 0x1_0000_0000 + low;
}
