import { FrameFlag } from '@pulsemq/zmtp';

/** Walks over whole messages in a batch. Used for drops, notices and taps, never on the hot path. */

/** Offset after the message that starts at `at`. The broker wrote these bytes, so their lengths are trusted. */
export function messageEnd(bytes: Buffer, at: number): number {
  for (;;) {
    const flags = bytes[at]!;
    const long = (flags & FrameFlag.long) !== 0;
    const size = long ? bytes.readUInt32BE(at + 1) * 0x1_0000_0000 + bytes.readUInt32BE(at + 5) : bytes[at + 1]!;
    at += (long ? 9 : 2) + size;
    if ((flags & FrameFlag.more) === 0) return at;
  }
}

/** Offset of the body of frame `index` of the message that starts at `at`. */
export function frameBody(bytes: Buffer, at: number, index: number): number {
  for (let frame = 0; ; frame++) {
    const long = (bytes[at]! & FrameFlag.long) !== 0;
    const body = at + (long ? 9 : 2);
    if (frame === index) return body;
    at = body + (long ? bytes.readUInt32BE(at + 5) : bytes[at + 1]!);
  }
}
