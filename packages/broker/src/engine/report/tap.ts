import type { Batch } from '../fanout/batch/batch.js';
import { messageEnd } from '../fanout/batch/message-walk.js';
import type { GroupMember } from '../fanout/group-member.js';

/** A tap takes its share of messages in slices of a second. */
export const tapSliceMs = 100;
/** A larger message is counted and not shown. */
const shownMaxBytes = 262_144;
/** Bytes that one slice may take: each byte is copied twice on its way to the operator. */
const sliceMaxBytes = 1_048_576;

/**
 * An operator's look at passing messages. It is a member of an interest group like a subscriber, counts every message, and copies some of
 * them: a topic with 50,000 messages a second costs little more to look at than one with fifty.
 */
export class Tap implements GroupMember {
  readonly isReader = false;
  seenCount = 0;
  #messages: Buffer[] = [];
  readonly #sliceShare: number;
  /** Messages that may be taken now. Fractions of a share add up, so that a rate of one a second shows one a second. */
  #allowed: number;
  #leftBytes = sliceMaxBytes;

  /** Shows at most `maxRate` messages a second. */
  constructor(maxRate: number) {
    this.#sliceShare = (maxRate * tapSliceMs) / 1_000;
    this.#allowed = Math.max(1, this.#sliceShare);
  }

  joined(): void {}

  left(): void {}

  deliver(batch: Batch): void {
    this.seenCount += batch.messageCount;
    if (this.#allowed < 1) return;
    if (batch.chunks !== null) return this.#take(batch.endBytes, () => Buffer.concat(batch.chunks!));
    for (let at = 0; at < batch.endBytes && this.#allowed >= 1; ) {
      const end = messageEnd(batch.buffer, at);
      this.#take(end - at, () => Buffer.from(batch.buffer.subarray(at, end)));
      at = end;
    }
  }

  /** Returns what was taken since the last call, and begins the next slice. */
  take(): Buffer[] {
    const messages = this.#messages;
    this.#messages = [];
    this.#allowed = Math.min(this.#allowed + this.#sliceShare, Math.max(1, this.#sliceShare));
    this.#leftBytes = sliceMaxBytes;
    return messages;
  }

  #take(bytes: number, copy: () => Buffer): void {
    if (bytes > shownMaxBytes || bytes > this.#leftBytes) return;
    this.#allowed--;
    this.#leftBytes -= bytes;
    this.#messages.push(copy());
  }
}
