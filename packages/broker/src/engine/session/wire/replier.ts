import { WireError } from '@pulsemq/protocol';
import type { EngineCore } from '../core.js';
import type { SessionConnection } from '../session-connection.js';
import { HeldReplies, type ReplyOutput } from './held-replies.js';
import { ackReply, errorReply, notStoredText } from './replies.js';

/**
 * The replies of one connection, in the order of its requests. The PUB_OK of one read are counted and leave in one write; any other reply comes
 * after those before it.
 */
export class Replier implements ReplyOutput {
  readonly #core: EngineCore;
  readonly #connection: SessionConnection;
  #acksDue = 0;
  #waiting: Buffer[] = [];
  #waitingBytes = 0;
  /** Since when the connection is not read from because it does not read its replies, milliseconds of the monotonic clock; 0 for not. */
  unreadSinceMs = 0;
  /** Replies that wait until the journal has stored a message; null where none do. */
  readonly #held: HeldReplies | null;
  readonly #written = (): void => this.#onWritten();

  constructor(core: EngineCore, connection: SessionConnection) {
    this.#core = core;
    this.#connection = connection;
    this.#held = core.journal?.isSyncAwaited === true ? new HeldReplies(this) : null;
  }

  /** The replies that the peer has not read are past the limit: no further request is handled now. */
  get isFull(): boolean {
    return (
      this.#connection.pendingBytes + this.#waitingBytes + (this.#held?.bytes ?? 0) >
      this.#core.config.limits.unreadReplyBytes
    );
  }

  /** Adds a PUB_OK for the message that was accepted last. `isLogged`: it went into the journal. */
  ackPublish(isLogged: boolean): void {
    if (this.#held === null) this.#acksDue++;
    else this.#held.addPublish(isLogged ? this.#core.journal!.feed!.appendedCount : 0);
  }

  ackPublishes(count: number): void {
    this.#acksDue += count;
  }

  refusePublishes(count: number): void {
    for (let index = 0; index < count; index++) {
      this.sendNow(errorReply(WireError.notStored, notStoredText, this.#core.clock.nowMs));
    }
  }

  ack(body: object): void {
    this.send(ackReply(body, this.#core.clock.nowMs));
  }

  error(code: number, text: string): void {
    this.send(errorReply(code, text, this.#core.clock.nowMs));
  }

  /** Adds a whole reply, after all before it. */
  send(reply: Buffer): void {
    if (this.#held === null || this.#held.isEmpty) this.sendNow(reply);
    else this.#held.addReply(reply);
  }

  sendNow(reply: Buffer): void {
    if (this.#acksDue > 0) this.#writeAcks();
    this.#waiting.push(reply);
    this.#waitingBytes += reply.length;
  }

  /** Writes all replies. Call at the end of a read, when subscriptions made in it are live. */
  flush(): void {
    const feed = this.#core.journal?.feed;
    if (this.#held !== null && feed) this.#held.endRead(feed);
    this.flushNow();
  }

  flushNow(): void {
    if (this.#waiting.length > 0) this.#writeWaiting();
    if (this.#acksDue > 0) this.#writeAcks();
    if (this.unreadSinceMs > 0 || !this.isFull) return;
    this.unreadSinceMs = this.#core.clock.steadyMs;
    this.#connection.pause();
  }

  /** The connection is gone: nothing is answered any more. */
  close(): void {
    this.#held?.clear();
  }

  #writeWaiting(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    this.#waitingBytes = 0;
    this.#connection.write(waiting.length === 1 ? waiting[0]! : Buffer.concat(waiting), this.#written);
  }

  #writeAcks(): void {
    if (this.#waiting.length > 0) this.#writeWaiting();
    const count = this.#acksDue;
    this.#acksDue = 0;
    this.#core.acks.write(this.#connection, count, this.#core.clock.nowMs, this.#written);
  }

  #onWritten(): void {
    if (this.unreadSinceMs === 0 || this.#connection.pendingBytes > 0) return;
    this.unreadSinceMs = 0;
    this.#connection.resume();
  }
}
