/**
 * The 24 bytes at the start of frame 5 (reserved) of every delivery; whatever the publisher put into its own reserved
 * frame follows them. All integers big-endian.
 */

/** Size of the block. */
export const deliveryBlockBytes = 24;

/** The only block version. */
export const deliveryBlockVersion = 1;

/** Where each field starts. 64-bit fields are written as two u32 on hot paths, high half first. */
export const BlockOffset = {
  version: 0,
  bits: 1,
  conflatedCount: 2,
  epoch: 4,
  sequence: 8,
  receivedAt: 16,
} as const;

/** Byte 1 of the block. */
export const BlockBit = {
  /** The kept last value, sent on subscribe; not a new message. */
  snapshot: 0x01,
  /** Stands for `conflatedCount` updates. */
  conflated: 0x02,
  /** Messages were dropped for this subscriber before this one. */
  dropped: 0x04,
} as const;

/** The block as numbers. */
export interface DeliveryBlock {
  readonly bits: number;
  /** How many updates this one stands for, when conflated; saturates at 65535. */
  readonly conflatedCount: number;
  /** Changes whenever sequence numbers start again. */
  readonly epoch: number;
  /** Of this message in its topic, from 1. Exact up to 2^53. */
  readonly sequence: number;
  /** When the broker received it: Unix microseconds. */
  readonly receivedAtUs: number;
}

const high = 0x1_0000_0000;

/** Reads the block at the start of a reserved frame; undefined when there is none (the Python broker's deliveries). */
export function decodeDeliveryBlock(reserved: Uint8Array): DeliveryBlock | undefined {
  if (reserved.length < deliveryBlockBytes || reserved[0] !== deliveryBlockVersion) return undefined;
  const view = new DataView(reserved.buffer, reserved.byteOffset, deliveryBlockBytes);
  return {
    bits: view.getUint8(BlockOffset.bits),
    conflatedCount: view.getUint16(BlockOffset.conflatedCount),
    epoch: view.getUint32(BlockOffset.epoch),
    sequence: view.getUint32(BlockOffset.sequence) * high + view.getUint32(BlockOffset.sequence + 4),
    receivedAtUs: view.getInt32(BlockOffset.receivedAt) * high + view.getUint32(BlockOffset.receivedAt + 4),
  };
}

/** Writes a block into `into` at `at` and returns the offset after it. */
export function writeDeliveryBlock(into: Uint8Array, at: number, block: DeliveryBlock): number {
  const view = new DataView(into.buffer, into.byteOffset + at, deliveryBlockBytes);
  view.setUint8(BlockOffset.version, deliveryBlockVersion);
  view.setUint8(BlockOffset.bits, block.bits);
  view.setUint16(BlockOffset.conflatedCount, Math.min(block.conflatedCount, 0xffff));
  view.setUint32(BlockOffset.epoch, block.epoch);
  view.setUint32(BlockOffset.sequence, Math.floor(block.sequence / high));
  view.setUint32(BlockOffset.sequence + 4, block.sequence % high);
  view.setInt32(BlockOffset.receivedAt, Math.floor(block.receivedAtUs / high));
  view.setUint32(BlockOffset.receivedAt + 4, block.receivedAtUs % high);
  return at + deliveryBlockBytes;
}
