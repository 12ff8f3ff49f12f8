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
import { Standing } from './standing.js';
import { SubscriberCounts } from './subscriber-counts.js';
import { Writer } from './writer.js';

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
  readonly #backlog: Backlog = new FifoBacklog();
  readonly #standing: Standing;
  /** Messages were dropped, and the next one that is written must say so. */
  #dropNotice = false;
  /** On the list of the next turn. */
  #continuing = false;

  constructor(sink: ByteSink, fanOut: FanOut) {
    const { account, memory, clock, limits } = fanOut;
    this.#fanOut = fanOut;
    this.counts = new SubscriberCounts(account);
    this.#writer = new Writer(sink, memory, clock, () => this.pump());
    this.#standing = new Standing(this.#backlog, this.#writer, limits, clock);
  }

  /** Bytes that wait in the backlog. */
  get queuedBytes(): number {
    return this.#backlog.heldBytes;
  }

  get queuedMessageCount(): number {
    return this.#backlog.messageCount;
  }

  /** Holds more than half of what it may. */
  get isSlow(): boolean {
    return this.#standing.isSlow;
  }

  /** When the oldest message was read that is not written whole, Unix microseconds; 0 when there is none. */
  get oldestUs(): number {
    return this.#writer.unfinished?.readAtUs ?? this.#backlog.oldestUs;
  }

  /** The kernel has taken everything so far. */
  get isDrained(): boolean {
    return this.#writer.unfinished === null && this.#backlog.isEmpty;
  }

  /** Takes a batch: writes it now if nothing waits before it, else queues it. The caller owns a batch that was not pinned. */
  deliver(batch: Batch): void {
    if (this.closed) return this.#countLost(batch);
    if (batch.chunks === null && this.isDrained && !this.#dropNotice) return this.#write(batch, 0, batch.messageCount);
    this.#enqueue(batch);
    // It may be written or dropped at once, and the caller still has other members to give it to.
    batch.pins++;
    // A subscriber past its soft limit does not wait for the next turn: one turn can bring more than its budget takes away.
    if (!this.#writer.isBlocked && (!this.#continuing || this.#standing.isOverSoft)) this.#writeSome();
    else this.#enforceLimits();
    this.#fanOut.memory.unpinKept(batch);
  }

  /** Goes on writing, in a turn of its own. */
  pump(): void {
    this.#continuing = false;
    this.#writeSome();
  }

  giveUpForTotal(): boolean {
    const given = this.#giveUp(Number.POSITIVE_INFINITY, 'outboxTotalBytes');
    this.#updateLists();
    return given !== undefined;
  }

  /** Gives back everything it holds. Messages that wait count as dropped: the connection is gone. */
  close(): void {
    if (this.closed) return;
    this.closed = true;
    for (let entry = this.#backlog.shift(); entry !== undefined; entry = this.#backlog.shift()) {
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
      if (!this.#writer.isInsideLarge && this.#backlog.isEmpty) break;
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
    const entry = this.#backlog.shift()!;
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

  #enqueue(batch: Batch): void {
    const { memory } = this.#fanOut;
    if (batch.pins === 0) memory.slabs.trim(batch);
    memory.pin(batch);
    this.#backlog.push(batch);
  }

  #enforceLimits(): void {
    const { limits, laggards } = this.#fanOut;
    while (this.#backlog.heldBytes > limits.outboxBytes) {
      if (this.#giveUp(Number.POSITIVE_INFINITY, 'outboxBytes') === undefined) break;
    }
    if (this.#standing.isStalled) this.#enforceMessageCount(limits.outboxMessageCount);
    this.#updateLists();
    laggards.enforceTotal();
  }

  #enforceMessageCount(limitCount: number): void {
    for (;;) {
      const excessCount = this.#backlog.messageCount - limitCount;
      if (excessCount <= 0 || this.#giveUp(excessCount, 'hwm') === undefined) return;
    }
  }

  /** Gives up the oldest messages, at most `maxCount` of one batch. */
  #giveUp(maxCount: number, reason: DropReason): GivenUp | undefined {
    const given = this.#backlog.giveUp(maxCount);
    if (given === undefined) return undefined;
    this.#countDropped(given, reason);
    if (given.isWhole) {
      this.#standing.lose(given.batch.heldBytes);
      this.#fanOut.memory.unpin(given.batch);
    }
    return given;
  }

  #updateLists(): void {
    const needsPacing = this.#standing.reviewPacing() && !this.closed;
    this.#fanOut.laggards.update(this, !this.#backlog.isEmpty, needsPacing);
  }

  /** Control frames are not messages, and their bytes do not count. */
  #countDelivered(messageCount: number, bytes: number): void {
    if (messageCount === 0) return;
    this.counts.addDelivered(messageCount, bytes);
    this.#standing.take(bytes);
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
