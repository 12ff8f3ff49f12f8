import type { Guard } from '../../guard.js';
import type { Clock } from '../clock.js';
import { largeWriteBudgetBytes, onlyLargeAfterMs, writeBudgetBytes } from './subscriber/limits.js';
import type { TurnFigures, TurnSource } from './turn-figures.js';

/** A group whose batch is to be written at the end of the turn. */
export interface Flushable {
  flush(): void;
}

/** A subscriber that has more to write than one turn allows. */
export interface Pumpable {
  pump(): void;
}

/**
 * Bytes that may wait in dirty groups before they are written without waiting for the end of the turn. Less than 4 MB costs a fifth of
 * the throughput with 1,000 groups: their batches go out before they have filled.
 */
const dirtyCapBytes = 8 * 1024 * 1024;

/** What is done once in each turn of the loop: batches are written, and subscribers go on that had more than one turn's budget. */
export class Turn {
  readonly #clock: Clock;
  readonly #figures: TurnFigures;
  readonly #guard: Guard;
  #dirty: Flushable[] = [];
  #dirtyBytes = 0;
  #pumps: Pumpable[] = [];
  #isScheduled = false;
  /** When a batch of small messages was last written, milliseconds of the monotonic clock. */
  #smallSentMs = 0;
  #lastFlushMs = 0;
  readonly #runEnd = (): void => this.#end();

  constructor(clock: Clock, figures: TurnFigures, guard: Guard) {
    this.#clock = clock;
    this.#figures = figures;
    this.#guard = guard;
  }

  /** Bytes that one socket may be given in one turn. */
  get writeBudgetBytes(): number {
    return this.#clock.steadyMs - this.#smallSentMs > onlyLargeAfterMs ? largeWriteBudgetBytes : writeBudgetBytes;
  }

  /** How long the last writing of batches took. */
  get lastFlushMs(): number {
    return this.#lastFlushMs;
  }

  /** Writes the batch of this group at the end of the turn. */
  flushLater(group: Flushable): void {
    this.#dirty.push(group);
    this.#schedule();
  }

  /** Lets this subscriber go on writing in the next turn. */
  continueLater(subscriber: Pumpable): void {
    this.#pumps.push(subscriber);
    this.#schedule();
  }

  /** Counts the first message of a route in this turn. */
  touch(source: TurnSource): void {
    this.#figures.touch(source);
    this.#schedule();
  }

  /** Counts bytes that were appended to the batches of dirty groups. */
  noteAppended(bytes: number): void {
    this.#dirtyBytes += bytes;
  }

  /** Writes the dirty batches early when they have become large. Call once for each read, not for each message. */
  flushIfFull(): void {
    if (this.#dirtyBytes > dirtyCapBytes) this.flush();
  }

  /** Writes the batch of every dirty group to its members. */
  flush(): void {
    const dirty = this.#dirty;
    if (dirty.length === 0) return;
    this.#smallSentMs = this.#clock.steadyMs;
    this.#dirty = [];
    this.#dirtyBytes = 0;
    const beganMs = performance.now();
    for (const group of dirty) this.#flushGroup(group);
    this.#lastFlushMs = performance.now() - beganMs;
  }

  /** An error in one group must not keep the batches of the others. */
  #flushGroup(group: Flushable): void {
    try {
      group.flush();
    } catch (error) {
      this.#guard.caught('writing a batch', error);
    }
  }

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(this.#runEnd);
  }

  #end(): void {
    this.#isScheduled = false;
    this.#clock.tick();
    const pumps = this.#pumps;
    this.#pumps = [];
    for (const subscriber of pumps) this.#guard.run('writing to a subscriber', () => subscriber.pump());
    this.flush();
    this.#figures.endTurn();
  }
}
