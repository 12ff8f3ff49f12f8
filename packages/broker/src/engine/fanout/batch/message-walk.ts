import { FrameFlag, frameBodyBytes, frameHeaderBytesOf } from '@pulsemq/zmtp';

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
