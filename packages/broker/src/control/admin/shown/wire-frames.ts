import { FrameFlag, frameBodyBytes, frameHeaderBytesOf } from '@pulsemq/zmtp';

/** The body of one frame, and its size by the frame header. A frame that was cut has a shorter body. */
export interface WireFrame {
  readonly body: Buffer;
  readonly bytes: number;
}

/** Splits a message into its frames. The last one may be cut. Sizes are not checked, because the bytes come from the engine. */
export function wireFrames(bytes: Uint8Array): WireFrame[] {
  const buf = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const frames: WireFrame[] = [];
  for (let at = 0; at < buf.length; ) at = readFrame(buf, at, frames);
  return frames;
}

/** The frames of each of the messages that follow one another. All of them are whole. */
export function* wireMessages(bytes: Uint8Array): Generator<WireFrame[]> {
  const buf = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at < buf.length; ) {
    const frames: WireFrame[] = [];
    for (let hasMore = true; hasMore; ) {
      hasMore = (buf[at]! & FrameFlag.more) !== 0;
      at = readFrame(buf, at, frames);
    }
    yield frames;
  }
}

/** Adds the frame at `at`; returns the offset after it. */
function readFrame(buf: Buffer, at: number, frames: WireFrame[]): number {
  const bytes = frameBodyBytes(buf, at);
  const start = at + frameHeaderBytesOf(buf[at]!);
  const end = start + bytes;
  frames.push({ body: buf.subarray(start, end), bytes });
  return end;
}
