/** Encodes whole frames and whole messages, each in one buffer that is ready for one write. */

import { FrameFlag } from './constants.js';
import { badArgument } from './errors.js';
import { frameHeaderBytes, writeFrameHeader } from './frame-header.js';

/** Encodes one frame, in the short or long form by the size of its body. `flags` takes the MORE or COMMAND bit. */
export function encodeFrame(body: Uint8Array, flags = 0): Uint8Array {
  const frame = new Uint8Array(frameHeaderBytes(body.length) + body.length);
  frame.set(body, writeFrameHeader(frame, 0, flags, body.length));
  return frame;
}

/** Encodes the frames of one message, with MORE on all but the last. Throws a ZmtpError if there are no frames. */
export function encodeMessage(frames: readonly Uint8Array[]): Uint8Array {
  if (frames.length === 0) throw badArgument('a message has no frames, at least one is needed');
  let sizeBytes = 0;
  for (const frame of frames) sizeBytes += frameHeaderBytes(frame.length) + frame.length;
  const message = new Uint8Array(sizeBytes);
  const last = frames.length - 1;
  let at = 0;
  for (let i = 0; i <= last; i++) {
    const frame = frames[i]!;
    at = writeFrameHeader(message, at, i < last ? FrameFlag.more : 0, frame.length);
    message.set(frame, at);
    at += frame.length;
  }
  return message;
}
