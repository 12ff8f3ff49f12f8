/** Commands (RFC 37): a frame with the COMMAND bit whose body is a short name and data. */

import { emptyBytes, latin1Text, printableText, wireName, wireNameRule } from './bytes.js';
import { FrameFlag, pingContextMaxBytes, shortStringMaxBytes } from './constants.js';
import { badArgument, badCommand } from './errors.js';
import { encodeFrame } from './frame-encoder.js';

/** Position of a command's parts in a buffer. */
export interface CommandSpan {
  readonly name: string;
  readonly bodyStart: number;
  readonly bodyEnd: number;
}

/** The body of a PING. */
export interface Ping {
  /** Silence of the sender after which the receiver should close the connection, in tenths of a second. 0: no limit. */
  readonly ttlDeciseconds: number;
  /** The PONG must repeat it. 0 to 16 bytes, a view: copy it to keep it. */
  readonly context: Uint8Array;
}

/** Encodes a command as one whole frame. Throws a ZmtpError for a name that RFC 37 does not allow. */
export function encodeCommand(name: string, body: Uint8Array): Uint8Array {
  if (!wireName.test(name)) throw badArgument(`command name ${JSON.stringify(name)} is not ${wireNameRule}`);
  const bytes = new Uint8Array(1 + name.length + body.length);
  bytes[0] = name.length;
  for (let i = 0; i < name.length; i++) bytes[1 + i] = name.charCodeAt(i);
  bytes.set(body, 1 + name.length);
  return encodeFrame(bytes, FrameFlag.command);
}

/** Splits the body `[start, end)` of a command frame. Throws a ZmtpError `ZMTP_BAD_COMMAND` if it has no valid name. */
export function parseCommand(buf: Uint8Array, start: number, end: number): CommandSpan {
  if (start >= end) throw badCommand('its body is empty, so it has no name');
  const bodyStart = start + 1 + buf[start]!;
  if (bodyStart > end)
    throw badCommand(`its name of ${buf[start]} bytes is longer than its body of ${end - start} bytes`);
  const name = latin1Text(buf, start + 1, bodyStart);
  if (!wireName.test(name))
    throw badCommand(`its name "${printableText(buf, start + 1, bodyStart)}" is not ${wireNameRule}`);
  return { name, bodyStart, bodyEnd: end };
}

/** Encodes a PING. `ttlDeciseconds` (ZMQ_HEARTBEAT_TTL) is 0 to 65535 tenths of a second, `context` at most 16 bytes. Throws a ZmtpError. */
export function encodePing(ttlDeciseconds: number, context: Uint8Array = emptyBytes): Uint8Array {
  if (!Number.isInteger(ttlDeciseconds) || ttlDeciseconds < 0 || ttlDeciseconds > 0xffff) {
    throw badArgument(`PING ttl ${ttlDeciseconds} is not an integer from 0 to 65535 deciseconds`);
  }
  checkContext(context);
  const body = new Uint8Array(2 + context.length);
  body[0] = ttlDeciseconds >>> 8;
  body[1] = ttlDeciseconds;
  body.set(context, 2);
  return encodeCommand('PING', body);
}

/** Encodes a PONG. It answers a PING by its context; without one it only shows that this side is alive. */
export function encodePong(context: Uint8Array = emptyBytes): Uint8Array {
  checkContext(context);
  return encodeCommand('PONG', context);
}

function checkContext(context: Uint8Array): void {
  if (context.length > pingContextMaxBytes) {
    throw badArgument(`PING context of ${context.length} bytes exceeds the limit of ${pingContextMaxBytes} bytes`);
  }
}

/** Reads the body of a PING that `parseCommand` has found. Throws a ZmtpError `ZMTP_BAD_COMMAND`. */
export function parsePing(buf: Uint8Array, bodyStart: number, bodyEnd: number): Ping {
  const contextStart = bodyStart + 2;
  if (contextStart > bodyEnd)
    throw badCommand(`PING body of ${bodyEnd - bodyStart} bytes has no ttl, which takes 2 bytes`);
  const contextBytes = bodyEnd - contextStart;
  if (contextBytes > pingContextMaxBytes) {
    throw badCommand(`PING context of ${contextBytes} bytes exceeds the limit of ${pingContextMaxBytes} bytes`);
  }
  return { ttlDeciseconds: (buf[bodyStart]! << 8) | buf[bodyStart + 1]!, context: buf.subarray(contextStart, bodyEnd) };
}

/** Encodes an ERROR (RFC 37), with which a server ends the handshake. `reason` is ASCII; only its first 255 characters are sent. */
export function encodeError(reason: string): Uint8Array {
  const text = reason.slice(0, shortStringMaxBytes);
  const body = new Uint8Array(1 + text.length);
  body[0] = text.length;
  for (let i = 0; i < text.length; i++) body[1 + i] = text.charCodeAt(i);
  return encodeCommand('ERROR', body);
}

/** Reads the reason of an ERROR as printable text. Never throws: a malformed ERROR is a refusal, too. */
export function parseError(buf: Uint8Array, bodyStart: number, bodyEnd: number): string {
  if (bodyStart >= bodyEnd) return '';
  return printableText(buf, bodyStart + 1, Math.min(bodyEnd, bodyStart + 1 + buf[bodyStart]!));
}
