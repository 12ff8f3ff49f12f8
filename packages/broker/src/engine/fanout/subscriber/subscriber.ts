import type { QueuedBatch } from '../backlog/backlog.js';
import type { ConflatingBacklog } from '../backlog/conflating-backlog.js';
import { Batch } from '../batch/batch.js';
import type { BatchMemory } from '../batch/batch-memory.js';
import { messagesOf } from '../batch/message-walk.js';
import type { ValueSource } from '../batch/stored-value.js';
import type { FanOut } from '../fan-out.js';
import type { GroupMember, JoinedGroup } from '../group-member.js';
import type { NewsTaker } from '../news-taker.js';
import type { SubscriberSink } from './byte-sink.js';
import type { DropReason } from './drop-counts.js';
import { HeldBatches, type StreamSequences } from './held-batches.js';
import { Outflow, type OutflowOwner } from './outflow.js';
import type { SlowPolicy } from './policy.js';
import { SubscriberCounts } from './subscriber-counts.js';

/**
 * One connection on the subscriber port, as the fan-out sees it. A conflating one leaves its group while the kernel does not take its writes, and
 * takes note of topics with news.
 */
export class Subscriber implements GroupMember, NewsTaker, OutflowOwner {
  readonly isReader = true;
  readonly counts: SubscriberCounts;
  readonly #outflow: Outflow;
  readonly #memory: BatchMemory;
  #group: JoinedGroup | null = null;
  /** Messages of the group that were accepted before it joined. */
  #groupBaseCount = 0;
  /** It takes note of news instead of batches. */
  #isTaking = false;
  /** Called when it has written, by what watches it. */
  #roomWatches: Map<object, () => void> | null = null;
  /** Live messages that wait while it gets older ones; null when none have to. */
  #held: HeldBatches | null = null;
  /** While a snapshot goes on: the newest dropped sequence of each topic, by key. */
  #dropped: Map<string, number> | null = null;

  constructor(sink: SubscriberSink, fanOut: FanOut) {
    this.counts = new SubscriberCounts(fanOut.account);
    this.#memory = fanOut.memory;
    this.#outflow = new Outflow(sink, fanOut, this.counts, this);
  }

  /** Bytes that wait in the backlog. */
  get queuedBytes(): number {
    return this.#outflow.queuedBytes;
  }

  /** Messages that wait in the backlog; a topic with news counts as one. */
  get queuedMessageCount(): number {
    return this.#outflow.queuedMessageCount;
  }

  /** Messages of the broker's own that wait: ends of snapshots, pages of images. No policy drops them. */
  get waitingMarkerCount(): number {
    return this.#outflow.waitingMarkerCount;
  }

  /** Messages that it was meant to get. */
  get matchedCount(): number {
    return this.counts.matchedCount + (this.#group === null ? 0 : this.#group.matchedCount - this.#groupBaseCount);
  }

  /** Holds more than half of what it may, or conflates. */
  get isSlow(): boolean {
    return this.#isTaking || this.#outflow.standing?.isSlow === true;
  }

  /** When the oldest message was read that is not written whole, Unix microseconds; 0 when there is none. */
  get oldestUs(): number {
    return this.#outflow.oldestUs;
  }

  /** The kernel has taken everything so far. */
  get isDrained(): boolean {
    return this.#outflow.isDrained;
  }

  get policy(): SlowPolicy {
    return this.#outflow.policy;
  }

  /** Sets what happens when it lags. Call while it has no group, or with the present policy. */
  setPolicy(policy: SlowPolicy): void {
    this.#outflow.setPolicy(policy);
  }

  joined(group: JoinedGroup): void {
    this.#group = group;
    this.#groupBaseCount = group.matchedCount;
  }

  /** Topics with news keep the value of this moment: what is accepted from now on is not for it. */
  left(): void {
    this.counts.matchedCount = this.matchedCount;
    this.#group = null;
    if (this.#isTaking) this.#endTaking();
  }

  deliver(batch: Batch): void {
    if (this.#held === null) this.#deliver(batch);
    else if (!this.#held.hold(batch)) this.#giveUpHeld(batch, 'outboxBytes');
  }

  #deliver(batch: Batch): void {
    if (batch.conflatedCount > 0) this.counts.addBatchConflated(batch.conflatedCount);
    this.#outflow.deliver(batch);
    this.#reviewTaking();
  }

  /** Calls `onRoom` for `watcher` whenever it has written, until `unwatchRoom`. */
  watchRoom(watcher: object, onRoom: () => void): void {
    this.#roomWatches ??= new Map();
    this.#roomWatches.set(watcher, onRoom);
  }

  unwatchRoom(watcher: object): void {
    this.#roomWatches?.delete(watcher);
  }

  /** Remembers what it drops from now on, or no longer. */
  watchDrops(isOn: boolean): void {
    if (!isOn) this.#dropped = null;
    else this.#dropped ??= new Map();
  }

  /** The newest dropped sequence of each topic, by key, since drops are watched. */
  droppedSequences(): ReadonlyMap<string, number> {
    return this.#dropped ?? new Map();
  }

  /** Sends bytes of the broker's own in order with the deliveries. A marker is dropped by no policy. */
  deliverOwn(bytes: Buffer, isMarker: boolean): void {
    if (this.#outflow.isClosed) return;
    // What was accepted before these bytes goes out before them.
    this.#group?.flush();
    const batch = new Batch(bytes, -1);
    batch.endBytes = bytes.length;
    batch.isMarker = isMarker;
    this.#deliver(batch);
  }

  /** From now on live messages wait, at most `limitBytes` of them, until `releaseHeld`. `deliverOlder` passes them. */
  holdLive(limitBytes: number): void {
    this.#held ??= new HeldBatches(this.#memory, limitBytes);
  }

  /** More live messages came than may wait. Call `dropHeld` then. */
  get isHeldOverflown(): boolean {
    return this.#held?.isOverflown === true;
  }

  /** Sends messages that are older than the live ones. They are not counted, and no policy drops them. */
  deliverOlder(batch: Batch): void {
    batch.messageCount = 0;
    batch.isMarker = true;
    this.#deliver(batch);
  }

  /** Whether what was accepted so far fits into what may wait. If not, call `dropHeld`. */
  heldFits(): boolean {
    this.#group?.flush();
    return !this.isHeldOverflown;
  }

  /** Delivers the live messages that have waited, but for those that are in `had`: they count as delivered, because they were. */
  releaseHeld(had: StreamSequences): void {
    const held = this.#held;
    this.#held = null;
    held?.release(had, (batch, passedCount, passedBytes) => {
      if (passedCount > 0) this.counts.addDelivered(passedCount, passedBytes);
      if (batch !== null) this.#deliver(batch);
    });
  }

  /** Gives up the live messages that have waited. Further ones are delivered. */
  dropHeld(reason: DropReason): void {
    const held = this.#held;
    this.#held = null;
    held?.discard((batch) => this.#giveUpHeld(batch, reason));
  }

  /** Not a loss that the reader is to hear of: it gets these messages from the journal, or has left. */
  #giveUpHeld(batch: Batch, reason: DropReason): void {
    this.counts.addDropped({ batch, start: 0, messageCount: batch.messageCount }, reason);
  }

  note(source: ValueSource): void {
    if (this.#outflow.isClosed) this.counts.addLost(source);
    else this.#news().note(source);
  }

  noteSince(source: ValueSource, baseCount: number): void {
    this.#news().noteSince(source, baseCount);
  }

  settle(source: ValueSource): void {
    this.#outflow.news?.settle(source);
  }

  takeWhole(batch: Batch): void {
    this.#outflow.deliverLater(batch);
  }

  /** Goes on writing, in a turn of its own. */
  pump(): void {
    this.#outflow.pump();
    this.#reviewTaking();
  }

  pumpNews(): void {
    const { news } = this.#outflow;
    if (news !== null) news.allowedCount = news.slotCount;
    this.pump();
  }

  onWritten(): void {
    if (this.#roomWatches === null) return;
    for (const onRoom of this.#roomWatches.values()) onRoom();
  }

  onDropped({ batch, start, messageCount }: QueuedBatch): void {
    if (this.#dropped === null) return;
    for (const { key, sequence } of messagesOf(batch, start, messageCount)) this.#dropped.set(key, sequence);
  }

  /** Gives back everything it holds. Messages that wait count as dropped: the connection is gone. */
  close(): void {
    this.dropHeld('atClose');
    this.#outflow.close();
  }

  /** A conflating subscriber takes note of news while the kernel does not take its writes, and batches again when it has caught up. */
  #reviewTaking(): void {
    const group = this.#group;
    if (this.policy !== 'conflate' || group === null || this.#outflow.isClosed) return;
    if (!this.#isTaking && this.#outflow.isBlocked) {
      this.#isTaking = true;
      group.toTaker(this);
    } else if (this.#isTaking && this.isDrained) {
      this.#isTaking = false;
      group.toMember(this);
    }
  }

  /** The news of a paced group go out with its ticks. */
  #news(): ConflatingBacklog {
    const news = this.#outflow.newsOrNew();
    if (news.slotCount === 0 && this.#group?.isPaced === true) news.allowedCount = 0;
    return news;
  }

  #endTaking(): void {
    this.#isTaking = false;
    const { news } = this.#outflow;
    if (news === null) return;
    news.settleAll();
    news.allowedCount = Number.POSITIVE_INFINITY;
    this.#outflow.continueLater();
  }
}
