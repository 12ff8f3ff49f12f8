import type { Account } from '../account.js';
import type { QueuedBatch } from '../backlog/backlog.js';
import { DropCounts, type DropReason } from './drop-counts.js';

/** What was delivered to one subscriber and what it lost. Everything counted here is added to the account of all, too. */
export class SubscriberCounts {
  deliveredCount = 0;
  deliveredBytes = 0;
  readonly dropped = new DropCounts();
  readonly #account: Account;

  constructor(account: Account) {
    this.#account = account;
  }

  /** Counts messages that were handed to the socket. Negative for a large message that was begun and cut. */
  addDelivered(messageCount: number, bytes: number): void {
    this.deliveredCount += messageCount;
    this.deliveredBytes += bytes;
    this.#account.deliveredCount += messageCount;
    this.#account.deliveredBytes += bytes;
  }

  /** Counts messages that were given up. */
  addDropped({ batch, start, messageCount }: QueuedBatch, reason: DropReason): void {
    this.dropped[reason] += messageCount;
    this.#account.dropped[reason] += messageCount;
    this.#account.topicDrops.count(batch, start, messageCount);
  }

  /** Adds what was counted so far to `to`, and counts from zero. */
  moveTo(to: { deliveredCount: number; deliveredBytes: number; dropped: DropCounts }): void {
    to.deliveredCount += this.deliveredCount;
    to.deliveredBytes += this.deliveredBytes;
    to.dropped.add(this.dropped);
    this.deliveredCount = 0;
    this.deliveredBytes = 0;
    this.dropped.reset();
  }
}
