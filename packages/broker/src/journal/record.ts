import { deliveryBlockBytes, writeDeliveryBlock } from '@pulsemq/protocol';
import { encodeFrame, FrameFlag, frameBodyBytes, frameHeaderBytesOf, writeFrameHeader } from '@pulsemq/zmtp';

/** A message of the journal. */
export interface JournalRecord {
  /** `namespace:topic`. */
  readonly key: string;
  readonly epoch: number;
  readonly sequence: number;
  /** When the broker received it, Unix microseconds. */
  readonly receivedAtUs: number;
  /** The six frames as the publisher sent them. The bytes belong to the record. */
  readonly frames: Buffer;
}

/** Namespace and topic of a key. A namespace has no colon. */
export function namesOf(key: string): { readonly namespace: string; readonly topic: string } {
  const colon = key.indexOf(':');
  return { namespace: key.slice(0, colon), topic: key.slice(colon + 1) };
}

/** The bodies of the six frames: header, namespace, topic, username, payload, reserved. Views of the record. */
export function framesOf({ frames }: JournalRecord): Buffer[] {
  const bodies: Buffer[] = [];
  for (let at = 0; at < frames.length; ) {
    const start = at + frameHeaderBytesOf(frames[at]!);
    at = start + frameBodyBytes(frames, at);
    bodies.push(frames.subarray(start, at));
  }
  return bodies;
}

/** The message as it stood on the wire in a delivery: the key, frames 0 to 4, and frame 5 with our block. `bits` are those of the block. */
export function deliveryOf(record: JournalRecord, bits = 0): Buffer {
  const key = keyFrameOf(record.key);
  const delivery = Buffer.alloc(deliveryMaxBytes(record, key));
  return delivery.subarray(0, writeDelivery(delivery, 0, record, key, bits));
}

/** Frame 0 of the deliveries of a topic. */
export const keyFrameOf = (key: string): Uint8Array => encodeFrame(Buffer.from(key, 'utf8'), FrameFlag.more);

/** The most bytes that the delivery of a record may have: the block may make the header of frame 5 longer. */
const deliveryMaxBytes = ({ frames }: JournalRecord, keyFrame: Uint8Array): number =>
  keyFrame.length + frames.length + deliveryBlockBytes + longHeaderBytes;

const longHeaderBytes = 9;

/** Writes the delivery of a record at an offset, for which there must be room; returns the offset after it. */
function writeDelivery(into: Buffer, at: number, record: JournalRecord, keyFrame: Uint8Array, bits: number): number {
  const { epoch, sequence, receivedAtUs, frames } = record;
  const reservedAt = offsetOfReserved(frames);
  const reservedStart = reservedAt + frameHeaderBytesOf(frames[reservedAt]!);
  into.set(keyFrame, at);
  // All frames at once, without a view of a part of them: frame 5 is written anew.
  into.set(frames, at + keyFrame.length);
  let end = at + keyFrame.length + reservedAt;
  end = writeFrameHeader(into, end, 0, deliveryBlockBytes + frames.length - reservedStart);
  end = writeDeliveryBlock(into, end, { bits, conflatedCount: 0, epoch, sequence, receivedAtUs });
  return reservedStart < frames.length ? end + frames.copy(into, end, reservedStart) : end;
}

/** Where frame 5 of the frames at an offset begins. */
export function offsetOfReserved(frames: Uint8Array, framesAt = 0): number {
  let at = framesAt;
  for (let frame = 0; frame < 5; frame++) at += frameHeaderBytesOf(frames[at]!) + frameBodyBytes(frames, at);
  return at;
}
