/**
 * The header of a frame (RFC 37, "Traffic"): flags, then the length of the body in one byte or in eight.
 * Offsets in, numbers out: nothing is allocated, so scanners of whole messages can use these functions per frame.
 */

import { FrameFlag, shortBodyMaxBytes } from './constants.js';
import { badFlags } from './errors.js';
import { readU64, writeI64 } from './integers.js';

const shortHeaderBytes = 2;
const longHeaderBytes = 9;

const reservedBits = ~(FrameFlag.more | FrameFlag.long | FrameFlag.command);

/** Throws a ZmtpError unless the flags are legal: reserved bits are zero, and a command is a single frame. */
export function checkFrameFlags(flags: number): void {
  if ((flags & reservedBits) !== 0) throw badFlags(flags, 'reserved bits are set');
  if ((flags & FrameFlag.command) !== 0 && (flags & FrameFlag.more) !== 0) {
    throw badFlags(flags, 'a command has the MORE bit');
  }
}

/** Bytes of the header that begins with these flags: 2, or 9 with the LONG bit. */
export function frameHeaderBytesOf(flags: number): number {
  return (flags & FrameFlag.long) === 0 ? shortHeaderBytes : longHeaderBytes;
}

/** Bytes of the body of the frame at `at`; its whole header is in `buf`. A length past 2^53 is rounded. */
export function frameBodyBytes(buf: Uint8Array, at: number): number {
  return (buf[at]! & FrameFlag.long) === 0 ? buf[at + 1]! : readU64(buf, at + 1);
}

/** Bytes of the shortest header for a body of this size: 2, or 9 past 255. */
export function frameHeaderBytes(bodyBytes: number): number {
  return bodyBytes > shortBodyMaxBytes ? longHeaderBytes : shortHeaderBytes;
}

/**
 * Writes flags and length at `at` and returns the offset after them. Sets or clears the LONG bit by `bodyBytes`, 0 to
 * 2^53 - 1.
 */
export function writeFrameHeader(into: Uint8Array, at: number, flags: number, bodyBytes: number): number {
  if (bodyBytes <= shortBodyMaxBytes) {
    into[at] = flags & ~FrameFlag.long;
    into[at + 1] = bodyBytes;
    return at + shortHeaderBytes;
  }
  into[at] = flags | FrameFlag.long;
  writeI64(into, at + 1, bodyBytes);
  return at + longHeaderBytes;
}
