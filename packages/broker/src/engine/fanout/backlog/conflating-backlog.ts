import { Fifo } from '@pulsemq/protocol';
import type { Clock } from '../../clock.js';
import { Batch } from '../batch/batch.js';
import type { BatchMemory } from '../batch/batch-memory.js';
import type { StoredValue, ValueSource } from '../batch/stored-value.js';
import { appendValue, conflatedWord, largeWithWord, valueDeliveryBytes } from '../batch/value-delivery.js';
import type { DropReason } from '../subscriber/drop-counts.js';
import type { Backlog, GivenUp, QueuedBatch } from './backlog.js';

/** Where a conflating backlog counts. */
export interface ConflationCounts {
  /** Updates that newer ones replaced. */
  addConflated(source: ValueSource, updateCount: number): void;
  /** An update that is lost. */
  loseValue(reason: DropReason): void;
}

/** Bytes of values that are put into one batch. */
const valueBatchMaxBytes = 65_536;

/** A place in the queue: a topic with news, or whole messages. */
interface Entry {
  /** The topic whose newest value is to be written here; null when `batch` is. */
  source: ValueSource | null;
  /** Messages of the topic that were accepted before its first one here. */
  baseCount: number;
  batch: Batch | null;
  start: number;
  messageCount: number;
  /** When its first message was accepted, Unix microseconds. */
  sinceUs: number;
}

/**
 * What waits for a conflating subscriber: one place for each topic with news, in the order in which they arrived, and whole messages where they
 * must not be conflated. A place holds no copy: the newest value is read when it is written.
 */
export class ConflatingBacklog implements Backlog {
  readonly #entries = new Fifo<Entry>();
  /** Whole messages, in the order in which they were queued; some may be written or given up already. */
  readonly #wholes = new Fifo<Entry>();
  readonly #slots = new Map<ValueSource, Entry>();
  readonly #memory: BatchMemory;
  readonly #clock: Clock;
  readonly #counts: ConflationCounts;
  heldBytes = 0;
  #wholeCount = 0;
  /** Entries whose messages were given up, still in the queue. */
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

  push(batch: Batch): void {
    const sinceUs = batch.readAtUs;
    const entry = { source: null, baseCount: 0, batch, start: 0, messageCount: batch.messageCount, sinceUs };
    this.#entries.push(entry);
    this.#addWhole(entry, batch);
  }

  note(source: ValueSource): void {
    if (this.#slots.has(source)) return;
    const sinceUs = this.#clock.nowUs;
    const entry = { source, baseCount: source.publishedCount, batch: null, start: 0, messageCount: 1, sinceUs };
    this.#slots.set(source, entry);
    this.#entries.push(entry);
  }

  settle(source: ValueSource): void {
    const entry = this.#slots.get(source);
    if (entry === undefined) return;
    const { value } = source;
    const updateCount = this.#countUpdates(entry, source);
    this.#slots.delete(source);
    entry.source = null;
    this.#emptyCount++;
    if (value === null) return this.#counts.loseValue('topicGone');
    const batch = value.large === null ? single(source, value, updateCount) : this.#largeOf(value.large, updateCount);
    this.#memory.pin(batch);
    this.#emptyCount--;
    entry.batch = batch;
    this.#addWhole(entry, batch);
  }

  shift(): QueuedBatch | undefined {
    for (let entry = this.#entries.peek(); entry !== undefined; entry = this.#entries.peek()) {
      if (entry.source !== null) return this.#takeValues();
      this.#entries.shift();
      if (entry.batch === null) {
        this.#emptyCount--;
        continue;
      }
      const { batch, start, messageCount } = entry;
      entry.batch = null;
      this.#removeWhole(batch, messageCount);
      if (this.isEmpty) this.#wholes.drain();
      return { batch, start, messageCount };
    }
    return undefined;
  }

  /** Gives up the oldest whole messages. Topics with news are bounded by themselves and stay. */
  giveUp(maxCount: number): GivenUp | undefined {
    if (maxCount <= 0) return undefined;
    for (let entry = this.#wholes.shift(); entry !== undefined; entry = this.#wholes.shift()) {
      const { batch, start, messageCount } = entry;
      if (batch === null || batch.isMarker) continue;
      entry.batch = null;
      this.#emptyCount++;
      this.#removeWhole(batch, messageCount);
      return { batch, start, messageCount, isWhole: true };
    }
    return undefined;
  }

  /** Puts the values of the next topics with news into a batch. */
  #takeValues(): QueuedBatch {
    let batch: Batch | null = null;
    for (let entry = this.#entries.peek(); entry?.source != null; entry = this.#entries.peek()) {
      const { source } = entry;
      const { value } = source;
      if (value?.large != null) {
        if (batch !== null) break;
        this.#takeSlot(entry);
        return this.#pinned(this.#largeOf(value.large, this.#countUpdates(entry, source)));
      }
      const bytes = value === null ? 0 : valueDeliveryBytes(source, value);
      if (batch !== null && batch.endBytes + bytes > valueBatchMaxBytes) break;
      batch = this.#withRoom(batch, bytes);
      this.#takeSlot(entry);
      const updateCount = this.#countUpdates(entry, source);
      if (value === null) this.#counts.loseValue('topicGone');
      else appendValue(batch, source, value, conflatedWord(updateCount));
      if (batch.readAtUs === 0) batch.readAtUs = entry.sinceUs;
    }
    return this.#pinned(batch!);
  }

  #takeSlot(entry: Entry): void {
    this.#entries.shift();
    this.#slots.delete(entry.source!);
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
    entry.messageCount = batch.messageCount;
    this.heldBytes += batch.heldBytes;
    this.#wholeCount += batch.messageCount;
  }

  #removeWhole(batch: Batch, messageCount: number): void {
    this.heldBytes -= batch.heldBytes;
    this.#wholeCount -= messageCount;
  }
}

/** A batch of one value. */
function single(source: ValueSource, value: StoredValue, updateCount: number): Batch {
  const batch = new Batch(Buffer.allocUnsafeSlow(valueDeliveryBytes(source, value)), -1);
  appendValue(batch, source, value, conflatedWord(updateCount));
  batch.readAtUs = value.receivedAtUs;
  return batch;
}
