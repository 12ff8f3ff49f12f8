import { Batch } from './batch.js';
import { type DeliverySource, type ReceivedAt, reservedFrameBytes, writeReservedFrame } from './delivery.js';
import type { LargeMessage } from './message.js';

/** Bytes left free before a large message in its first slab, for the key frame: 2 bytes of head, at most 255 of key. */
export const keyRoomBytes = 257;

/**
 * A batch of one large message. Key and block are written into the slabs of its chunks where these have room: a write of ten bytes costs
 * as much as one of fifty thousand.
 */
export function largeBatch(
  source: DeliverySource,
  message: LargeMessage,
  received: ReceivedAt & { readonly nowUs: number },
): Batch {
  const { chunks, slabs, reserved } = message;
  const tail = new Batch(Buffer.allocUnsafeSlow(reservedFrameBytes(reserved.length)), -1);
  writeReservedFrame(tail, 0, source, reserved, 0, reserved.length, received);
  const pieces = chunks.slice();
  const { keyView, keyStart, keyEnd } = source;
  prepend(pieces, slabs[0], Buffer.from(keyView.buffer, keyView.byteOffset + keyStart, keyEnd - keyStart));
  append(pieces, slabs[slabs.length - 1], tail.buffer);
  const bytes = pieces.reduce((sum, piece) => sum + piece.length, 0);
  const batch = Batch.ofChunks(pieces, bytes, received.nowUs);
  batch.tailBytes = tail.buffer.length;
  batch.slabs = slabs;
  return batch;
}

function prepend(pieces: Buffer[], slab: Buffer | undefined, bytes: Buffer): void {
  const first = pieces[0]!;
  if (slab === undefined || first.buffer !== slab.buffer) {
    pieces.unshift(bytes);
    return;
  }
  const start = first.byteOffset - slab.byteOffset;
  if (start < bytes.length) {
    pieces.unshift(bytes);
    return;
  }
  slab.set(bytes, start - bytes.length);
  pieces[0] = slab.subarray(start - bytes.length, start + first.length);
}

function append(pieces: Buffer[], slab: Buffer | undefined, bytes: Buffer): void {
  const last = pieces[pieces.length - 1]!;
  const end = last.byteOffset + last.length - (slab?.byteOffset ?? 0);
  if (slab === undefined || last.buffer !== slab.buffer || end + bytes.length > slab.length) {
    pieces.push(bytes);
    return;
  }
  slab.set(bytes, end);
  pieces[pieces.length - 1] = slab.subarray(end - last.length, end + bytes.length);
}
