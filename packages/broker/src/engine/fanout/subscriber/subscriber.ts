import { Outbox, type QueuedBatch } from '../backlog/fifo.js';
import type { Batch } from '../batch/batch.js';
import { largeWithNotice } from '../batch/large-batch.js';
import { LargeWrite } from '../batch/large-write.js';
import { messageEnd } from '../batch/message-walk.js';
import type { FanOut } from '../fan-out.js';
import type { GroupMember } from '../group-member.js';
import type { ByteSink } from './byte-sink.js';
import type { DropReason } from './drop-counts.js';
import { copyWithNotice } from './drop-notice.js';
import { Standing } from './standing.js';
import { SubscriberCounts } from './subscriber-counts.js';

/**
 * One connection on the subscriber port, as the fan-out sees it: a sink with an outbox before it. While the sink takes
 * everything at once the outbox is never touched; from the first write the kernel did not take, batches queue up as
 * references, and past the limits the oldest messages go.
 */
export class Subscriber implements GroupMember {
  readonly isReader = true;
  readonly counts = new SubscriberCounts();
  /** Nothing more is written after this. */
  closed = false;
  readonly #sink: ByteSink;
  readonly #fanOut: FanOut;
  readonly #outbox = new Outbox();
  readonly #standing: Standing;
  /** Writes whose callback is still to come; the last of them may be unfinished. */
  #callbacksDue = 0;
  #inFlight: Batch | null = null;
  /** A large message that is being written and not yet handed over whole. */
  #large: LargeWrite | null = null;
  #dropNotice = false;
  /** On the list of the next turn. */
  #continuing = false;
  readonly #written = (): void => this.#onWritten();

  constructor(sink: ByteSink, fanOut: FanOut) {
    this.#sink = sink;
    this.#fanOut = fanOut;
    this.#standing = new Standing(this, this.#outbox, fanOut);
  }

  /** Bytes held for this subscriber and not handed to its socket. */
  get queuedBytes(): number {
    return this.#outbox.bytes;
  }

  get queuedMessageCount(): number {
    return this.#outbox.messageCount;
  }

  /** Holds more than half of what it may. */
  get isSlow(): boolean {
    return this.#standing.isSlow;
  }

  /** When the oldest message was read that it has not been sent whole, Unix microseconds; 0 when there is none. */
  get oldestUs(): number {
    return (this.#inFlight ?? this.#large?.batch ?? this.#outbox.peek()?.batch)?.readAtUs ?? 0;
  }

  /** True while the kernel has taken everything written so far. */
  get isDrained(): boolean {
    return this.#inFlight === null && this.#large === null && this.#outbox.isEmpty;
  }

  /** Takes a batch: written now if nothing waits before it, else queued. The caller keeps the batch when it is not pinned. */
  deliver(batch: Batch): void {
    if (this.closed) return this.#countLost(batch);
    if (batch.chunks === null && this.isDrained && !this.#dropNotice) {
      this.#write(batch, 0, batch.messageCount);
      return;
    }
    this.#enqueue(batch);
    // It may be written or dropped at once, and the caller still has others to give it to.
    batch.pins++;
    // Who is past the soft limit does not wait for the next turn: a turn can bring more than its budget takes away.
    if (this.#inFlight === null && (!this.#continuing || this.#standing.isOverSoft)) this.#writeSome();
    else this.#enforceLimits();
    this.#fanOut.unpinKept(batch);
  }

  /** Goes on writing in a turn of its own. */
  pump(): void {
    this.#continuing = false;
    this.#writeSome();
  }

  /** Writes what is queued, up to the budget of one turn. */
  #writeSome(): void {
    let budget = this.#fanOut.writeBudgetBytes;
    while (!this.closed && this.#inFlight === null) {
      if (this.#large === null && this.#outbox.isEmpty) break;
      if (budget <= 0) {
        this.#continueLater();
        break;
      }
      budget -= this.#large === null ? this.#writeNext() : this.#writeLarge(this.#large);
    }
    this.#standing.update();
  }

  #continueLater(): void {
    if (this.#continuing) return;
    this.#continuing = true;
    this.#fanOut.continueLater(this);
  }

  /** Gives up the oldest queued batch. False when there is none. */
  dropOldestBatch(reason: DropReason): boolean {
    const entry = this.#outbox.shift();
    if (entry === undefined) return false;
    this.#countDrops(entry, entry.messageCount, reason);
    this.#standing.lose(entry.batch.heldBytes);
    this.#fanOut.unpin(entry.batch);
    this.#standing.update();
    return true;
  }

  /** Gives back everything held. The queued messages count as dropped: the connection is gone. */
  close(): void {
    if (this.closed) return;
    this.closed = true;
    for (let entry = this.#outbox.shift(); entry !== undefined; entry = this.#outbox.shift()) {
      this.#countDrops(entry, entry.messageCount, 'atClose');
      this.#fanOut.unpin(entry.batch);
    }
    const large = this.#large?.batch ?? null;
    if (this.#inFlight !== null && this.#inFlight !== large) this.#fanOut.unpin(this.#inFlight);
    if (large !== null) this.#cutLarge(large);
    this.#inFlight = null;
    this.#large = null;
    this.#standing.update();
  }

  /** A large message that was begun and cannot be finished was not delivered. */
  #cutLarge(batch: Batch): void {
    this.#countDelivered(-1, -batch.endBytes);
    this.#countLost(batch);
    this.#fanOut.unpin(batch);
  }

  #countLost(batch: Batch): void {
    this.#countDrops({ batch, start: 0, messageCount: batch.messageCount }, batch.messageCount, 'atClose');
  }

  #write(batch: Batch, start: number, messageCount: number): void {
    const bytes = start === 0 ? batch.view : batch.buffer.subarray(start, batch.endBytes);
    this.#countDelivered(messageCount, bytes.length);
    this.#callbacksDue++;
    this.#sink.write(bytes, this.#written);
    this.#standing.progress();
    if (this.#sink.pendingBytes === 0) return;
    this.#fanOut.pin(batch);
    this.#inFlight = batch;
  }

  /** Writes the oldest entry, or the beginning of it; returns the bytes. */
  #writeNext(): number {
    const entry = this.#outbox.shift()!;
    if (this.#dropNotice && entry.messageCount > 0) return this.#writeWithNotice(entry);
    const { batch, start } = entry;
    if (batch.chunks !== null) return this.#beginLarge(batch);
    // Its last holder gives a batch back, and then it has no bytes any more.
    const bytes = batch.endBytes - start;
    this.#write(batch, start, entry.messageCount);
    this.#fanOut.unpin(batch);
    return bytes;
  }

  #beginLarge(batch: Batch): number {
    this.#large = new LargeWrite(batch);
    this.#countDelivered(1, batch.endBytes);
    return this.#writeLarge(this.#large);
  }

  /** The next piece of a large message. The batch stays pinned until its last piece has been written. */
  #writeLarge(large: LargeWrite): number {
    const bytes = large.next(this.#fanOut.writeBudgetBytes);
    this.#callbacksDue++;
    this.#sink.write(bytes, this.#written);
    this.#standing.progress();
    const isTaken = this.#sink.pendingBytes === 0;
    if (!isTaken) this.#inFlight = large.batch;
    if (large.isDone) {
      this.#large = null;
      if (isTaken) this.#fanOut.unpin(large.batch);
    }
    return bytes.length;
  }

  /** The first message after a loss goes out by itself. */
  #writeWithNotice(entry: QueuedBatch): number {
    this.#dropNotice = false;
    const { batch, start } = entry;
    if (batch.chunks !== null) {
      // The pin of the original is the marked one's now.
      const marked = largeWithNotice(batch);
      this.#fanOut.pin(marked);
      return this.#beginLarge(marked);
    }
    const end = messageEnd(batch.buffer, start);
    const copy = copyWithNotice(batch.buffer, start, end);
    this.#countDelivered(1, copy.length);
    this.#callbacksDue++;
    this.#sink.write(copy, this.#written);
    const restCount = entry.messageCount - 1;
    const bytes = batch.endBytes - start;
    if (restCount > 0) this.#write(batch, end, restCount);
    if (this.#inFlight === null && this.#sink.pendingBytes > 0) this.#holdInFlight(batch);
    this.#fanOut.unpin(batch);
    return bytes;
  }

  #holdInFlight(batch: Batch): void {
    this.#fanOut.pin(batch);
    this.#inFlight = batch;
    this.#standing.progress();
  }

  #onWritten(): void {
    if (--this.#callbacksDue > 0 || this.#inFlight === null) return;
    const batch = this.#inFlight;
    this.#inFlight = null;
    this.#standing.progress();
    if (batch !== this.#large?.batch) this.#fanOut.unpin(batch);
    this.pump();
  }

  #enqueue(batch: Batch): void {
    if (batch.pins === 0) this.#fanOut.pool.trim(batch);
    this.#fanOut.pin(batch);
    this.#outbox.push(batch);
    this.#fanOut.lagging.add(this);
  }

  #enforceLimits(): void {
    const { outboxBytes, outboxMessageCount, outboxTotalBytes } = this.#fanOut.limits;
    while (this.#outbox.bytes > outboxBytes && this.dropOldestBatch('outboxBytes'));
    if (this.#outbox.messageCount > outboxMessageCount && this.#standing.isStalled) {
      this.#dropMessages(this.#outbox.messageCount - outboxMessageCount);
    }
    if (this.#fanOut.totals.queuedBytes > outboxTotalBytes) this.#fanOut.enforceTotal();
    this.#standing.update();
  }

  /** Gives up exactly the `count` oldest messages, cutting a batch between two messages where it must. */
  #dropMessages(count: number): void {
    for (let entry = this.#outbox.peek(); entry !== undefined && count > 0; entry = this.#outbox.peek()) {
      if (entry.messageCount <= count) {
        count -= entry.messageCount;
        this.dropOldestBatch('hwm');
        continue;
      }
      let start = entry.start;
      for (let passed = 0; passed < count; passed++) start = messageEnd(entry.batch.buffer, start);
      this.#countDrops(entry, count, 'hwm');
      this.#outbox.cutFirst(start, count);
      return;
    }
  }

  /** Control frames are no messages, and their bytes none of a message. */
  #countDelivered(messageCount: number, bytes: number): void {
    if (messageCount === 0) return;
    this.counts.deliveredCount += messageCount;
    this.counts.deliveredBytes += bytes;
    this.#standing.take(bytes);
    this.#fanOut.totals.deliveredCount += messageCount;
    this.#fanOut.totals.deliveredBytes += bytes;
  }

  #countDrops(entry: QueuedBatch, messageCount: number, reason: DropReason): void {
    if (messageCount === 0) return;
    this.counts.dropped[reason] += messageCount;
    this.#fanOut.totals.dropped[reason] += messageCount;
    this.#fanOut.drops.count(entry.batch, entry.start, messageCount);
    this.#dropNotice = true;
  }
}
