import { headerBytes } from '@pulsemq/protocol';
import { FrameFlag, readU64 } from '@pulsemq/zmtp';
import type { SmallMessage } from '../../fanout/batch/message.js';
import { largeMessageBytes } from '../../message-size.js';

/** Where the six frames of a message lie in a buffer. Each reader has one and fills it again for each message. */
export class RequestSpan implements SmallMessage {
  readonly isLarge = false;
  buf: Buffer = noBytes;
  /** Flags byte of frame 0; its body, the header, starts two bytes on. */
  start = 0;
  /** Flags bytes of frames 1 to 3; their bodies start two bytes on. */
  namespaceAt = 0;
  topicAt = 0;
  usernameAt = 0;
  /** Flags byte of frame 4, and its body. */
  payloadAt = 0;
  payloadStart = 0;
  payloadEnd = 0;
  /** Body of frame 5. */
  reservedStart = 0;
  reservedEnd = 0;

  get payloadBytes(): number {
    return this.payloadEnd - this.payloadStart;
  }
}

const noBytes = Buffer.alloc(0);

/** What was found at an offset. */
export const Located = {
  /** A whole message of the usual form: the span is complete, and `reservedEnd` is its end. */
  whole: 0,
  /** The bytes so far are the start of a message. */
  partial: 1,
  /** Frames 0 to 3 and the size of frame 4 are there, and the message is too large for a slab. */
  large: 2,
  /** Something else: a command, another number of frames, lengths in an unusual form, or bytes that are not ZMTP. */
  irregular: 3,
} as const;
export type Located = (typeof Located)[keyof typeof Located];

/**
 * Finds the six frames in one pass over the bytes and slices none. The usual form is what every libzmq sends: a header of 20 bytes, three
 * short names, a payload, a short reserved frame.
 */
export function locate(buf: Buffer, start: number, end: number, span: RequestSpan): Located {
  if (end - start < 2) return Located.partial;
  if (buf[start] !== FrameFlag.more || buf[start + 1] !== headerBytes) return Located.irregular;
  span.buf = buf;
  span.start = start;
  let at = start + 2 + headerBytes;
  span.namespaceAt = at;
  if (at + 2 > end) return Located.partial;
  if (buf[at] !== FrameFlag.more) return Located.irregular;
  at += 2 + buf[at + 1]!;
  span.topicAt = at;
  if (at + 2 > end) return Located.partial;
  if (buf[at] !== FrameFlag.more) return Located.irregular;
  at += 2 + buf[at + 1]!;
  span.usernameAt = at;
  if (at + 2 > end) return Located.partial;
  if (buf[at] !== FrameFlag.more) return Located.irregular;
  at += 2 + buf[at + 1]!;
  span.payloadAt = at;
  if (at + 2 > end) return Located.partial;
  if (buf[at] === FrameFlag.more) {
    span.payloadStart = at + 2;
    span.payloadEnd = at + 2 + buf[at + 1]!;
  } else if (buf[at] === (FrameFlag.more | FrameFlag.long)) {
    if (at + 9 > end) return Located.partial;
    span.payloadStart = at + 9;
    span.payloadEnd = at + 9 + readU64(buf, at + 1);
    if (span.payloadEnd - start > largeMessageBytes) return Located.large;
  } else return Located.irregular;
  return locateReserved(buf, end, span);
}

function locateReserved(buf: Buffer, end: number, span: RequestSpan): Located {
  const at = span.payloadEnd;
  if (at + 2 > end) return Located.partial;
  if (buf[at] !== 0) return Located.irregular;
  span.reservedStart = at + 2;
  span.reservedEnd = at + 2 + buf[at + 1]!;
  return span.reservedEnd > end ? Located.partial : Located.whole;
}
