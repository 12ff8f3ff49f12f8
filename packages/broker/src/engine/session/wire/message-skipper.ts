import { FrameFlag } from '@pulsemq/zmtp';
import { badFlags, maxFrameCount, tooManyFrames } from './bad-bytes.js';
import { readLength } from './message-locator.js';
import type { Refusal } from './refusal.js';

/**
 * Passes over the rest of a message that is refused, without keeping a byte of it: its sender gets an answer, and the messages behind it
 * are not lost.
 */
export class MessageSkipper {
  /** What the sender is told once the message has passed. */
  readonly refusal: Refusal;
  #bodyBytes: number;
  #more: boolean;
  #frameCount: number;
  readonly #head = Buffer.alloc(9);
  #headLength = 0;

  /** Begins inside a frame: `bodyBytes` of it are still to come, and more frames follow if `more`. */
  constructor(refusal: Refusal, bodyBytes: number, more: boolean, frameCount: number) {
    this.refusal = refusal;
    this.#bodyBytes = bodyBytes;
    this.#more = more;
    this.#frameCount = frameCount;
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
    const long = (flags & FrameFlag.long) !== 0;
    if (this.#headLength < (long ? 9 : 2)) return;
    this.#bodyBytes = long ? readLength(this.#head, 1) : this.#head[1]!;
    this.#more = (flags & FrameFlag.more) !== 0;
    this.#headLength = 0;
    if (++this.#frameCount > maxFrameCount) throw tooManyFrames();
  }
}
