import { headerBytes } from '@pulsemq/protocol';
import { encodeFrame, encodeMessage, FrameFlag, frameHeaderBytes, writeFrameHeader } from '@pulsemq/zmtp';
import { LargeMessage } from '../../fanout/batch/message.js';
import type { Route } from '../../route/route.js';
import { RequestSpan } from '../wire/message-locator.js';

/** Fills in names: an empty namespace frame means `default`, an empty username frame the user of the session. */

/** A copy of a message that fits a slab. */
export function withNames(message: RequestSpan, route: Route, username: string): RequestSpan {
  const { buf, start } = message;
  const reservedBytes = message.reservedEnd - message.reservedStart;
  const named = new RequestSpan();
  named.buf = Buffer.from(
    encodeMessage([
      buf.subarray(start + 2, start + 2 + headerBytes),
      Buffer.from(route.namespace.name),
      Buffer.from(route.topic),
      Buffer.from(username),
      buf.subarray(message.payloadStart, message.payloadEnd),
      buf.subarray(message.reservedStart, message.reservedEnd),
    ]),
  );
  named.reservedEnd = named.buf.length;
  named.reservedStart = named.reservedEnd - reservedBytes;
  named.payloadEnd = named.reservedStart - frameHeaderBytes(reservedBytes);
  named.payloadStart = named.payloadEnd - message.payloadBytes;
  return named;
}

/** The same for a large message: only its first chunk is copied. `span` points into that chunk. */
export function largeWithNames(message: LargeMessage, span: RequestSpan, route: Route, username: string): LargeMessage {
  const { buf, chunks, slabs, reserved, payloadBytes } = message;
  const payloadHead = new Uint8Array(9);
  const payloadHeadBytes = writeFrameHeader(payloadHead, 0, FrameFlag.more, payloadBytes);
  const first = Buffer.concat([
    buf.subarray(0, span.namespaceAt),
    encodeFrame(Buffer.from(route.namespace.name), FrameFlag.more),
    buf.subarray(span.topicAt, span.usernameAt),
    encodeFrame(Buffer.from(username), FrameFlag.more),
    payloadHead.subarray(0, payloadHeadBytes),
    buf.subarray(span.payloadStart),
  ]);
  return new LargeMessage([first, ...chunks.slice(1)], slabs, reserved, payloadBytes);
}
