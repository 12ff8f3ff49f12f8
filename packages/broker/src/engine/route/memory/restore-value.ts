import { frameBodyBytes, frameHeaderBytesOf } from '@pulsemq/zmtp';
import { offsetOfReserved } from '../../../journal/record.js';
import { largeBatch } from '../../fanout/batch/large-batch.js';
import { LargeMessage, type SmallMessage } from '../../fanout/batch/message.js';
import { largeMessageBytes } from '../../message-size.js';
import type { Route } from '../route.js';
import type { LastValues } from './last-values.js';

/** Keeps a message of the journal as the last value of its route, received at this time. The route has the epoch and the sequence of it. */
export function restoreValue(values: LastValues, route: Route, frames: Uint8Array, receivedAtUs: number): void {
  if (!route.keepsLastValue) return;
  const buf = Buffer.from(frames.buffer, frames.byteOffset, frames.length);
  const payloadEnd = offsetOfReserved(buf);
  const reservedStart = payloadEnd + frameHeaderBytesOf(buf[payloadEnd]!);
  const received = {
    highUs: Math.floor(receivedAtUs / 0x1_0000_0000),
    lowUs: (receivedAtUs % 0x1_0000_0000) | 0,
    nowUs: receivedAtUs,
  };
  if (payloadEnd > largeMessageBytes) {
    const payloadBytes = bytesOfPayload(buf);
    const message = new LargeMessage([buf.subarray(0, payloadEnd)], [], buf.subarray(reservedStart), payloadBytes);
    values.keepLarge(route, largeBatch(route, message, received));
  } else {
    values.note(route, smallMessage(buf, payloadEnd, reservedStart));
    values.settle();
  }
  if (route.value === null) return;
  route.value.highUs = received.highUs;
  route.value.lowUs = received.lowUs;
}

function smallMessage(buf: Buffer, payloadEnd: number, reservedStart: number): SmallMessage {
  const payloadBytes = bytesOfPayload(buf);
  const payloadStart = payloadEnd - payloadBytes;
  return {
    isLarge: false,
    buf,
    start: 0,
    payloadStart,
    payloadEnd,
    reservedStart,
    reservedEnd: buf.length,
    payloadBytes,
  };
}

/** Body bytes of frame 4. */
function bytesOfPayload(buf: Buffer): number {
  let at = 0;
  for (let frame = 0; frame < 4; frame++) at += frameHeaderBytesOf(buf[at]!) + frameBodyBytes(buf, at);
  return frameBodyBytes(buf, at);
}
