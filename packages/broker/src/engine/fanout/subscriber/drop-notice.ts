import { BlockBit, BlockOffset } from '@pulsemq/protocol';
import { frameBody } from '../batch/message-walk.js';

/** Frame 6 of a delivery, which begins with the block. */
const reservedFrame = 6;

/** A copy of the message in the bytes [start, end) with bit 2 set: messages before it were dropped. */
export function copyWithNotice(buffer: Buffer, start: number, end: number): Buffer {
  const copy = Buffer.from(buffer.subarray(start, end));
  const bits = frameBody(copy, 0, reservedFrame) + BlockOffset.bits;
  copy[bits] = copy[bits]! | BlockBit.dropped;
  return copy;
}
