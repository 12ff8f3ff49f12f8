import { FrameFlag, shortFrameMaxBytes } from './constants.js';

/** Bytes before the body of a frame: 2 in the short form, 9 in the long one. */
export const frameHeaderBytes = (bodyBytes: number): number => (bodyBytes <= shortFrameMaxBytes ? 2 : 9);

/** Writes flags and length of a frame, long form where it must, and returns the offset after them. */
export function writeFrameHeader(into: Uint8Array, at: number, flags: number, bodyBytes: number): number {
  if (bodyBytes <= shortFrameMaxBytes) {
    into[at] = flags;
    into[at + 1] = bodyBytes;
    return at + 2;
  }
  into[at] = flags | FrameFlag.long;
  writeLength(into, at + 1, bodyBytes);
  return at + 9;
}

/** A 64-bit big-endian length; exact up to 2^53. */
function writeLength(into: Uint8Array, at: number, length: number): void {
  const high = Math.floor(length / 0x1_0000_0000);
  for (let index = 0; index < 4; index++) {
    into[at + index] = high >>> (24 - index * 8);
    into[at + 4 + index] = length >>> (24 - index * 8);
  }
}

/** One frame as it stands on the wire. `flags` without `long`: the form follows from the size. */
export function encodeFrame(body: Uint8Array, flags = 0): Uint8Array {
  const frame = new Uint8Array(frameHeaderBytes(body.length) + body.length);
  frame.set(body, writeFrameHeader(frame, 0, flags, body.length));
  return frame;
}

/** A message of one or more frames in one buffer, all but the last with MORE. */
export function encodeMessage(frames: readonly Uint8Array[]): Uint8Array {
  let size = 0;
  for (const frame of frames) size += frameHeaderBytes(frame.length) + frame.length;
  const message = new Uint8Array(size);
  let at = 0;
  for (const [index, frame] of frames.entries()) {
    const flags = index < frames.length - 1 ? FrameFlag.more : 0;
    at = writeFrameHeader(message, at, flags, frame.length);
    message.set(frame, at);
    at += frame.length;
  }
  return message;
}
