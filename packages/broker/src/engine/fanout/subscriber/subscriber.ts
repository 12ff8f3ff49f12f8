import type { Clock } from '../../clock.js';
import type { Backlog, GivenUp, QueuedBatch } from '../backlog/backlog.js';
import { FifoBacklog } from '../backlog/fifo-backlog.js';
import type { Batch } from '../batch/batch.js';
import { largeWithNotice } from '../batch/large-batch.js';
import { messageEnd } from '../batch/message-walk.js';
import type { FanOut } from '../fan-out.js';
import type { GroupMember } from '../group-member.js';
import type { ByteSink } from './byte-sink.js';
import type { DropReason } from './drop-counts.js';
import { copyWithNotice } from './drop-notice.js';
import type { Laggard } from './laggards.js';
import type { BacklogLimits } from './limits.js';
import { Standing } from './standing.js';
import { SubscriberCounts } from './subscriber-counts.js';
import { Writer } from './writer.js';

/** What a subscriber has while it lags. */
interface Lag {
  readonly backlog: Backlog;
  readonly standing: Standing;
}

function newLag(writer: Writer, limits: BacklogLimits, clock: Clock): Lag {
  const backlog = new FifoBacklog();
  return { backlog, standing: new Standing(backlog, writer, limits, clock) };
}

/**
 * One connection on the subscriber port, as the fan-out sees it. While its socket takes everything at once, batches are written as they
 * come. From the first write that the kernel does not take, they wait in the backlog; past the limits the oldest messages are dropped.
 */
export class Subscriber implements GroupMember, Laggard {
  readonly isReader = true;
  readonly counts: SubscriberCounts;
  /** Nothing is written after this. */
  closed = false;
  readonly #fanOut: FanOut;
  readonly #writer: Writer;
  /** What waits, and how far it lags; null while nothing waits. Ten thousand idle subscribers have none. */
  #lag: Lag | null = null;
  /** Messages were dropped, and the next one that is written must say so. */
  #dropNotice = false;
  /** On the list of the next turn. */
  #continuing = false;

  constructor(sink: ByteSink, fanOut: FanOut) {
    const { account, memory, clock } = fanOut;
    this.#fanOut = fanOut;
    this.counts = new SubscriberCounts(account);
    this.#writer = new Writer(sink, memory, clock, this);
  }

  /** Bytes that wait in the backlog. */
  get queuedBytes(): number {
    return this.#lag?.backlog.heldBytes ?? 0;
  }

  get queuedMessageCount(): number {
    return this.#lag?.backlog.messageCount ?? 0;
  }

  /** Holds more than half of what it may. */
  get isSlow(): boolean {
    return this.#lag?.standing.isSlow === true;
  }

  /** When the oldest message was read that is not written whole, Unix microseconds; 0 when there is none. */
  get oldestUs(): number {
    return this.#writer.unfinished?.readAtUs ?? this.#lag?.backlog.oldestUs ?? 0;
  }

  /** The kernel has taken everything so far. */
  get isDrained(): boolean {
    return this.#writer.unfinished === null && this.#lag === null;
  }

  /** Takes a batch: writes it now if nothing waits before it, else queues it. The caller owns a batch that was not pinned. */
  deliver(batch: Batch): void {
    if (this.closed) return this.#countLost(batch);
    if (batch.chunks === null && this.isDrained && !this.#dropNotice) return this.#write(batch, 0, batch.messageCount);
    const lag = this.#enqueue(batch);
    // It may be written or dropped at once, and the caller still has other members to give it to.
    batch.pins++;
    // A subscriber past its soft limit does not wait for the next turn: one turn can bring more than its budget takes away.
    if (!this.#writer.isBlocked && (!this.#continuing || lag.standing.isOverSoft)) this.#writeSome();
    else this.#enforceLimits(lag);
    this.#fanOut.memory.unpinKept(batch);
  }

  /** Goes on writing, in a turn of its own. */
  pump(): void {
    this.#continuing = false;
    this.#writeSome();
  }

  giveUpForTotal(): boolean {
    const given =
      this.#lag === null ? undefined : this.#giveUp(this.#lag, Number.POSITIVE_INFINITY, 'outboxTotalBytes');
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
  }

  #continueLater(): void {
    if (this.#continuing) return;
    this.#continuing = true;
    this.#fanOut.turn.continueLater(this);
  }

  /** Writes the next piece; returns its bytes. */
  #writeNext(): number {
    if (this.#writer.isInsideLarge) return this.#writer.continueLarge(this.#fanOut.turn.writeBudgetBytes);
    const entry = this.#lag!.backlog.shift()!;
    if (this.#dropNotice && entry.messageCount > 0) return this.#writeWithNotice(entry);
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
    this.#countDelivered(1, batch.endBytes);
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

  #enqueue(batch: Batch): Lag {
    const { memory, limits, clock } = this.#fanOut;
    if (batch.pins === 0) memory.slabs.trim(batch);
    memory.pin(batch);
    this.#lag ??= newLag(this.#writer, limits, clock);
    this.#lag.backlog.push(batch);
    return this.#lag;
  }

  #enforceLimits(lag: Lag): void {
    const { limits, laggards } = this.#fanOut;
    while (lag.backlog.heldBytes > limits.outboxBytes) {
      if (this.#giveUp(lag, Number.POSITIVE_INFINITY, 'outboxBytes') === undefined) break;
    }
    if (lag.standing.isStalled) this.#enforceMessageCount(lag, limits.outboxMessageCount);
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

  /** Control frames are not messages, and their bytes do not count. */
  #countDelivered(messageCount: number, bytes: number): void {
    if (messageCount === 0) return;
    this.counts.addDelivered(messageCount, bytes);
    this.#lag?.standing.take(bytes);
  }

  #countDropped(entry: QueuedBatch, reason: DropReason): void {
    if (entry.messageCount === 0) return;
    this.counts.addDropped(entry, reason);
    this.#dropNotice = true;
  }

  #countLost(batch: Batch): void {
    this.#countDropped({ batch, start: 0, messageCount: batch.messageCount }, 'atClose');
  }

  /** A large message that was begun and cannot be finished was not delivered. */
  #countCut(batch: Batch): void {
    this.counts.addDelivered(-1, -batch.endBytes);
    this.#countLost(batch);
    this.#fanOut.memory.unpin(batch);
  }
}
