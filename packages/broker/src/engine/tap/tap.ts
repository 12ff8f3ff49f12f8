import type { Batch } from '../fanout/batch.js';
import type { GroupMember } from '../fanout/group-member.js';
import { messageEnd } from '../fanout/message-walk.js';

/** Parts of a second in which a tap takes its share of messages. */
const sliceMs = 100;
/** Bytes one message may have to be shown; what is larger is counted. */
const shownMaxBytes = 262_144;

/**
 * Somebody looking at what comes by. It sits in an interest group like a subscriber, counts everything, and copies a message
 * now and then, so that a topic at 50,000 messages a second costs little more to look at than one at fifty.
 */
export class Tap implements GroupMember {
  seenCount = 0;
  #messages: Buffer[] = [];
  readonly #sliceCount: number;
  #left: number;

  /** `maxRate`: messages a second that are shown, at least ten. */
  constructor(maxRate: number) {
    this.#sliceCount = Math.max(1, Math.round((maxRate * sliceMs) / 1_000));
    this.#left = this.#sliceCount;
  }

  deliver(batch: Batch): void {
    this.seenCount += batch.messageCount;
    if (this.#left === 0) return;
    if (batch.chunks !== null) return this.#take(batch.endBytes, () => Buffer.concat(batch.chunks!));
    for (let at = 0; at < batch.endBytes && this.#left > 0; ) {
      const end = messageEnd(batch.buffer, at);
      this.#take(end - at, () => Buffer.from(batch.buffer.subarray(at, end)));
      at = end;
    }
  }

  /** What was taken since the last call; the next slice begins. */
  take(): Buffer[] {
    const messages = this.#messages;
    this.#messages = [];
    this.#left = this.#sliceCount;
    return messages;
  }

  #take(bytes: number, copy: () => Buffer): void {
    if (bytes > shownMaxBytes) return;
    this.#left--;
    this.#messages.push(copy());
  }
}

export { sliceMs as tapSliceMs };
