import { Fifo } from '@pulsemq/protocol';
import type { Batch } from '../batch/batch.js';
import { messageEnd } from '../batch/message-walk.js';
import type { Backlog, GivenUp, QueuedBatch } from './backlog.js';

interface Entry {
  readonly batch: Batch;
  start: number;
  messageCount: number;
  readonly isAfterLoss: boolean;
}

/** References to shared batches, first in first out. */
export class FifoBacklog implements Backlog {
  readonly #entries = new Fifo<Entry>();
  heldBytes = 0;
  messageCount = 0;

  get isEmpty(): boolean {
    return this.#entries.size === 0;
  }

  get oldestUs(): number {
    return this.#entries.peek()?.batch.readAtUs ?? 0;
  }

  push({ batch, start, messageCount, isAfterLoss = false }: QueuedBatch): void {
    this.#entries.push({ batch, start, messageCount, isAfterLoss });
    this.heldBytes += batch.heldBytes;
    this.messageCount += messageCount;
  }

  shift(): QueuedBatch | undefined {
    const entry = this.#entries.shift();
    if (entry !== undefined) this.#subtract(entry);
    return entry;
  }

  giveUp(maxCount: number): GivenUp | undefined {
    const entry = this.#entries.find(isDroppable);
    if (entry === undefined) return undefined;
    if (entry.messageCount <= maxCount) {
      if (entry === this.#entries.peek()) this.#entries.shift();
      else this.#entries.remove(entry);
      this.#subtract(entry);
      return { ...entry, isWhole: true };
    }
    const { batch, start } = entry;
    for (let passed = 0; passed < maxCount; passed++) entry.start = messageEnd(batch.buffer, entry.start);
    entry.messageCount -= maxCount;
    this.messageCount -= maxCount;
    return { batch, start, messageCount: maxCount, isWhole: false };
  }

  #subtract({ batch, messageCount }: Entry): void {
    this.heldBytes -= batch.heldBytes;
    this.messageCount -= messageCount;
  }
}

const isDroppable = ({ batch }: Entry): boolean => !batch.isMarker;
