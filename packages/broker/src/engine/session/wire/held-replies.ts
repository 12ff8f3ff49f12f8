/** Where replies go that need not wait any more. */
export interface ReplyOutput {
  ackPublishes(count: number): void;
  /** Answers publishes whose messages were delivered and not stored. */
  refusePublishes(count: number): void;
  sendNow(reply: Buffer): void;
  flushNow(): void;
}

/** Publishes that wait for their messages, or a reply that comes after them. */
interface Held {
  /** Numbers of the messages in the journal, the first and the last; 0 for what waits only for its turn. */
  from: number;
  to: number;
  /** Null for publishes. */
  readonly reply: Buffer | null;
}

/** What says when messages are durable: the feed of the journal. */
interface SettleSource {
  wait(waiter: HeldReplies): void;
}

/** Replies that wait until messages are durable, in the order of their requests. Used under the policy `always` only. */
export class HeldReplies {
  readonly #output: ReplyOutput;
  #held: Held[] = [];
  #isWaiting = false;
  /** Bytes of the replies that wait. */
  bytes = 0;

  constructor(output: ReplyOutput) {
    this.#output = output;
  }

  get isEmpty(): boolean {
    return this.#held.length === 0;
  }

  /** A publish whose message has this number in the journal, or 0 when its namespace keeps no history. */
  addPublish(number: number): void {
    const last = this.#held[this.#held.length - 1];
    if (last === undefined && number === 0) return this.#output.ackPublishes(1);
    // A read mostly brings neighbours: one entry for all of them.
    if (number > 0 && last?.to === number - 1 && last.from > 0) last.to = number;
    else this.#held.push({ from: number, to: number, reply: null });
  }

  addReply(reply: Buffer): void {
    this.#held.push({ from: 0, to: 0, reply });
    this.bytes += reply.length;
  }

  /** Waits for what is held. Call at the end of a read. */
  endRead(feed: SettleSource): void {
    if (this.#isWaiting || this.#held.length === 0) return;
    this.#isWaiting = true;
    feed.wait(this);
  }

  /** Messages up to the one with this number are durable, or were discarded. False when it waits for no more. */
  settled(number: number, isStored: boolean): boolean {
    let count = 0;
    for (const held of this.#held) {
      if (held.from > number) break;
      if (this.#release(held, number, isStored)) count++;
      else break;
    }
    this.#held.splice(0, count);
    this.#output.flushNow();
    this.#isWaiting = this.#held.length > 0;
    return this.#isWaiting;
  }

  /** The connection is gone. */
  clear(): void {
    this.#held = [];
    this.bytes = 0;
  }

  /** False when a part of it still waits. */
  #release(held: Held, number: number, isStored: boolean): boolean {
    const { from, reply } = held;
    if (reply !== null) {
      this.bytes -= reply.length;
      this.#output.sendNow(reply);
      return true;
    }
    const to = Math.min(held.to, number);
    if (isStored || from === 0) this.#output.ackPublishes(to - from + 1);
    else this.#output.refusePublishes(to - from + 1);
    held.from = to + 1;
    return to === held.to;
  }
}
