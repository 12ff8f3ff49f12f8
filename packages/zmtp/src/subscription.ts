import { encodeCommand } from './command.js';
import { FrameFlag } from './constants.js';
import { encodeFrame } from './frame-encoder.js';

/** How a subscription travels: as a command between ZMTP 3.1 peers, as a message with a leading 1 or 0 before that. */
export type SubscriptionForm = 'command' | 'message';

/** A subscription or its end; the prefix is [prefixStart, prefixEnd) of the frame's buffer. */
export interface Subscription {
  readonly kind: 'subscribe' | 'cancel';
  readonly prefixStart: number;
  readonly prefixEnd: number;
}

const subscribeName = '\x09SUBSCRIBE';
const cancelName = '\x06CANCEL';

function asMessage(kind: number, prefix: Uint8Array): Uint8Array {
  const body = new Uint8Array(1 + prefix.length);
  body[0] = kind;
  body.set(prefix, 1);
  return encodeFrame(body);
}

/** A whole SUBSCRIBE frame. */
export const encodeSubscribe = (prefix: Uint8Array, form: SubscriptionForm): Uint8Array =>
  form === 'command' ? encodeCommand('SUBSCRIBE', prefix) : asMessage(1, prefix);

/** A whole CANCEL frame. */
export const encodeCancel = (prefix: Uint8Array, form: SubscriptionForm): Uint8Array =>
  form === 'command' ? encodeCommand('CANCEL', prefix) : asMessage(0, prefix);

/** Reads a frame body as a subscription in either form; null when it is something else. */
export function parseSubscription(buf: Uint8Array, flags: number, start: number, end: number): Subscription | null {
  if (flags & FrameFlag.command) {
    if (startsWith(buf, start, end, subscribeName)) return found('subscribe', start + subscribeName.length, end);
    return startsWith(buf, start, end, cancelName) ? found('cancel', start + cancelName.length, end) : null;
  }
  if (start === end || buf[start]! > 1) return null;
  return found(buf[start] === 1 ? 'subscribe' : 'cancel', start + 1, end);
}

const found = (kind: Subscription['kind'], prefixStart: number, prefixEnd: number): Subscription => ({
  kind,
  prefixStart,
  prefixEnd,
});

function startsWith(buf: Uint8Array, start: number, end: number, word: string): boolean {
  if (end - start < word.length) return false;
  for (let index = 0; index < word.length; index++) if (buf[start + index] !== word.charCodeAt(index)) return false;
  return true;
}
