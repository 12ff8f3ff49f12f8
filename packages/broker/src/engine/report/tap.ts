import type { Batch } from '../fanout/batch/batch.js';
import { messageEnd } from '../fanout/batch/message-walk.js';
import type { GroupMember } from '../fanout/group-member.js';

/** Parts of a second in which a tap takes its share of messages. */
export const tapSliceMs = 100;
/** Bytes one message may have to be shown; what is larger is counted. */
const shownMaxBytes = 262_144;
/** Bytes of one slice: what is taken is copied twice on its way to the reader. */
const sliceMaxBytes = 1_048_576;

/**
 * Somebody looking at what comes by. It sits in an interest group like a subscriber, counts everything, and copies a message
 * now and then, so that a topic at 50,000 messages a second costs little more to look at than one at fifty.
 */
export class Tap implements GroupMember {
  readonly isReader = false;
  seenCount = 0;
  #messages: Buffer[] = [];
  readonly #sliceShare: number;
  /** Messages that may be taken now; the rest of a share is saved up, so that one message a second is one. */
  #allowed: number;
  #leftBytes = sliceMaxBytes;

  /** `maxRate`: messages a second that are shown. */
  constructor(maxRate: number) {
    this.#sliceShare = (maxRate * tapSliceMs) / 1_000;
    this.#allowed = Math.max(1, this.#sliceShare);
  }

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

  /** What was taken since the last call; the next slice begins. */
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
