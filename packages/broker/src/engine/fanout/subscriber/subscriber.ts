import type { GivenUp, QueuedBatch } from '../backlog/backlog.js';
import { Batch } from '../batch/batch.js';
import { messageEnd, messagesOf } from '../batch/message-walk.js';
import type { ValueSource } from '../batch/stored-value.js';
import { largeWithNotice } from '../batch/value-delivery.js';
import type { FanOut } from '../fan-out.js';
import type { GroupMember } from '../group-member.js';
import type { InterestGroup } from '../interest-group.js';
import type { NewsTaker } from '../news-taker.js';
import type { SubscriberSink } from './byte-sink.js';
import type { DropReason } from './drop-counts.js';
import { copyWithNotice } from './drop-notice.js';
import { type Lag, newLag } from './lag.js';
import type { Laggard } from './laggards.js';
import type { SlowPolicy } from './policy.js';
import { SubscriberCounts } from './subscriber-counts.js';
import { Writer } from './writer.js';

/**
 * One connection on the subscriber port, as the fan-out sees it. While its socket takes everything at once, batches are written as they
 * come. From the first write that the kernel does not take, they wait in the backlog, and past the limits its policy acts. A conflating one
 * leaves its group meanwhile and takes note of topics with news.
 */
export class Subscriber implements GroupMember, Laggard, NewsTaker {
  readonly isReader = true;
  readonly counts: SubscriberCounts;
  /** Nothing is written after this. */
  closed = false;
  readonly #fanOut: FanOut;
  readonly #sink: SubscriberSink;
  readonly #writer: Writer;
  #policy: SlowPolicy = 'dropOldest';
  #group: InterestGroup | null = null;
  /** Messages of the group that were accepted before it joined. */
  #groupBaseCount = 0;
  #lag: Lag | null = null;
  /** It takes note of news instead of batches. */
  #isTaking = false;
  /** Messages were dropped, and the next one that is written must say so. */
  #dropNotice = false;
  /** On the list of the next turn. */
  #continuing = false;
  /** While a snapshot goes on: called when there is room, and the newest dropped sequence of each topic. */
  #room: { readonly onRoom: () => void; readonly dropped: Map<string, number> } | null = null;

  constructor(sink: SubscriberSink, fanOut: FanOut) {
    const { account, memory, clock } = fanOut;
    this.#fanOut = fanOut;
    this.#sink = sink;
    this.counts = new SubscriberCounts(account);
    this.#writer = new Writer(sink, memory, clock, this);
  }

  /** Bytes that wait in the backlog. */
  get queuedBytes(): number {
    return this.#lag?.backlog.heldBytes ?? 0;
  }

  /** Messages that wait in the backlog; a topic with news counts as one. */
  get queuedMessageCount(): number {
    return this.#lag?.backlog.messageCount ?? 0;
  }

  /** Messages that it was meant to get. */
  get matchedCount(): number {
    return this.counts.matchedCount + (this.#group === null ? 0 : this.#group.matchedCount - this.#groupBaseCount);
  }

  /** Holds more than half of what it may, or conflates. */
  get isSlow(): boolean {
    return this.#isTaking || this.#lag?.standing.isSlow === true;
  }

  /** Has room for more than live messages: it holds less than half of what it may. */
  get isUnderSoft(): boolean {
    return this.#lag?.standing.isOverSoft !== true;
  }

  /** When the oldest message was read that is not written whole, Unix microseconds; 0 when there is none. */
  get oldestUs(): number {
    return this.#writer.unfinished?.readAtUs ?? this.#lag?.backlog.oldestUs ?? 0;
  }

  /** The kernel has taken everything so far. */
  get isDrained(): boolean {
    return this.#writer.unfinished === null && this.#lag === null;
  }

  get policy(): SlowPolicy {
    return this.#policy;
  }

  /** Sets what happens when it lags. Call before it has a group. */
  setPolicy(policy: SlowPolicy): void {
    this.#policy = policy;
    if (this.#lag?.backlog.isEmpty === true) this.#lag = null;
  }

  joined(group: InterestGroup): void {
    this.#group = group;
    this.#groupBaseCount = group.matchedCount;
  }

  left(): void {
    this.counts.matchedCount = this.matchedCount;
    this.#group = null;
    this.#isTaking = false;
  }

  /** Takes a batch: writes it now if nothing waits before it, else queues it. The caller owns a batch that was not pinned. */
  deliver(batch: Batch): void {
    if (batch.conflatedCount > 0) this.counts.addBatchConflated(batch.conflatedCount);
    if (this.closed) return this.#countLost(batch);
    if (batch.chunks === null && this.isDrained && !this.#dropNotice) this.#write(batch, 0, batch.messageCount);
    else this.#queue(batch);
    this.#reviewTaking();
  }

  /** Calls `onRoom` whenever it has written, and remembers what it drops, until it is called with null. */
  watchRoom(onRoom: (() => void) | null): void {
    this.#room = onRoom === null ? null : { onRoom, dropped: this.#room?.dropped ?? new Map() };
  }

  /** The newest dropped sequence of each topic, by key, since room is watched. */
  droppedSequences(): ReadonlyMap<string, number> {
    return this.#room?.dropped ?? new Map();
  }

  /** Sends bytes of the broker's own in order with the deliveries. A marker is dropped by no policy. */
  deliverOwn(bytes: Buffer, isMarker: boolean): void {
    if (this.closed) return;
    // What was accepted before these bytes goes out before them.
    this.#group?.flush();
    const batch = new Batch(bytes, -1);
    batch.endBytes = bytes.length;
    batch.isMarker = isMarker;
    this.deliver(batch);
  }

  note(source: ValueSource): void {
    if (this.closed) return this.counts.loseValue('atClose');
    this.#lagging().news!.note(source);
  }

  settle(source: ValueSource): void {
    if (!this.closed) this.#lagging().news!.settle(source);
  }

  takeWhole(batch: Batch): void {
    if (this.closed) return this.#countLost(batch);
    const lag = this.#lagging();
    this.#enqueue(batch, lag);
    this.#enforceLimits(lag);
    if (!this.#writer.isBlocked) this.#continueLater();
  }

  /** Goes on writing, in a turn of its own. */
  pump(): void {
    this.#continuing = false;
    // The news of a paced group go out with its next tick.
    if (this.#isTaking && this.#group?.isPaced === true) return;
    this.pumpNews();
  }

  /** Writes what waits, topics with news too. */
  pumpNews(): void {
    this.#writeSome();
    this.#reviewTaking();
  }

  giveUpForTotal(): boolean {
    const lag = this.#lag;
    const given = lag === null ? undefined : this.#giveUp(lag, Number.POSITIVE_INFINITY, 'outboxTotalBytes');
    this.#updateLists();
    return given !== undefined;
  }

  /** Gives back everything it holds. Messages that wait count as dropped: the connection is gone. */
  close(): void {
    if (this.closed) return;
    this.closed = true;
    const backlog = this.#lag?.backlog;
    for (let entry = backlog?.shift(); entry !== undefined; entry = backlog?.shift()) {
      this.#countDropped(entry, 'atClose');
      this.#fanOut.memory.unpin(entry.batch);
    }
    const cut = this.#writer.close();
    if (cut !== null) this.#countCut(cut);
    this.#updateLists();
  }

  /** A conflating subscriber takes note of news while the kernel does not take its writes, and batches again when it has caught up. */
  #reviewTaking(): void {
    if (this.#policy !== 'conflate' || this.#group === null || this.closed) return;
    if (!this.#isTaking && this.#writer.isBlocked) {
      this.#isTaking = true;
      this.#lagging();
      this.#group.toTaker(this);
    } else if (this.#isTaking && this.isDrained) {
      this.#isTaking = false;
      this.#group.toMember(this);
    }
  }

  #lagging(): Lag {
    this.#lag ??= newLag(this.#policy, this.#writer, this.#fanOut, this.counts);
    return this.#lag;
  }

  #queue(batch: Batch): void {
    const lag = this.#lagging();
    if (this.#mustRefuse(batch, lag)) return this.#refuse(batch);
    this.#enqueue(batch, lag);
    // It may be written or dropped at once, and the caller still has other members to give it to.
    batch.pins++;
    // A subscriber past its soft limit does not wait for the next turn: one turn can bring more than its budget takes away.
    if (!this.#writer.isBlocked && (!this.#continuing || lag.standing.isOverSoft)) this.#writeSome();
    else this.#enforceLimits(lag);
    this.#fanOut.memory.unpinKept(batch);
  }

  /** Writes what waits, up to the budget of one turn. */
  #writeSome(): void {
    let budgetBytes = this.#fanOut.turn.writeBudgetBytes;
    while (!this.closed && !this.#writer.isBlocked) {
      if (!this.#writer.isInsideLarge && this.#lag?.backlog.isEmpty !== false) break;
      if (budgetBytes <= 0) {
        this.#continueLater();
        break;
      }
      budgetBytes -= this.#writeNext();
    }
    this.#updateLists();
    this.#room?.onRoom();
  }

  #continueLater(): void {
    if (this.#continuing) return;
    this.#continuing = true;
    this.#fanOut.turn.continueLater(this);
  }

  /** Writes the next piece; returns its bytes. */
  #writeNext(): number {
    if (this.#writer.isInsideLarge) return this.#writer.continueLarge(this.#fanOut.turn.writeBudgetBytes);
    const entry = this.#lag!.backlog.shift();
    if (entry === undefined) return 0;
    if (this.#dropNotice && entry.messageCount > 0) return this.#writeWithNotice(entry);
    const { batch, start, messageCount } = entry;
    if (batch.chunks !== null) return this.#beginLarge(batch);
    // Read the length first: unpin may recycle the batch.
    const bytes = batch.endBytes - start;
    if (bytes > 0) this.#write(batch, start, messageCount);
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

  /** The first message after a loss goes out as a copy with bit 2 set: the batch itself is shared. */
  #writeWithNotice({ batch, start, messageCount }: QueuedBatch): number {
    this.#dropNotice = false;
    const { memory } = this.#fanOut;
    if (batch.chunks !== null) {
      // The pin of the original passes to the marked one, which unpins its source.
      const marked = largeWithNotice(batch);
      memory.pin(marked);
      return this.#beginLarge(marked);
    }
    const end = messageEnd(batch.buffer, start);
    const bytes = batch.endBytes - start;
    this.#countDelivered(messageCount, bytes);
    this.#writer.writePatched(copyWithNotice(batch.buffer, start, end), batch, end);
    memory.unpin(batch);
    return bytes;
  }

  #enqueue(batch: Batch, lag: Lag): void {
    const { memory } = this.#fanOut;
    if (batch.pins === 0) memory.slabs.trim(batch);
    memory.pin(batch);
    lag.backlog.push(batch);
  }

  /** A batch that the policy does not take: it would exceed a limit. */
  #mustRefuse(batch: Batch, { backlog, standing }: Lag): boolean {
    if (batch.isMarker || (this.#policy !== 'dropNewest' && this.#policy !== 'disconnect')) return false;
    const { outboxBytes, outboxMessageCount } = this.#fanOut.limits;
    if (backlog.heldBytes + batch.heldBytes > outboxBytes) return true;
    return standing.isStalled && backlog.messageCount + batch.messageCount > outboxMessageCount;
  }

  #refuse(batch: Batch): void {
    if (this.#policy === 'dropNewest') {
      this.#countDropped({ batch, start: 0, messageCount: batch.messageCount }, 'outboxBytes');
      return;
    }
    const { outboxBytes } = this.#fanOut.limits;
    this.#countLost(batch);
    this.#sink.overflow(
      `slow subscriber: ${this.queuedBytes} bytes wait, limit ${outboxBytes}; its policy is disconnect`,
    );
  }

  #enforceLimits(lag: Lag): void {
    const { limits, laggards } = this.#fanOut;
    while (lag.backlog.heldBytes > limits.outboxBytes) {
      if (this.#giveUp(lag, Number.POSITIVE_INFINITY, 'outboxBytes') === undefined) break;
    }
    if (lag.standing.isStalled && lag.news === null) this.#enforceMessageCount(lag, limits.outboxMessageCount);
    this.#updateLists();
    laggards.enforceTotal();
  }

  #enforceMessageCount(lag: Lag, limitCount: number): void {
    for (;;) {
      const excessCount = lag.backlog.messageCount - limitCount;
      if (excessCount <= 0 || this.#giveUp(lag, excessCount, 'hwm') === undefined) return;
    }
  }

  /** Gives up the oldest messages, at most `maxCount` of one batch. */
  #giveUp({ backlog, standing }: Lag, maxCount: number, reason: DropReason): GivenUp | undefined {
    const given = backlog.giveUp(maxCount);
    if (given === undefined) return undefined;
    this.#countDropped(given, reason);
    if (given.isWhole) {
      standing.lose(given.batch.heldBytes);
      this.#fanOut.memory.unpin(given.batch);
    }
    return given;
  }

  #updateLists(): void {
    const lag = this.#lag;
    if (lag === null) return;
    const needsPacing = lag.standing.reviewPacing() && !this.closed;
    this.#fanOut.laggards.update(this, !lag.backlog.isEmpty, needsPacing);
    if (lag.backlog.isEmpty) this.#lag = null;
  }

  /** Control frames and images are not counted. */
  #countDelivered(messageCount: number, bytes: number): void {
    if (messageCount === 0) return;
    this.counts.addDelivered(messageCount, bytes);
    this.#lag?.standing.take(bytes);
  }

  #countDropped(entry: QueuedBatch, reason: DropReason): void {
    if (entry.messageCount === 0) return;
    this.counts.addDropped(entry, reason);
    if (this.#room !== null) noteSequences(this.#room.dropped, entry);
    this.#dropNotice = true;
  }

  #countLost(batch: Batch): void {
    this.#countDropped({ batch, start: 0, messageCount: batch.messageCount }, 'atClose');
  }

  /** A large message that was begun and cannot be finished was not delivered. */
  #countCut(batch: Batch): void {
    this.counts.addDelivered(-batch.messageCount, -batch.endBytes);
    this.#countLost(batch);
    this.#fanOut.memory.unpin(batch);
  }
}

/** Notes the sequence of each message that is given up, by key. */
function noteSequences(sequences: Map<string, number>, { batch, start, messageCount }: QueuedBatch): void {
  for (const { key, sequence } of messagesOf(batch, start, messageCount)) sequences.set(key, sequence);
}
