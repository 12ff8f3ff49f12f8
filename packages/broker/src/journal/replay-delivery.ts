import {
  BlockBit,
  BlockOffset,
  type CopyTarget,
  copyBytes,
  copyShort,
  dataViewOf,
  deliveryBlockBytes,
  deliveryBlockVersion,
} from '@pulsemq/protocol';
import { frameHeaderBytesOf, writeFrameHeader } from '@pulsemq/zmtp';
import { RecordOffset, recordHeadBytes } from './format.js';
import { keyFrameOf, offsetOfReserved } from './record.js';

/** A topic under one epoch, with what its deliveries begin with. */
export interface ReplayTopic {
  /** `namespace:topic`. */
  readonly key: string;
  readonly epoch: number;
  /** Frame 0 of its deliveries. */
  readonly keyFrame: DataView;
}

export function replayTopic(key: string, epoch: number): ReplayTopic {
  const { buffer, byteOffset, byteLength } = keyFrameOf(key);
  return { key, epoch, keyFrame: new DataView(buffer, byteOffset, byteLength) };
}

/** A message as it lies in a block: the head of its record at `at`, and its frames up to `end`. */
export interface MessagePlace {
  readonly records: Buffer;
  readonly at: number;
  readonly end: number;
}

/** The header of frame 5 may become longer than the publisher's. */
const longHeaderBytes = 9;

/** The most bytes that the delivery of a message may have. */
export const replayedMaxBytes = ({ keyFrame }: ReplayTopic, { at, end }: MessagePlace): number =>
  keyFrame.byteLength + end - at - recordHeadBytes + deliveryBlockBytes + longHeaderBytes;

/** Bytes 0 to 3 of the block: its version, the bit of replayed messages, and no conflated updates. */
const blockStart = (deliveryBlockVersion << 24) | (BlockBit.replayed << 16);

/**
 * Writes the delivery of a message at an offset, for which there must be room; returns the offset after it. Sequence and time stand in the block
 * as in the head of the record. It reads and copies in place: a view of each message costs more than its delivery.
 */
export function writeReplayed(
  to: CopyTarget,
  at: number,
  { keyFrame, epoch }: ReplayTopic,
  { records, at: recordAt, end }: MessagePlace,
): number {
  const framesAt = recordAt + recordHeadBytes;
  const reservedAt = offsetOfReserved(records, framesAt);
  const reservedStart = reservedAt + frameHeaderBytesOf(records[reservedAt]!);
  copyShort(keyFrame, 0, keyFrame.byteLength, to.fields, at);
  copyBytes(records, framesAt, reservedAt, to, at + keyFrame.byteLength);
  const headerAt = at + keyFrame.byteLength + reservedAt - framesAt;
  const blockAt = writeFrameHeader(to.buffer, headerAt, 0, deliveryBlockBytes + end - reservedStart);
  to.fields.setUint32(blockAt, blockStart);
  to.fields.setUint32(blockAt + BlockOffset.epoch, epoch);
  const source = dataViewOf(records);
  copyShort(source, recordAt + RecordOffset.sequence, framesAt, to.fields, blockAt + BlockOffset.sequence);
  const after = blockAt + deliveryBlockBytes;
  if (reservedStart < end) copyBytes(records, reservedStart, end, to, after);
  return after + end - reservedStart;
}
