/** SUBSCRIBE and CANCEL: commands since ZMTP 3.1; in 3.0 messages whose first byte is 1 or 0 (RFC 23). */

import { encodeCommand, parseCommand } from './command.js';
import { FrameFlag } from './constants.js';
import { encodeFrame } from './frame-encoder.js';

/** `command` for a peer of ZMTP 3.1, `message` for a peer of 3.0. */
export type SubscriptionForm = 'command' | 'message';

/** A subscription, and where its prefix lies. */
export interface SubscriptionSpan {
  readonly kind: 'subscribe' | 'cancel';
  readonly prefixStart: number;
  readonly prefixEnd: number;
}

const cancelByte = 0;
const subscribeByte = 1;

/** Encodes a subscription to all messages whose first frame begins with `prefix`, as one whole frame. */
export function encodeSubscribe(prefix: Uint8Array, form: SubscriptionForm): Uint8Array {
  return form === 'command' ? encodeCommand('SUBSCRIBE', prefix) : encodeAsMessage(subscribeByte, prefix);
}

/** Encodes the end of a subscription, as one whole frame. */
export function encodeCancel(prefix: Uint8Array, form: SubscriptionForm): Uint8Array {
  return form === 'command' ? encodeCommand('CANCEL', prefix) : encodeAsMessage(cancelByte, prefix);
}

function encodeAsMessage(first: number, prefix: Uint8Array): Uint8Array {
  const body = new Uint8Array(1 + prefix.length);
  body[0] = first;
  body.set(prefix, 1);
  return encodeFrame(body);
}

/**
 * Reads the body `[start, end)` of a frame in either form. Returns null for any other frame. Do not call it for a frame
 * that continues a message: its first byte has no meaning. Throws a ZmtpError for a malformed command.
 */
export function parseSubscription(buf: Uint8Array, flags: number, start: number, end: number): SubscriptionSpan | null {
  if ((flags & FrameFlag.command) !== 0) return parseFromCommand(buf, start, end);
  if ((flags & FrameFlag.more) !== 0 || start >= end) return null;
  const first = buf[start]!;
  if (first !== subscribeByte && first !== cancelByte) return null;
  return { kind: first === subscribeByte ? 'subscribe' : 'cancel', prefixStart: start + 1, prefixEnd: end };
}

function parseFromCommand(buf: Uint8Array, start: number, end: number): SubscriptionSpan | null {
  const { name, bodyStart, bodyEnd } = parseCommand(buf, start, end);
  if (name === 'SUBSCRIBE') return { kind: 'subscribe', prefixStart: bodyStart, prefixEnd: bodyEnd };
  if (name === 'CANCEL') return { kind: 'cancel', prefixStart: bodyStart, prefixEnd: bodyEnd };
  return null;
}
