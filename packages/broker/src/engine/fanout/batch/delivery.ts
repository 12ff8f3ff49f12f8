import { BlockOffset, deliveryBlockBytes, deliveryBlockVersion } from '@pulsemq/protocol';
import { writeFrameHeader } from '@pulsemq/zmtp';
import type { Clock } from '../../clock.js';
import type { InterestGroup } from '../interest-group.js';
import type { Batch } from './batch.js';
import { slabMaxBytes } from './batch-pool.js';
import { copyBytes, copyShort } from './copy-bytes.js';

/** What a route gives its deliveries. */
export interface DeliverySource {
  /** The key frame as it stands on the wire, flags and length included. */
  readonly keyFrame: Buffer;
  /** On the key frame. */
  readonly keyView: DataView;
  readonly epoch: number;
  /** Sequence of this message, as two halves of 32 bits. */
  sequenceHigh: number;
  sequenceLow: number;
}

/** Where the parts of a whole message lie in the bytes it was read into. */
export interface MessageSpan {
  /** First byte of frame 0, its flags. */
  start: number;
  /** End of frame 4: what is delivered as it came. */
  payloadEnd: number;
  /** Body of frame 5. */
  reservedStart: number;
  reservedEnd: number;
}

/** Above so many bytes a message is not copied into slabs but kept as the chunks it came in. */
export const largeMessageBytes = 131_072;

/** Frame 5 is written in the short form while block and publisher's bytes fit into it. */
const shortReservedBytes = 255 - deliveryBlockBytes;

const versionAndBits = deliveryBlockVersion << 24;

/**
 * Copies one message into the batch of every group of its route. The first group's slab is written field by field, the
 * others get a copy of those bytes.
 */
export function deliver(
  groups: readonly InterestGroup[],
  source: DeliverySource,
  buf: Buffer,
  span: MessageSpan,
  clock: Clock,
): number {
  const keyBytes = source.keyFrame.length;
  const bodyBytes = span.payloadEnd - span.start;
  const reservedBytes = span.reservedEnd - span.reservedStart;
  const bytes = keyBytes + bodyBytes + reservedFrameBytes(reservedBytes);
  const first = groups[0]!.reserve(bytes);
  const at = first.endBytes;
  copyShort(source.keyView, 0, keyBytes, first.fields, at);
  copyBytes(buf, span.start, span.payloadEnd, first, at + keyBytes);
  writeReservedFrame(first, at + keyBytes + bodyBytes, source, buf, span, clock);
  first.endBytes = at + bytes;
  first.messageCount++;
  if (groups.length > 1) copyToOthers(groups, first.buffer.subarray(at, at + bytes));
  return bytes;
}

/** One view serves all of them: then `set` is the fastest. */
function copyToOthers(groups: readonly InterestGroup[], message: Buffer): void {
  for (let index = 1; index < groups.length; index++) {
    const batch = groups[index]!.reserve(message.length);
    batch.buffer.set(message, batch.endBytes);
    batch.endBytes += message.length;
    batch.messageCount++;
  }
}

/** Bytes of frame 6 with so many of the publisher's own in it. */
export const reservedFrameBytes = (ownBytes: number): number =>
  (ownBytes <= shortReservedBytes ? 2 : 9) + deliveryBlockBytes + ownBytes;

/** Writes frame 6 of a delivery, the reserved one: the block, then the publisher's own bytes. */
export function writeReservedFrame(
  batch: Batch,
  at: number,
  source: DeliverySource,
  buf: Buffer,
  span: MessageSpan,
  clock: Clock,
): void {
  const reservedBytes = span.reservedEnd - span.reservedStart;
  let block = at + 2;
  if (reservedBytes <= shortReservedBytes) {
    batch.buffer[at] = 0;
    batch.buffer[at + 1] = deliveryBlockBytes + reservedBytes;
  } else {
    block = writeFrameHeader(batch.buffer, at, 0, deliveryBlockBytes + reservedBytes);
  }
  const fields = batch.fields;
  fields.setUint32(block, versionAndBits);
  fields.setUint32(block + BlockOffset.epoch, source.epoch);
  fields.setUint32(block + BlockOffset.sequence, source.sequenceHigh);
  fields.setUint32(block + BlockOffset.sequence + 4, source.sequenceLow);
  fields.setUint32(block + BlockOffset.receivedAt, clock.highUs);
  fields.setUint32(block + BlockOffset.receivedAt + 4, clock.lowUs);
  if (reservedBytes > 0)
    batch.buffer.set(buf.subarray(span.reservedStart, span.reservedEnd), block + deliveryBlockBytes);
}

/** True when a message of so many bytes fits a slab whatever its key and reserved frame add. */
export const fitsSlab = (messageBytes: number): boolean =>
  messageBytes <= largeMessageBytes && largeMessageBytes < slabMaxBytes;
