/**
 * Frames to messages that are safe to keep. Before it: `frame-decoder.ts`; after it: the owner of a `Peer`.
 * The frames of a message that lie in one chunk are copied together, which costs one allocation instead of one per frame.
 */

import { copyBytes } from './bytes.js';
import { FrameFlag } from './constants.js';
import { messageTooLarge, tooManyFrames } from './errors.js';

export interface MessageLimits {
  readonly maxFramesPerMessage: number;
  /** Sum of the bodies. */
  readonly maxMessageBytes: number;
}

export class MessageAssembler {
  readonly #limits: MessageLimits;
  readonly #onMessage: (frames: Uint8Array[]) => void;
  /** Frames of the open message that are ours. */
  #frames: Uint8Array[] = [];
  /** Start and end in `#chunk` of those that are not yet, in turn. */
  #spans: number[] = [];
  #chunk: Uint8Array | null = null;
  #frameCount = 0;
  #messageBytes = 0;

  constructor(limits: MessageLimits, onMessage: (frames: Uint8Array[]) => void) {
    this.#limits = limits;
    this.#onMessage = onMessage;
  }

  /** Before the frames of a chunk that will be used again by its owner. */
  begin(chunk: Uint8Array): void {
    this.#chunk = chunk;
  }

  /** After them: what is left of an open message is copied out. */
  end(): void {
    this.#settle();
    this.#chunk = null;
  }

  add(buf: Uint8Array, flags: number, start: number, end: number): void {
    this.#count(end - start);
    // A frame that was split over chunks comes in a buffer of its own, which the decoder has let go of.
    if (buf === this.#chunk) this.#spans.push(start, end);
    else this.#frames.push(buf.subarray(start, end));
    if ((flags & FrameFlag.more) === 0) this.#complete();
  }

  #count(bodyBytes: number): void {
    const { maxFramesPerMessage, maxMessageBytes } = this.#limits;
    this.#frameCount++;
    this.#messageBytes += bodyBytes;
    if (this.#frameCount > maxFramesPerMessage) throw tooManyFrames(this.#frameCount, maxFramesPerMessage);
    if (this.#messageBytes > maxMessageBytes) throw messageTooLarge(this.#messageBytes, maxMessageBytes);
  }

  #complete(): void {
    this.#settle();
    const frames = this.#frames;
    this.#frames = [];
    this.#frameCount = 0;
    this.#messageBytes = 0;
    this.#onMessage(frames);
  }

  #settle(): void {
    const spans = this.#spans;
    if (spans.length === 0) return;
    const first = spans[0]!;
    const copy = copyBytes(this.#chunk!, first, spans[spans.length - 1]!);
    for (let i = 0; i < spans.length; i += 2)
      this.#frames.push(copy.subarray(spans[i]! - first, spans[i + 1]! - first));
    spans.length = 0;
  }
}
