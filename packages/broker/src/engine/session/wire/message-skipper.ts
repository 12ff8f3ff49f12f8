import { FrameFlag, frameBodyBytes, frameHeaderBytesOf } from '@pulsemq/zmtp';
import { badFlags, maxFrameCount, messageTooLarge, tooManyFrames } from './bad-bytes.js';
import type { Refusal } from './refusal.js';

/**
 * Passes over the rest of a message that is refused, without keeping a byte of it: its sender gets an answer, and the messages behind it
 * are not lost.
 */
export class MessageSkipper {
  /** The refusal that the sender gets when the message has passed. */
  readonly refusal: Refusal;
  #bodyBytes: number;
  #more: boolean;
  #frameCount: number;
  readonly #head = Buffer.alloc(9);
  #headLength = 0;
  /** Bytes of the message that are announced so far. */
  #messageBytes: number;
  readonly #maxMessageBytes: number;

  /** Begins inside a frame: `bodyBytes` of it are still to come, and more frames follow if `more`. */
  constructor(refusal: Refusal, bodyBytes: number, more: boolean, frameCount: number, maxMessageBytes: number) {
    this.refusal = refusal;
    this.#bodyBytes = bodyBytes;
    this.#more = more;
    this.#frameCount = frameCount;
    this.#messageBytes = bodyBytes;
    this.#maxMessageBytes = maxMessageBytes;
  }

  get isDone(): boolean {
    return this.#bodyBytes === 0 && !this.#more;
  }

  /** Passes over bytes [at, end) and returns the offset after the message, or `end`. */
  push(buf: Buffer, at: number, end: number): number {
    while (at < end && !this.isDone) {
      if (this.#bodyBytes > 0) {
        const passed = Math.min(this.#bodyBytes, end - at);
        this.#bodyBytes -= passed;
        at += passed;
      } else {
        this.#head[this.#headLength++] = buf[at++]!;
        this.#readHead();
      }
    }
    return at;
  }

  #readHead(): void {
    const flags = this.#head[0]!;
    if (flags > 7 || flags & FrameFlag.command) throw badFlags(flags, 'inside a message');
    if (this.#headLength < frameHeaderBytesOf(flags)) return;
    this.#bodyBytes = frameBodyBytes(this.#head, 0);
    this.#messageBytes += this.#bodyBytes;
    if (this.#messageBytes > this.#maxMessageBytes) throw messageTooLarge(this.#messageBytes, this.#maxMessageBytes);
    this.#more = (flags & FrameFlag.more) !== 0;
    this.#headLength = 0;
    if (++this.#frameCount > maxFrameCount) throw tooManyFrames();
  }
}
