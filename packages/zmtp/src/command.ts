import { FrameFlag } from './constants.js';
import { ZmtpError, ZmtpErrorCode } from './errors.js';
import { encodeFrame } from './frame-encoder.js';

/** Bytes of context a PING may carry (RFC 37). */
export const pingContextMaxBytes = 16;

const encoder = new TextEncoder();
const empty = new Uint8Array(0);

/** A command: a frame whose body is a short name and the rest. */
export interface Command {
  readonly name: string;
  /** The rest, [bodyStart, bodyEnd) of the buffer it was parsed from. */
  readonly bodyStart: number;
  readonly bodyEnd: number;
}

/** A whole command frame. */
export function encodeCommand(name: string, body: Uint8Array = empty): Uint8Array {
  const nameBytes = encoder.encode(name);
  const frame = new Uint8Array(1 + nameBytes.length + body.length);
  frame[0] = nameBytes.length;
  frame.set(nameBytes, 1);
  frame.set(body, 1 + nameBytes.length);
  return encodeFrame(frame, FrameFlag.command);
}

/** Reads the body of a command frame. Throws a ZmtpError when the name does not fit. */
export function parseCommand(buf: Uint8Array, start: number, end: number): Command {
  const nameEnd = start + 1 + (buf[start] ?? 0);
  if (start >= end || nameEnd > end || nameEnd === start + 1) {
    throw new ZmtpError(ZmtpErrorCode.badCommand, `command of ${end - start} bytes has no complete name`);
  }
  let name = '';
  for (let at = start + 1; at < nameEnd; at++) name += String.fromCharCode(buf[at]!);
  return { name, bodyStart: nameEnd, bodyEnd: end };
}

/** PING with its time to live in tenths of a second and up to 16 bytes that come back in the PONG (RFC 37). */
export function encodePing(ttlDeciseconds: number, context: Uint8Array = empty): Uint8Array {
  const body = new Uint8Array(2 + context.length);
  body[0] = ttlDeciseconds >>> 8;
  body[1] = ttlDeciseconds;
  body.set(context, 2);
  return encodeCommand('PING', body);
}

/** PONG with the context of the PING it answers. */
export const encodePong = (context: Uint8Array = empty): Uint8Array => encodeCommand('PONG', context);

/** Reads the body of a PING. The context is a copy of at most 16 bytes. Throws a ZmtpError when it is too short or too long. */
export function parsePing(
  buf: Uint8Array,
  start: number,
  end: number,
): { ttlDeciseconds: number; context: Uint8Array } {
  const bytes = end - start;
  if (bytes < 2 || bytes > 2 + pingContextMaxBytes) {
    const limit = `2 to ${2 + pingContextMaxBytes}`;
    throw new ZmtpError(ZmtpErrorCode.badCommand, `PING body of ${bytes} bytes, expected ${limit}`);
  }
  return { ttlDeciseconds: (buf[start]! << 8) | buf[start + 1]!, context: buf.slice(start + 2, end) };
}
