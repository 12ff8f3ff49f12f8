import { FrameFlag } from '@pulsemq/zmtp';

/** The body of one frame, and its size by the frame header. A frame that was cut has a shorter body. */
export interface WireFrame {
  readonly body: Buffer;
  readonly bytes: number;
}

/** Splits a message into its frames. The last one may be cut. Sizes are not checked, because the bytes come from the engine. */
export function wireFrames(bytes: Uint8Array): WireFrame[] {
  const buf = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const frames: WireFrame[] = [];
  for (let at = 0; at < buf.length; ) {
    const isLong = (buf[at]! & FrameFlag.long) !== 0;
    const size = isLong ? Number(buf.readBigUInt64BE(at + 1)) : buf[at + 1]!;
    const start = at + (isLong ? 9 : 2);
    at = start + size;
    frames.push({ body: buf.subarray(start, at), bytes: size });
  }
  return frames;
}
