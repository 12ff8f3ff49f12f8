import type { QueuedBatch } from '../backlog/backlog.js';
import type { ConflatingBacklog } from '../backlog/conflating-backlog.js';
import type { Batch } from '../batch/batch.js';
import type { FanOut } from '../fan-out.js';
import type { Pumpable } from '../turn.js';
import type { SubscriberSink } from './byte-sink.js';
import type { DropReason } from './drop-counts.js';
import { enforceLimits, giveUp } from './give-up.js';
import { type Lag, moveBacklog, newLag, wouldExceed } from './lag.js';
import type { Laggard } from './laggards.js';
import type { SlowPolicy } from './policy.js';
import type { Standing } from './standing.js';
import type { SubscriberCounts } from './subscriber-counts.js';
import { Writer } from './writer.js';

/** What a subscriber wants to know of its outflow. */
export interface OutflowOwner extends Pumpable {
  /** It has written what it could. */
  onWritten(): void;
  /** Messages were given up. */
  onDropped(entry: QueuedBatch): void;
}

/**
 * What is on its way to one socket. While the socket takes everything at once, batches are written as they come. From the first write that the
 * kernel does not take, they wait in the backlog, and past the limits the policy acts.
 */
export class Outflow implements Laggard {
  readonly #fanOut: FanOut;
  readonly #sink: SubscriberSink;
  readonly #writer: Writer;
  readonly #counts: SubscriberCounts;
  readonly #owner: OutflowOwner;
  #policy: SlowPolicy = 'dropOldest';
  #lag: Lag | null = null;
  #isClosed = false;
  /** Messages were dropped, and the next one that is written must say so. */
  #dropNotice = false;
  /** Messages were not taken, and the next one that is taken must say so. */
  #lossNotice = false;
  /** Messages of the broker's own in the backlog, which no policy drops. */
  waitingMarkerCount = 0;
  /** On the list of the next turn. */
  #continuing = false;

  readonly #onGivenUp = (entry: QueuedBatch, reason: DropReason): void => this.#countDropped(entry, reason);

  constructor(sink: SubscriberSink, fanOut: FanOut, counts: SubscriberCounts, owner: OutflowOwner) {
    this.#fanOut = fanOut;
    this.#sink = sink;
    this.#counts = counts;
    this.#owner = owner;
    this.#writer = new Writer(sink, fanOut.memory, fanOut.clock, owner);
  }

  /** Nothing is written after this. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  get policy(): SlowPolicy {
    return this.#policy;
  }

  /** The kernel has not taken everything yet. */
  get isBlocked(): boolean {
    return this.#writer.isBlocked;
  }

  /** Nothing waits, here or on its way to the kernel. */
  get isDrained(): boolean {
    return this.#writer.unfinished === null && this.#lag === null;
  }

  get queuedBytes(): number {
    return this.#lag?.backlog.heldBytes ?? 0;
  }

  get queuedMessageCount(): number {
    return this.#lag?.backlog.messageCount ?? 0;
  }

  /** When the oldest message was read that is not written whole, Unix microseconds; 0 when there is none. */
  get oldestUs(): number {
    return this.#writer.unfinished?.readAtUs ?? this.#lag?.backlog.oldestUs ?? 0;
  }

  /** How far it lags; null while it does not. */
  get standing(): Standing | null {
    return this.#lag?.standing ?? null;
  }

  /** What conflates while it lags; null when nothing waits or its policy is another one. */
  get news(): ConflatingBacklog | null {
    return this.#lag?.news ?? null;
  }

  /** The backlog of a conflating subscriber, from now on. */
  newsOrNew(): ConflatingBacklog {
    return this.#lagging().news!;
  }

  /** Sets what happens when it lags. What waits must be whole messages. */
  setPolicy(policy: SlowPolicy): void {
    const lag = this.#lag;
    this.#policy = policy;
    if (lag === null || (policy === 'conflate') === (lag.news !== null)) return;
    this.#lag = newLag(policy, this.#writer, this.#fanOut, this.#counts);
    moveBacklog(lag.backlog, this.#lag.backlog);
    this.#updateLists();
  }

  /** Takes a batch: writes it now if nothing waits before it, else queues it. The caller owns a batch that was not pinned. */
  deliver(batch: Batch): void {
    if (this.#isClosed) this.#countLost(batch);
    else if (batch.chunks === null && this.isDrained && !this.#dropNotice && !this.#lossNotice)
      this.#write(batch, 0, batch.messageCount);
    else this.#queue(batch);
  }

  /** Queues a batch without writing it now: more of the same topic may have to go before it. */
  deliverLater(batch: Batch): void {
    if (this.#isClosed) return this.#countLost(batch);
    const lag = this.#lagging();
    this.#enqueue(batch, lag);
    this.#enforceLimits(lag);
    this.continueLater();
  }

  /** Lets the owner go on in the next turn. */
  continueLater(): void {
    if (this.#continuing || this.#writer.isBlocked) return;
    this.#continuing = true;
    this.#fanOut.turn.continueLater(this.#owner);
  }

  /** Goes on writing, in a turn of its own. */
  pump(): void {
    this.#continuing = false;
    this.#writeSome();
  }

  giveUpForTotal(): boolean {
    const lag = this.#lag;
    if (lag === null) return false;
    const isGiven = giveUp(lag, this.#fanOut, Number.POSITIVE_INFINITY, 'outboxTotalBytes', this.#onGivenUp);
    this.#updateLists();
    return isGiven;
  }

  /** Gives back everything it holds. Messages that wait count as dropped: the connection is gone. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    const lag = this.#lag;
    if (lag?.news != null) lag.news.allowedCount = Number.POSITIVE_INFINITY;
    for (let entry = lag?.backlog.shift(); entry !== undefined; entry = lag?.backlog.shift()) {
      this.#countDropped(entry, 'atClose');
      this.#fanOut.memory.unpin(entry.batch);
    }
    const cut = this.#writer.close();
    if (cut !== null) this.#countCut(cut);
    this.#updateLists();
  }

  #lagging(): Lag {
    this.#lag ??= newLag(this.#policy, this.#writer, this.#fanOut, this.#counts);
    return this.#lag;
  }

  #queue(batch: Batch): void {
    const lag = this.#lagging();
    const isLimited = this.#policy === 'dropNewest' || this.#policy === 'disconnect';
    if (isLimited && wouldExceed(lag, batch, this.#fanOut.limits)) return this.#refuse(batch);
    this.#enqueue(batch, lag);
    // It may be written or dropped at once, and the caller still has other members to give it to.
    batch.pins++;
    // A subscriber past its soft limit does not wait for the next turn: one turn can bring more than its budget takes away.
    if (!this.#writer.isBlocked && (!this.#continuing || lag.standing.isOverSoft)) this.#writeSome();
    else this.#enforceLimits(lag);
    this.#fanOut.memory.unpinOwned(batch);
  }

  /** Writes what waits, up to the budget of one turn. */
  #writeSome(): void {
    let budgetBytes = this.#fanOut.turn.writeBudgetBytes;
    while (!this.#isClosed && !this.#writer.isBlocked) {
      if (budgetBytes <= 0) {
        if (this.#writer.isInsideLarge || this.#lag?.backlog.isEmpty === false) this.continueLater();
        break;
      }
      const bytes = this.#writeNext();
      if (bytes === undefined) break;
      budgetBytes -= bytes;
    }
    this.#updateLists();
    this.#owner.onWritten();
  }

  /** Writes the next piece. Returns its bytes; undefined when nothing may be written. */
  #writeNext(): number | undefined {
    if (this.#writer.isInsideLarge) return this.#writer.continueLarge(this.#fanOut.turn.writeBudgetBytes);
    const entry = this.#lag?.backlog.shift();
    if (entry === undefined) return undefined;
    if (entry.batch.isMarker) this.waitingMarkerCount--;
    if ((this.#dropNotice || entry.isAfterLoss === true) && entry.messageCount > 0) return this.#writeWithNotice(entry);
    const { batch, start, messageCount } = entry;
    if (batch.chunks !== null) return this.#beginLarge(batch);
    // Read the length first: unpin may recycle the batch.
    const bytes = batch.endBytes - start;
    this.#write(batch, start, messageCount);
    this.#fanOut.memory.unpin(batch);
    return bytes;
  }

  #write(batch: Batch, start: number, messageCount: number): void {
    this.#countDelivered(messageCount, batch.endBytes - start);
    this.#writer.write(batch, start);
  }

  #beginLarge(batch: Batch): number {
    this.#countDelivered(batch.messageCount, batch.endBytes);
    return this.#writer.beginLarge(batch, this.#fanOut.turn.writeBudgetBytes);
  }

  /** The first message after a loss says so. */
  #writeWithNotice({ batch, start, messageCount }: QueuedBatch): number {
    this.#dropNotice = false;
    this.#countDelivered(messageCount, batch.endBytes - start);
    return this.#writer.writeWithNotice(batch, start, this.#fanOut.turn.writeBudgetBytes);
  }

  #enqueue(batch: Batch, lag: Lag): void {
    const { memory } = this.#fanOut;
    if (batch.pins === 0) memory.slabs.trim(batch);
    memory.pin(batch);
    const { messageCount, isMarker } = batch;
    if (isMarker) this.waitingMarkerCount++;
    lag.backlog.push({ batch, start: 0, messageCount, isAfterLoss: this.#lossNotice && messageCount > 0 });
    if (messageCount > 0) this.#lossNotice = false;
  }

  #refuse(batch: Batch): void {
    if (this.#policy === 'disconnect') {
      const { outboxBytes } = this.#fanOut.limits;
      const text = `slow subscriber: ${this.queuedBytes} bytes wait, limit ${outboxBytes}; its policy is disconnect`;
      this.#sink.overflow(text);
    }
    this.#countGone({ batch, start: 0, messageCount: batch.messageCount }, 'outboxBytes');
    // What waits came before this loss.
    this.#lossNotice = true;
  }

  #enforceLimits(lag: Lag): void {
    enforceLimits(lag, this.#fanOut, this.#onGivenUp);
    this.#updateLists();
    this.#fanOut.laggards.enforceTotal();
  }

  #updateLists(): void {
    const lag = this.#lag;
    if (lag === null) return;
    // Waiting does not help one that only has messages of the broker's own and of the past before it.
    const isLive = lag.backlog.messageCount > 0;
    const needsPacing = isLive && lag.standing.reviewPacing() && !this.#isClosed;
    this.#fanOut.laggards.update(this, !lag.backlog.isEmpty, needsPacing);
    if (lag.backlog.isEmpty) this.#lag = null;
  }

  /** Control frames and images are not counted. */
  #countDelivered(messageCount: number, bytes: number): void {
    if (messageCount === 0) return;
    this.#counts.addDelivered(messageCount, bytes);
    this.#lag?.standing.take(bytes);
  }

  #countDropped(entry: QueuedBatch, reason: DropReason): void {
    if (this.#countGone(entry, reason)) this.#dropNotice = true;
  }

  /** False when there are no messages in it. */
  #countGone(entry: QueuedBatch, reason: DropReason): boolean {
    if (entry.messageCount === 0) return false;
    this.#counts.addDropped(entry, reason);
    this.#owner.onDropped(entry);
    return true;
  }

  #countLost(batch: Batch): void {
    this.#countDropped({ batch, start: 0, messageCount: batch.messageCount }, 'atClose');
  }

  /** A large message that was begun and cannot be finished was not delivered. */
  #countCut(batch: Batch): void {
    this.#counts.addDelivered(-batch.messageCount, -batch.endBytes);
    this.#countLost(batch);
    this.#fanOut.memory.unpin(batch);
  }
}
