import { BlockOffset, deliveryBlockBytes, deliveryBlockVersion } from '@pulsemq/protocol';
import { writeFrameHeader } from '@pulsemq/zmtp';
import type { Clock } from '../../clock.js';
import type { Batch } from './batch.js';
import { copyBytes, copyShort } from './copy-bytes.js';
import type { SmallMessage } from './message.js';

/** What a route gives its deliveries. */
export interface DeliverySource {
  /** The bytes [keyStart, keyEnd) of this view are the key frame, flags and length included. */
  readonly keyView: DataView;
  readonly keyStart: number;
  readonly keyEnd: number;
  readonly epoch: number;
  /** Sequence of this message, as two halves of 32 bits. */
  readonly sequenceHigh: number;
  readonly sequenceLow: number;
}

/** A batch that messages are copied into: an interest group's. */
export interface BatchTarget {
  /** The batch with room for `bytes` more. The caller fills them and advances `endBytes`. */
  reserve(bytes: number): Batch;
}

/** Frame 6 has a head of 2 bytes while the block and the publisher's own bytes fit into 255. */
const shortReservedBytes = 255 - deliveryBlockBytes;

/** The first word of the block: version, bits, and how many updates the message stands for. */
export const blockWord = (bits: number, conflatedCount: number): number =>
  (deliveryBlockVersion << 24) | (bits << 16) | Math.min(conflatedCount, conflatedMaxCount);

/** The field has 16 bits; a larger count saturates. */
const conflatedMaxCount = 0xffff;

const plainBlockWord = blockWord(0, 0);

/** When a message was received, Unix microseconds as two u32. */
export interface ReceivedAt {
  readonly highUs: number;
  readonly lowUs: number;
}

/**
 * Copies a message into the batch of every target and returns its bytes. The first batch is written field by field; the others get a
 * copy of those bytes.
 */
export function deliver(
  targets: readonly BatchTarget[],
  source: DeliverySource,
  message: SmallMessage,
  clock: Clock,
): number {
  const { buf, start, payloadEnd, reservedStart, reservedEnd } = message;
  const { keyView, keyStart, keyEnd } = source;
  const keyBytes = keyEnd - keyStart;
  const bodyBytes = payloadEnd - start;
  const bytes = keyBytes + bodyBytes + reservedFrameBytes(reservedEnd - reservedStart);
  const first = targets[0]!.reserve(bytes);
  const at = first.endBytes;
  copyShort(keyView, keyStart, keyEnd, first.fields, at);
  copyBytes(buf, start, payloadEnd, first, at + keyBytes);
  writeReservedFrame(first, at + keyBytes + bodyBytes, source, buf, reservedStart, reservedEnd, clock);
  first.endBytes = at + bytes;
  first.messageCount++;
  if (targets.length > 1) copyToOthers(targets, first.buffer.subarray(at, at + bytes));
  return bytes;
}

/** One view serves all other targets; with a view at hand, `set` is the fastest copy. */
function copyToOthers(targets: readonly BatchTarget[], message: Buffer): void {
  for (let index = 1; index < targets.length; index++) {
    const batch = targets[index]!.reserve(message.length);
    batch.buffer.set(message, batch.endBytes);
    batch.endBytes += message.length;
    batch.messageCount++;
  }
}

/** Bytes of the delivery of a message. */
export function deliveryBytes({ keyStart, keyEnd }: DeliverySource, message: SmallMessage): number {
  const { start, payloadEnd, reservedStart, reservedEnd } = message;
  return keyEnd - keyStart + payloadEnd - start + reservedFrameBytes(reservedEnd - reservedStart);
}

/** Bytes of frame 6 with `ownBytes` of the publisher's own in it. */
export const reservedFrameBytes = (ownBytes: number): number =>
  (ownBytes <= shortReservedBytes ? 2 : 9) + deliveryBlockBytes + ownBytes;

/** Writes frame 6 of a delivery, the reserved one: the block, then the publisher's own bytes [start, end) of `buf`. */
export function writeReservedFrame(
  batch: Batch,
  at: number,
  source: DeliverySource,
  buf: Buffer,
  start: number,
  end: number,
  received: ReceivedAt,
  word = plainBlockWord,
): void {
  const ownBytes = end - start;
  let block = at + 2;
  if (ownBytes <= shortReservedBytes) {
    batch.buffer[at] = 0;
    batch.buffer[at + 1] = deliveryBlockBytes + ownBytes;
  } else {
    block = writeFrameHeader(batch.buffer, at, 0, deliveryBlockBytes + ownBytes);
  }
  const { fields } = batch;
  fields.setUint32(block, word);
  fields.setUint32(block + BlockOffset.epoch, source.epoch);
  fields.setUint32(block + BlockOffset.sequence, source.sequenceHigh);
  fields.setUint32(block + BlockOffset.sequence + 4, source.sequenceLow);
  fields.setUint32(block + BlockOffset.receivedAt, received.highUs);
  fields.setUint32(block + BlockOffset.receivedAt + 4, received.lowUs);
  if (ownBytes > 0) batch.buffer.set(buf.subarray(start, end), block + deliveryBlockBytes);
}
