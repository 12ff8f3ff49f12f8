import { BlockOffset } from '@pulsemq/protocol';
import { FrameFlag, frameBodyBytes, frameHeaderBytesOf, latin1Text, readU32, readU64 } from '@pulsemq/zmtp';
import type { Batch } from './batch.js';

/** Walks over whole messages in a batch. Used for drops, notices and taps, never on the hot path. */

/** Offset after the message that starts at `at`. The broker wrote these bytes, so their lengths are trusted. */
export function messageEnd(bytes: Buffer, at: number): number {
  for (;;) {
    const flags = bytes[at]!;
    at += frameHeaderBytesOf(flags) + frameBodyBytes(bytes, at);
    if ((flags & FrameFlag.more) === 0) return at;
  }
}

/** Offset of the body of frame `index` of the message that starts at `at`. */
export function frameBody(bytes: Buffer, at: number, index: number): number {
  for (let frame = 0; ; frame++) {
    const body = at + frameHeaderBytesOf(bytes[at]!);
    if (frame === index) return body;
    at = body + frameBodyBytes(bytes, at);
  }
}

/** Frame 6 of a delivery, which begins with the block. */
const reservedFrame = 6;

/** A message of a batch. */
export interface WalkedMessage {
  /** `namespace:topic`. */
  readonly key: string;
  readonly epoch: number;
  readonly sequence: number;
  /** Its bytes in the buffer of the batch; 0 and 0 for a large message. */
  readonly start: number;
  readonly end: number;
}

/** `messageCount` messages of a batch, from the offset `start` on. */
export function* messagesOf(batch: Batch, start: number, messageCount: number): Generator<WalkedMessage> {
  if (batch.chunks !== null) {
    const tail = tailOf(batch);
    yield { key: keyAt(batch.chunks[0]!, 0), ...placeAt(tail, frameHeaderBytesOf(tail[0]!)), start: 0, end: 0 };
    return;
  }
  const bytes = batch.buffer;
  let at = start;
  for (let index = 0; index < messageCount; index++) {
    const end = messageEnd(bytes, at);
    yield { key: keyAt(bytes, at), ...placeAt(bytes, frameBody(bytes, at, reservedFrame)), start: at, end };
    at = end;
  }
}

/** Frame 6 of a large delivery. */
export function tailOf({ chunks, tailBytes }: Batch): Buffer {
  const last = chunks![chunks!.length - 1]!;
  return last.subarray(last.length - tailBytes);
}

/** The key, frame 0, of the message at `at`. */
export function keyAt(bytes: Buffer, at: number): string {
  const body = at + frameHeaderBytesOf(bytes[at]!);
  return latin1Text(bytes, body, body + frameBodyBytes(bytes, at));
}

/** Epoch and sequence in the block at `block`. */
const placeAt = (bytes: Buffer, block: number): { readonly epoch: number; readonly sequence: number } => ({
  epoch: readU32(bytes, block + BlockOffset.epoch),
  sequence: readU64(bytes, block + BlockOffset.sequence),
});
