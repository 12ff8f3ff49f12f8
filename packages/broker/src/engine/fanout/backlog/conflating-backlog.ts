import { Fifo } from '@pulsemq/protocol';
import type { Clock } from '../../clock.js';
import { Batch } from '../batch/batch.js';
import type { BatchMemory } from '../batch/batch-memory.js';
import type { StoredValue, ValueSource } from '../batch/stored-value.js';
import { appendValue, conflatedWord, largeWithWord, valueDeliveryBytes } from '../batch/value-delivery.js';
import { valueBatchMaxBytes } from '../batch/value-writer.js';
import type { Backlog, GivenUp, QueuedBatch } from './backlog.js';

/** Where a conflating backlog counts the updates that newer ones replaced. */
export interface ConflationCounts {
  addConflated(source: ValueSource, updateCount: number): void;
}

/** A place in the queue: a topic with news, or whole messages. Both are null when it is written or given up already. */
interface Entry {
  /** The topic whose newest value is to be written here. */
  source: ValueSource | null;
  /** Messages of the topic that were accepted before its first one here. */
  readonly baseCount: number;
  batch: Batch | null;
  readonly start: number;
  messageCount: number;
  /** When its first message was accepted, Unix microseconds. */
  readonly sinceUs: number;
}

/**
 * What waits for a conflating subscriber: one place for each topic with news, in the order in which they arrived, and whole messages where they
 * must not be conflated. A place holds no copy: the newest value is read when it is written.
 */
export class ConflatingBacklog implements Backlog {
  heldBytes = 0;
  /** Topics with news that may be taken out now. Whole messages pass those that may not. */
  allowedCount = Number.POSITIVE_INFINITY;
  readonly #entries = new Fifo<Entry>();
  /** Entries with whole messages, in the order in which they became whole. */
  readonly #wholes = new Fifo<Entry>();
  readonly #slots = new Map<ValueSource, Entry>();
  readonly #memory: BatchMemory;
  readonly #clock: Clock;
  readonly #counts: ConflationCounts;
  #wholeCount = 0;
  /** Entries in the queue whose messages are written or given up already. */
  #emptyCount = 0;

  constructor(memory: BatchMemory, clock: Clock, counts: ConflationCounts) {
    this.#memory = memory;
    this.#clock = clock;
    this.#counts = counts;
  }

  get messageCount(): number {
    return this.#wholeCount + this.#slots.size;
  }

  get isEmpty(): boolean {
    return this.#entries.size === this.#emptyCount;
  }

  get oldestUs(): number {
    return this.#entries.peek()?.sinceUs ?? 0;
  }

  /** Topics with news. */
  get slotCount(): number {
    return this.#slots.size;
  }

  push({ batch, start, messageCount }: QueuedBatch): void {
    const entry = { source: null, baseCount: 0, batch, start, messageCount, sinceUs: batch.readAtUs };
    this.#entries.push(entry);
    this.#addWhole(entry, batch);
  }

  /** A topic gets one more message, which is not counted yet. */
  note(source: ValueSource): void {
    this.noteSince(source, source.publishedCount);
  }

  /** A topic has news: its messages beyond the first `baseCount` ones. */
  noteSince(source: ValueSource, baseCount: number): void {
    if (this.#slots.has(source)) return;
    const sinceUs = this.#clock.nowUs;
    const entry = { source, baseCount, batch: null, start: 0, messageCount: 1, sinceUs };
    this.#slots.set(source, entry);
    this.#entries.push(entry);
  }

  /** Makes the pending value of a topic a whole message: a newer one must not replace it. */
  settle(source: ValueSource): void {
    const entry = this.#slots.get(source);
    if (entry === undefined) return;
    this.#slots.delete(source);
    const value = source.value!;
    const updateCount = this.#countUpdates(entry, source);
    const batch = value.large === null ? single(source, value, updateCount) : this.#largeOf(value.large, updateCount);
    this.#memory.pin(batch);
    entry.source = null;
    entry.batch = batch;
    this.#addWhole(entry, batch);
  }

  /** Makes all pending values whole messages. */
  settleAll(): void {
    for (const source of [...this.#slots.keys()]) this.settle(source);
  }

  shift(): QueuedBatch | undefined {
    const entry = this.#next();
    if (entry === undefined) return undefined;
    if (entry.source !== null) return this.#takeValues();
    const { start, messageCount } = entry;
    return { batch: this.#takeWhole(entry), start, messageCount };
  }

  /** Gives up the oldest whole messages. Topics with news are bounded by themselves and stay. */
  giveUp(maxCount: number): GivenUp | undefined {
    if (maxCount <= 0) return undefined;
    const entry = this.#wholes.find(isDroppable);
    if (entry === undefined) return undefined;
    const { start, messageCount } = entry;
    return { batch: this.#takeWhole(entry), start, messageCount, isWhole: true };
  }

  /** The entry whose turn it is; undefined when there is none. */
  #next(): Entry | undefined {
    const entry = this.#entries.peek();
    if (entry === undefined || entry.source === null || this.allowedCount > 0) return entry;
    return this.#wholes.peek();
  }

  /** Puts the values of the next topics with news into a batch. */
  #takeValues(): QueuedBatch {
    let batch: Batch | null = null;
    for (let entry = this.#entries.peek(); entry?.source != null; entry = this.#entries.peek()) {
      const { source } = entry;
      const value = source.value!;
      if (value.large !== null) {
        if (batch !== null) break;
        this.#takeSlot(source);
        return this.#pinned(this.#largeOf(value.large, this.#countUpdates(entry, source)));
      }
      const bytes = valueDeliveryBytes(source, value);
      if (batch !== null && (batch.endBytes + bytes > valueBatchMaxBytes || this.allowedCount <= 0)) break;
      batch = this.#withRoom(batch, bytes);
      this.#takeSlot(source);
      appendValue(batch, source, value, conflatedWord(this.#countUpdates(entry, source)));
      if (batch.readAtUs === 0) batch.readAtUs = entry.sinceUs;
    }
    return this.#pinned(batch!);
  }

  #takeSlot(source: ValueSource): void {
    this.allowedCount--;
    this.#slots.delete(source);
    this.#entries.shift();
    this.#trim();
  }

  /** Takes the messages out of an entry with whole ones. */
  #takeWhole(entry: Entry): Batch {
    const batch = entry.batch!;
    entry.batch = null;
    this.heldBytes -= batch.heldBytes;
    this.#wholeCount -= entry.messageCount;
    if (this.#wholes.peek() === entry) this.#wholes.shift();
    else this.#wholes.remove(entry);
    this.#emptyCount++;
    this.#trim();
    return batch;
  }

  /** Takes empty entries from the head of the queue. */
  #trim(): void {
    for (let entry = this.#entries.peek(); entry !== undefined; entry = this.#entries.peek()) {
      if (entry.source !== null || entry.batch !== null) return;
      this.#entries.shift();
      this.#emptyCount--;
    }
  }

  /** Counts the updates that one value stands for; returns their number. */
  #countUpdates(entry: Entry, source: ValueSource): number {
    const updateCount = source.publishedCount - entry.baseCount;
    this.#counts.addConflated(source, updateCount - 1);
    return updateCount;
  }

  #largeOf(large: Batch, updateCount: number): Batch {
    this.#memory.pin(large);
    return largeWithWord(large, conflatedWord(updateCount));
  }

  #withRoom(batch: Batch | null, bytes: number): Batch {
    const { slabs } = this.#memory;
    if (batch === null) return slabs.take(bytes);
    if (batch.endBytes + bytes > batch.buffer.length) slabs.grow(batch, batch.endBytes + bytes);
    return batch;
  }

  #pinned(batch: Batch): QueuedBatch {
    this.#memory.pin(batch);
    return { batch, start: 0, messageCount: batch.messageCount };
  }

  #addWhole(entry: Entry, batch: Batch): void {
    this.#wholes.push(entry);
    this.heldBytes += batch.heldBytes;
    this.#wholeCount += entry.messageCount;
  }
}

const isDroppable = ({ batch }: Entry): boolean => !batch!.isMarker;

/** A batch of one value. */
function single(source: ValueSource, value: StoredValue, updateCount: number): Batch {
  const batch = new Batch(Buffer.allocUnsafeSlow(valueDeliveryBytes(source, value)), -1);
  appendValue(batch, source, value, conflatedWord(updateCount));
  batch.readAtUs = value.receivedAtUs;
  return batch;
}
