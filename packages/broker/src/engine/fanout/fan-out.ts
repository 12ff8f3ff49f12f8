import type { Clock } from '../clock.js';
import type { Batch } from './batch/batch.js';
import { BatchPool } from './batch/batch-pool.js';
import { ChunkPool } from './batch/chunk-pool.js';
import { FanOutTotals } from './fan-out-totals.js';
import type { InterestGroup } from './interest-group.js';
import { type FanOutLimits, largeWriteBudgetBytes, onlyLargeAfterMs, writeBudgetBytes } from './subscriber/limits.js';
import type { Subscriber } from './subscriber/subscriber.js';
import { TopicDrops } from './subscriber/topic-drops.js';
import { TurnFigures, type TurnSource } from './turn-figures.js';

/**
 * What all interest groups and subscribers share: the pool, the totals, and the two lists that are worked off once per turn of
 * the loop, dirty groups and subscribers with more to write.
 */

/**
 * Bytes that may wait in dirty groups before they are written without waiting for the end of the turn. Less than 4 MB costs
 * a fifth of the throughput with 1,000 groups: their batches go out before they have filled.
 */
const dirtyCapBytes = 8 * 1024 * 1024;

export class FanOut {
  readonly pool = new BatchPool();
  readonly chunkPool = new ChunkPool();
  readonly totals = new FanOutTotals();
  readonly figures: TurnFigures;
  readonly drops = new TopicDrops();
  /** Subscribers that still drain and hold more than half their limit: for their sake publishers are paced. */
  readonly overSoft = new Set<Subscriber>();
  /** Every subscriber with something queued; the fattest of them pays when the total is exceeded. */
  readonly lagging = new Set<Subscriber>();
  readonly clock: Clock;
  /** Called when nobody is over its soft limit any more. */
  onRelief: () => void = () => {};
  limits: FanOutLimits;
  #dirty: InterestGroup[] = [];
  #dirtyBytes = 0;
  #pumps: Subscriber[] = [];
  #scheduled = false;
  #smallSentMs = 0;
  readonly #runTurnEnd = (): void => this.#turnEnd();

  constructor(limits: FanOutLimits, clock: Clock) {
    this.limits = limits;
    this.clock = clock;
    this.figures = new TurnFigures(clock);
  }

  /** Bytes one socket may be given in one turn. */
  get writeBudgetBytes(): number {
    return this.clock.nowMs - this.#smallSentMs > onlyLargeAfterMs ? largeWriteBudgetBytes : writeBudgetBytes;
  }

  /** A group has begun a batch: it is written at the end of the turn. */
  markDirty(group: InterestGroup): void {
    this.#dirty.push(group);
    this.#schedule();
  }

  /** A route has its first message of this turn. */
  touch(source: TurnSource): void {
    this.figures.touch(source);
    this.#schedule();
  }

  /** Counts what waits in dirty groups and writes it early when that is a lot. Call once per read, not per message. */
  settle(appendedBytes: number): void {
    this.#dirtyBytes += appendedBytes;
    if (this.#dirtyBytes > dirtyCapBytes) this.flush();
  }

  /** Writes every dirty batch to its group's members. */
  flush(): void {
    const dirty = this.#dirty;
    if (dirty.length === 0) return;
    this.#smallSentMs = this.clock.nowMs;
    this.#dirty = [];
    this.#dirtyBytes = 0;
    for (const group of dirty) group.flush();
  }

  /** The subscriber goes on writing in the next turn. */
  continueLater(subscriber: Subscriber): void {
    this.#pumps.push(subscriber);
    this.#schedule();
  }

  /** Sends a large message to its groups; its slabs go back when the last of them has written it. */
  deliverLarge(groups: readonly InterestGroup[], batch: Batch, slabs: Buffer[]): void {
    batch.slabs = slabs;
    this.pin(batch);
    for (const group of groups) group.deliverLarge(batch);
    this.unpin(batch);
  }

  /** One more holder of a batch. */
  pin(batch: Batch): void {
    if (batch.pins++ === 0) this.totals.queuedBytes += batch.heldBytes;
  }

  /** One holder less; the last one gives the batch back. */
  unpin(batch: Batch): void {
    if (--batch.pins > 0) return;
    this.totals.queuedBytes -= batch.heldBytes;
    this.pool.release(batch);
    if (batch.slabs !== null) this.chunkPool.give(batch.slabs);
    if (batch.source !== null) this.unpin(batch.source);
  }

  /** One holder less of a batch that its caller keeps: nobody gets it back here. */
  unpinKept(batch: Batch): void {
    if (--batch.pins === 0) this.totals.queuedBytes -= batch.heldBytes;
  }

  /** Keeps the total within its cap: whoever holds most gives up its oldest messages first. */
  enforceTotal(): void {
    while (this.totals.queuedBytes > this.limits.outboxTotalBytes) {
      let fattest: Subscriber | undefined;
      for (const subscriber of this.lagging) {
        if (fattest === undefined || subscriber.queuedBytes > fattest.queuedBytes) fattest = subscriber;
      }
      if (fattest === undefined || !fattest.dropOldestBatch('outboxTotalBytes')) return;
    }
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(this.#runTurnEnd);
  }

  #turnEnd(): void {
    this.#scheduled = false;
    this.clock.tick();
    const pumps = this.#pumps;
    this.#pumps = [];
    for (const subscriber of pumps) subscriber.pump();
    this.flush();
    this.figures.endTurn();
  }
}
