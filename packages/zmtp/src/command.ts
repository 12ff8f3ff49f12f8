/** Commands (RFC 37): a frame with the COMMAND bit whose body is a short name and the rest. */

import { asciiText, emptyBytes, printableText, wireName } from './bytes.js';
import { FrameFlag, pingContextMaxBytes, shortStringMaxBytes } from './constants.js';
import { badArgument, badCommand } from './errors.js';
import { encodeFrame } from './frame-encoder.js';

export interface CommandSpan {
  readonly name: string;
  readonly bodyStart: number;
  readonly bodyEnd: number;
}

export interface Ping {
  /** How long the sender may be silent before the receiver should drop it, in tenths of a second. 0: no limit. */
  readonly ttlDeciseconds: number;
  /** To be echoed in the PONG. A view: copy it to keep it. */
  readonly context: Uint8Array;
}

/** The whole frame. */
export function encodeCommand(name: string, body: Uint8Array): Uint8Array {
  if (!wireName.test(name)) throw badArgument(`command name ${JSON.stringify(name)} is not 1 to 255 name characters`);
  const bytes = new Uint8Array(1 + name.length + body.length);
  bytes[0] = name.length;
  for (let i = 0; i < name.length; i++) bytes[1 + i] = name.charCodeAt(i);
  bytes.set(body, 1 + name.length);
  return encodeFrame(bytes, FrameFlag.command);
}

/** Splits the body `[start, end)` of a command frame. */
export function parseCommand(buf: Uint8Array, start: number, end: number): CommandSpan {
  if (start >= end) throw badCommand('empty body, no name');
  const bodyStart = start + 1 + buf[start]!;
  if (bodyStart > end) throw badCommand(`name of ${buf[start]} bytes in a body of ${end - start}`);
  const name = asciiText(buf, start + 1, bodyStart);
  if (!wireName.test(name))
    throw badCommand(`name "${printableText(buf, start + 1, bodyStart)}" is not name characters`);
  return { name, bodyStart, bodyEnd: end };
}

/** ZMQ_HEARTBEAT_TTL travels in tenths of a second. */
export function encodePing(ttlDeciseconds: number, context: Uint8Array = emptyBytes): Uint8Array {
  if (!Number.isInteger(ttlDeciseconds) || ttlDeciseconds < 0 || ttlDeciseconds > 0xffff) {
    throw badArgument(`PING ttl ${ttlDeciseconds} is not an integer of 0 to 65535 deciseconds`);
  }
  checkContext(context);
  const body = new Uint8Array(2 + context.length);
  body[0] = ttlDeciseconds >>> 8;
  body[1] = ttlDeciseconds;
  body.set(context, 2);
  return encodeCommand('PING', body);
}

export function encodePong(context: Uint8Array = emptyBytes): Uint8Array {
  checkContext(context);
  return encodeCommand('PONG', context);
}

function checkContext(context: Uint8Array): void {
  if (context.length > pingContextMaxBytes) {
    throw badArgument(`PING context of ${context.length} bytes exceeds ${pingContextMaxBytes}`);
  }
}

/** Reads the body of a PING, as `parseCommand` found it. */
export function parsePing(buf: Uint8Array, bodyStart: number, bodyEnd: number): Ping {
  const contextStart = bodyStart + 2;
  if (contextStart > bodyEnd) throw badCommand(`PING of ${bodyEnd - bodyStart} bytes has no ttl`);
  const contextBytes = bodyEnd - contextStart;
  if (contextBytes > pingContextMaxBytes) {
    throw badCommand(`PING context of ${contextBytes} bytes exceeds ${pingContextMaxBytes}`);
  }
  return { ttlDeciseconds: (buf[bodyStart]! << 8) | buf[bodyStart + 1]!, context: buf.subarray(contextStart, bodyEnd) };
}

/** ERROR (RFC 37): what a server says instead of going on. */
export function encodeError(reason: string): Uint8Array {
  const text = reason.slice(0, shortStringMaxBytes);
  const body = new Uint8Array(1 + text.length);
  body[0] = text.length;
  for (let i = 0; i < text.length; i++) body[1 + i] = text.charCodeAt(i);
  return encodeCommand('ERROR', body);
}

/** The reason in printable form; a malformed ERROR still says "refused", so this never throws. */
export function parseError(buf: Uint8Array, bodyStart: number, bodyEnd: number): string {
  if (bodyStart >= bodyEnd) return '';
  return printableText(buf, bodyStart + 1, Math.min(bodyEnd, bodyStart + 1 + buf[bodyStart]!));
}
