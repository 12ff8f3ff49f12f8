/** Frames out: the header forms of RFC 37 and whole messages in one buffer, ready for one write. */

import { FrameFlag, shortBodyMaxBytes } from './constants.js';
import { badArgument } from './errors.js';

const shortHeaderBytes = 2;
const longHeaderBytes = 9;

/** Bytes in front of a body of this size: 2, or 9 past 255. */
export function frameHeaderBytes(bodyBytes: number): number {
  return bodyBytes > shortBodyMaxBytes ? longHeaderBytes : shortHeaderBytes;
}

/** Writes flags and length at `at`; sets the LONG bit itself. Returns the offset after the header. */
export function writeFrameHeader(into: Uint8Array, at: number, flags: number, bodyBytes: number): number {
  if (bodyBytes <= shortBodyMaxBytes) {
    into[at] = flags & ~FrameFlag.long;
    into[at + 1] = bodyBytes;
    return at + shortHeaderBytes;
  }
  into[at] = flags | FrameFlag.long;
  writeLength64(into, at + 1, bodyBytes);
  return at + longHeaderBytes;
}

/** Two halves instead of a BigInt, which would be allocated for every frame. */
function writeLength64(into: Uint8Array, at: number, length: number): void {
  const high = Math.floor(length / 0x1_0000_0000);
  for (let i = 0; i < 4; i++) {
    into[at + i] = high >>> (24 - 8 * i);
    into[at + 4 + i] = length >>> (24 - 8 * i);
  }
}

/** One whole frame, short or long form by size. `flags` takes `more` or `command`. */
export function encodeFrame(body: Uint8Array, flags = 0): Uint8Array {
  const frame = new Uint8Array(frameHeaderBytes(body.length) + body.length);
  frame.set(body, writeFrameHeader(frame, 0, flags, body.length));
  return frame;
}

/** All frames of one message in one buffer, MORE on all but the last. */
export function encodeMessage(frames: readonly Uint8Array[]): Uint8Array {
  if (frames.length === 0) throw badArgument('a message has at least one frame');
  let sizeBytes = 0;
  for (const frame of frames) sizeBytes += frameHeaderBytes(frame.length) + frame.length;
  const message = new Uint8Array(sizeBytes);
  const last = frames.length - 1;
  let at = 0;
  for (let i = 0; i <= last; i++) {
    const frame = frames[i]!;
    at = writeFrameHeader(message, at, i < last ? FrameFlag.more : 0, frame.length);
    message.set(frame, at);
    at += frame.length;
  }
  return message;
}
