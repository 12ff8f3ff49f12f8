import { dataViewOf } from './data-view.js';

/**
 * The delivery block: 24 bytes at the start of the reserved frame of every delivery. The publisher's own reserved bytes follow it.
 * All integers are big-endian.
 */

/** Size of the block. */
export const deliveryBlockBytes = 24;

/** Value of byte 0. There is one version. */
export const deliveryBlockVersion = 1;

/** Offset of each field. Hot paths write a 64-bit field as two u32, high half first. */
export const BlockOffset = {
  version: 0,
  bits: 1,
  conflatedCount: 2,
  epoch: 4,
  sequence: 8,
  receivedAt: 16,
} as const;

/** Bits of byte 1 of the block. */
export const BlockBit = {
  /** The message is the last value that the broker keeps, sent after a subscribe. It is not new. */
  snapshot: 0x01,
  /** The message stands for `conflatedCount` updates. */
  conflated: 0x02,
  /** The broker dropped messages of this subscriber before this one. */
  dropped: 0x04,
  /** The message comes from the journal, because a replay was asked for. It is not new. */
  replayed: 0x08,
} as const;

/** The fields of a block. */
export interface DeliveryBlock {
  /** A set of `BlockBit`. */
  readonly bits: number;
  /** Updates that a conflated message stands for, at most 65,535. */
  readonly conflatedCount: number;
  /** Changes when sequence numbers begin again at 1. */
  readonly epoch: number;
  /** Number of the message in its topic and epoch, from 1. Exact up to 2^53 - 1. */
  readonly sequence: number;
  /** Time at which the broker received the message, Unix microseconds. */
  readonly receivedAtUs: number;
}

/** Reads the block at the start of a reserved frame. Undefined if there is none, as in deliveries of the Python broker. */
export function decodeDeliveryBlock(reserved: Uint8Array): DeliveryBlock | undefined {
  if (reserved.length < deliveryBlockBytes || reserved[0] !== deliveryBlockVersion) return undefined;
  const view = new DataView(reserved.buffer, reserved.byteOffset, deliveryBlockBytes);
  return {
    bits: view.getUint8(BlockOffset.bits),
    conflatedCount: view.getUint16(BlockOffset.conflatedCount),
    epoch: view.getUint32(BlockOffset.epoch),
    sequence: Number(view.getBigUint64(BlockOffset.sequence)),
    receivedAtUs: Number(view.getBigInt64(BlockOffset.receivedAt)),
  };
}

/** Writes a block at `at` and returns the offset after it. A `conflatedCount` past 65,535 is written as 65,535. */
export function writeDeliveryBlock(into: Uint8Array, at: number, block: DeliveryBlock): number {
  const view = dataViewOf(into);
  view.setUint8(at + BlockOffset.version, deliveryBlockVersion);
  view.setUint8(at + BlockOffset.bits, block.bits);
  view.setUint16(at + BlockOffset.conflatedCount, Math.min(block.conflatedCount, 0xffff));
  view.setUint32(at + BlockOffset.epoch, block.epoch);
  write64(view, at + BlockOffset.sequence, block.sequence);
  write64(view, at + BlockOffset.receivedAt, block.receivedAtUs);
  return at + deliveryBlockBytes;
}

/** Writes a safe integer, high half first: a replay writes a block for each message, and a bigint costs more than all the rest of it. */
function write64(view: DataView, at: number, value: number): void {
  view.setUint32(at, Math.floor(value / 0x1_0000_0000));
  view.setUint32(at + 4, value);
}
