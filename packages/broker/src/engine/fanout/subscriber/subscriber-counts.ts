import type { Account } from '../account.js';
import type { QueuedBatch } from '../backlog/backlog.js';
import type { ConflationCounts } from '../backlog/conflating-backlog.js';
import type { ValueSource } from '../batch/stored-value.js';
import { DropCounts, type DropReason } from './drop-counts.js';

/** Counts that are kept when a subscriber is bound to its session no longer. */
export interface MovedCounts {
  deliveredCount: number;
  deliveredBytes: number;
  conflatedCount: number;
  matchedCount: number;
  readonly dropped: DropCounts;
}

/** What was delivered to one subscriber and what it lost. Everything counted here is added to the account of all, too. */
export class SubscriberCounts implements ConflationCounts {
  deliveredCount = 0;
  deliveredBytes = 0;
  /** Updates that newer ones replaced before they were delivered. */
  conflatedCount = 0;
  /** Messages that it was meant to get, as of when it last left its group. */
  matchedCount = 0;
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

  /** Counts an update of a topic that came when the connection had closed. */
  addLost(source: ValueSource): void {
    this.dropped.atClose++;
    this.#account.dropped.atClose++;
    this.#account.topicDrops.countOne(source);
  }

  addConflated(source: ValueSource, updateCount: number): void {
    source.conflatedCount += updateCount;
    this.addBatchConflated(updateCount);
  }

  /** Counts the conflated updates of a batch, which are counted by topic already. */
  addBatchConflated(updateCount: number): void {
    this.conflatedCount += updateCount;
    this.#account.conflatedCount += updateCount;
  }

  /** Adds what was counted so far to `to`, and counts from zero. */
  moveTo(to: MovedCounts): void {
    to.deliveredCount += this.deliveredCount;
    to.deliveredBytes += this.deliveredBytes;
    to.conflatedCount += this.conflatedCount;
    to.matchedCount += this.matchedCount;
    to.dropped.add(this.dropped);
    this.deliveredCount = 0;
    this.deliveredBytes = 0;
    this.conflatedCount = 0;
    this.matchedCount = 0;
    this.dropped.reset();
  }
}
