import { FrameFlag } from '@pulsemq/zmtp';
import { readLength } from './message-locator.js';

/** Frames one message may have before its sender is taken for something else. */
export const maxFrameCount = 64;

/**
 * Passes over the rest of a message that will not be taken, without keeping a byte of it, so that its sender gets its answer
 * and the messages behind it are not lost.
 */
export class MessageSkipper {
  /** What the sender is told once the message has passed. */
  readonly code: number;
  readonly text: string;
  /** No answer is wanted. */
  readonly silent: boolean;
  #bodyBytes: number;
  #more: boolean;
  #frameCount: number;
  readonly #head = Buffer.alloc(9);
  #headLength = 0;

  /** In the middle of a frame: `bodyBytes` of it are still to come, `more` frames follow it. */
  constructor(
    refusal: { code: number; text: string; silent: boolean },
    bodyBytes: number,
    more: boolean,
    frameCount: number,
  ) {
    this.code = refusal.code;
    this.text = refusal.text;
    this.silent = refusal.silent;
    this.#bodyBytes = bodyBytes;
    this.#more = more;
    this.#frameCount = frameCount;
  }

  get isDone(): boolean {
    return this.#bodyBytes === 0 && !this.#more;
  }

  /** Frames seen so far, the last one included. */
  get frameCount(): number {
    return this.#frameCount;
  }

  /** Passes over bytes [at, end) and returns the offset after what belonged to the message. */
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
    if (flags > 7 || flags & FrameFlag.command)
      throw new RangeError(`frame flags 0x${flags.toString(16)} inside a message`);
    const long = (flags & FrameFlag.long) !== 0;
    if (this.#headLength < (long ? 9 : 2)) return;
    this.#bodyBytes = long ? readLength(this.#head, 1) : this.#head[1]!;
    this.#more = (flags & FrameFlag.more) !== 0;
    this.#headLength = 0;
    if (++this.#frameCount > maxFrameCount) throw tooManyFrames();
  }
}

export const tooManyFrames = (): RangeError => new RangeError(`a message of more than ${maxFrameCount} frames`);
