import { BlockBit, BlockOffset } from '@pulsemq/protocol';
import { frameHeaderBytesOf } from '@pulsemq/zmtp';
import { Batch } from './batch.js';
import { copyBytes, copyShort } from './copy-bytes.js';
import { blockWord, reservedFrameBytes, writeReservedFrame } from './delivery.js';
import { tailOf } from './message-walk.js';
import type { StoredValue, ValueSource } from './stored-value.js';

/** Deliveries made of last values: images of a snapshot, and values that stand for several updates. */

/** The block word of an image. */
export const imageWord = blockWord(BlockBit.snapshot, 0);

/** The block word of a value that stands for `updateCount` updates, itself included. */
export const conflatedWord = (updateCount: number): number =>
  updateCount <= 1 ? blockWord(0, 0) : blockWord(BlockBit.conflated, updateCount);

/** Bytes of the delivery of a value that is not large. */
export const valueDeliveryBytes = ({ keyStart, keyEnd }: ValueSource, { start, bodyEnd, end }: StoredValue): number =>
  keyEnd - keyStart + bodyEnd - start + reservedFrameBytes(end - bodyEnd);

/** Appends a value that is not large to a batch, which has room for it. `word` is the first word of its block. */
export function appendValue(batch: Batch, source: ValueSource, value: StoredValue, word: number): void {
  const { keyView, keyStart, keyEnd } = source;
  const { buffer } = value.memory;
  const { start, bodyEnd, end } = value;
  const at = batch.endBytes;
  const body = at + keyEnd - keyStart;
  const reserved = body + bodyEnd - start;
  copyShort(keyView, keyStart, keyEnd, batch.fields, at);
  copyBytes(buffer, start, bodyEnd, batch, body);
  writeReservedFrame(batch, reserved, source, buffer, bodyEnd, end, value, word);
  batch.endBytes = reserved + reservedFrameBytes(end - bodyEnd);
  batch.messageCount++;
}

/** The delivery of a large value with another block word. It shares all pieces of the original except the end of the last one. */
export function largeWithWord(batch: Batch, word: number): Batch {
  const chunks = batch.chunks!.slice();
  const last = chunks.pop()!;
  const bodyBytes = last.length - batch.tailBytes;
  if (bodyBytes > 0) chunks.push(last.subarray(0, bodyBytes));
  const tail = Buffer.from(last.subarray(bodyBytes));
  tail.writeInt32BE(word, frameHeaderBytesOf(tail[0]!) + BlockOffset.version);
  chunks.push(tail);
  const changed = Batch.ofChunks(chunks, batch.endBytes, batch.readAtUs);
  changed.tailBytes = tail.length;
  changed.source = batch;
  return changed;
}

/** A copy of a large delivery for one subscriber, with bit 2 set: messages before it were dropped. */
export const largeWithNotice = (batch: Batch): Batch =>
  largeWithWord(batch, largeWordOf(batch) | (BlockBit.dropped << 16));

/** The first word of the block of a large delivery. */
function largeWordOf(batch: Batch): number {
  const tail = tailOf(batch);
  return tail.readInt32BE(frameHeaderBytesOf(tail[0]!) + BlockOffset.version);
}
