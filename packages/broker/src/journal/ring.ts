/**
 * The ring between the engine and the thread that writes, in shared memory. It has records as they will stand in blocks, and spans of messages. One
 * side writes, the other reads, and neither waits for a lock. Positions count bytes and wrap at 2^32; the size is a power of two, so an offset is a position modulo it.
 */

/** Words of the memory that both sides see. Those that the engine writes lie in another line of the cache than those that the writing thread writes. */
export const Word = {
  /** Position up to which records are there. */
  head: 0,
  /** Changes when there is something to do; the writing thread sleeps on it. */
  bell: 1,
  /** Position up to which the writing thread has taken them. */
  tail: 16,
  /** Position up to which they have been given to the system, or were discarded. */
  written: 17,
  /** 1 while the writing thread sleeps. */
  isAsleep: 18,
  /** 1 while the journal is suspended. */
  isSuspended: 19,
  /** Never changes: sleeping on it takes a time. */
  never: 20,
  /** KiB of large messages that are outside of the ring and not written yet. Both sides write it. */
  largeKiB: 32,
} as const;
const wordCount = 48;

/** The number of a topic in a record that does not hold a message; the sequence of that record says what it holds. */
export const controlTopic = 0;

/** What a record holds that does not hold a message. */
export const Control = {
  /** The rest of the ring up to its end is empty. */
  wrap: 1,
  /** Topics, as a block of topics has them. */
  topics: 2,
  /** A large message that was sent beside the ring, with this number. */
  large: 3,
  /** Messages that lay one after another in a read, this many: `ring-span.ts` says how. */
  span: 4,
} as const;

/** Where a record begins. */
export type Position = number;

/** Position `a` is at or past `b`. */
export const isAtOrPast = (a: Position, b: Position): boolean => ((a - b) | 0) >= 0;

/** The memory of a ring. Both threads have it. */
export interface RingMemory {
  readonly words: SharedArrayBuffer;
  readonly bytes: SharedArrayBuffer;
}

/** Makes the memory of a ring of this size, a power of two. */
export const ringMemory = (sizeBytes: number): RingMemory => ({
  words: new SharedArrayBuffer(wordCount * 4),
  bytes: new SharedArrayBuffer(sizeBytes),
});

/** Large messages are counted in these. */
export const kibOf = (bytes: number): number => Math.ceil(bytes / 1_024);

/** A reader of the journal waits with this until the writing thread has passed a position. */
export class WrittenWatch {
  readonly #words: Int32Array;

  constructor({ words }: RingMemory) {
    this.#words = new Int32Array(words);
  }

  /** Everything before the position has been given to the system, or was discarded. */
  hasPassed(position: Position): boolean {
    return isAtOrPast(Atomics.load(this.#words, Word.written), position);
  }
}
