import { dataViewOf } from '@pulsemq/protocol';
import { RecordOffset, recordHeadBytes } from './format.js';

/**
 * The ring between the engine and the thread that writes: records as they will stand in blocks, in shared memory. One side writes, the other
 * reads, and neither waits for a lock. Positions count bytes and wrap at 2^32; the size is a power of two, so an offset is a position modulo it.
 */

/** Words that both sides see. Those that the engine writes lie in another line of the cache than those that the writing thread writes. */
const Word = {
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
const controlTopic = 0;

/** What a record holds that does not hold a message. */
export const Control = {
  /** The rest of the ring up to its end is empty. */
  wrap: 1,
  /** Topics, as a block of topics has them. */
  topics: 2,
  /** A large message that was sent beside the ring, with this number. */
  large: 3,
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

/** The engine's side. */
export class RingInput {
  readonly buffer: Buffer;
  readonly fields: DataView;
  readonly #words: Int32Array;
  readonly #sizeBytes: number;
  /** Where the next record begins; the other side does not see it before `publish`. */
  #head = 0;
  /** The tail as it was when it was read last: there is at least the room that it says. */
  #knownTail = 0;

  constructor({ words, bytes }: RingMemory) {
    this.#words = new Int32Array(words);
    this.buffer = Buffer.from(bytes);
    this.fields = new DataView(bytes);
    this.#sizeBytes = bytes.byteLength;
  }

  /** Position after the last record. */
  get position(): Position {
    return this.#head;
  }

  /** Bytes that wait to be written, large messages included. */
  get waitingBytes(): number {
    return this.#usedBytes + Atomics.load(this.#words, Word.largeKiB) * 1_024;
  }

  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  get isSuspended(): boolean {
    return Atomics.load(this.#words, Word.isSuspended) === 1;
  }

  /** Room for a record of `bytes`, head included: its offset in `buffer`, or -1 when the ring is full. The caller fills it. */
  reserve(bytes: number): number {
    const offset = this.#head & (this.#sizeBytes - 1);
    const leftBytes = this.#sizeBytes - offset;
    const isWrapped = bytes > leftBytes;
    const neededBytes = isWrapped ? leftBytes + bytes : bytes;
    if (!this.#hasRoom(neededBytes)) return -1;
    this.#head = (this.#head + neededBytes) | 0;
    if (!isWrapped) return offset;
    if (leftBytes >= recordHeadBytes) this.#writeControl(offset, Control.wrap, 0, 0);
    return 0;
  }

  /** Adds a record that does not hold a message; false when the ring is full. */
  addControl(kind: number, value: number, body: Uint8Array): boolean {
    const offset = this.reserve(recordHeadBytes + body.length);
    if (offset < 0) return false;
    this.#writeControl(offset, kind, value, body.length);
    this.buffer.set(body, offset + recordHeadBytes);
    return true;
  }

  addLargeBytes(bytes: number): void {
    Atomics.add(this.#words, Word.largeKiB, kibOf(bytes));
  }

  /** Shows the other side what was added, and wakes it. */
  publish(): void {
    if (Atomics.load(this.#words, Word.head) === this.#head) return;
    Atomics.store(this.#words, Word.head, this.#head);
    this.ring();
  }

  /** Wakes the other side. */
  ring(): void {
    Atomics.add(this.#words, Word.bell, 1);
    if (Atomics.load(this.#words, Word.isAsleep) === 1) Atomics.notify(this.#words, Word.bell);
  }

  get #usedBytes(): number {
    this.#knownTail = Atomics.load(this.#words, Word.tail);
    return (this.#head - this.#knownTail) >>> 0;
  }

  /** One byte stays free: a full ring would look like an empty one. */
  #hasRoom(bytes: number): boolean {
    const size = this.#sizeBytes;
    return bytes < size - ((this.#head - this.#knownTail) >>> 0) || bytes < size - this.#usedBytes;
  }

  #writeControl(offset: number, kind: number, value: number, bodyBytes: number): void {
    const { fields } = this;
    fields.setUint32(offset + RecordOffset.bytes, bodyBytes);
    fields.setUint32(offset + RecordOffset.topic, controlTopic);
    fields.setUint32(offset + RecordOffset.sequence, kind);
    fields.setUint32(offset + RecordOffset.sequence + 4, value);
    fields.setUint32(offset + RecordOffset.receivedUs, 0);
    fields.setUint32(offset + RecordOffset.receivedUs + 4, 0);
  }
}

const kibOf = (bytes: number): number => Math.ceil(bytes / 1_024);

/** Bytes that V8 copies at a time out of shared memory. */
const wordBytes = 8;

/** Messages, as records one after another in [start, end) of a buffer, or one record that does not hold a message: its kind, value and body. */
export type Taken =
  | {
      readonly kind: 'messages';
      readonly records: Buffer;
      readonly start: number;
      readonly end: number;
      readonly count: number;
    }
  | { readonly kind: 'control'; readonly control: number; readonly value: number; readonly body: Buffer };

/**
 * The writing thread's side. It copies messages out of the ring before it looks at them: each line of the cache that the engine has written costs
 * about 100 ns when it is touched alone, and next to nothing in a long copy.
 */
export class RingOutput {
  readonly #words: Int32Array;
  readonly #ring: Buffer;
  readonly #ringFields: DataView;
  readonly #sizeBytes: number;
  #tail = 0;
  /** Position after what `take` gave last. */
  #next = 0;
  /** What `take` gave last. */
  #records: Buffer = Buffer.alloc(0);

  constructor({ words, bytes }: RingMemory) {
    this.#words = new Int32Array(words);
    this.#ring = Buffer.from(bytes);
    this.#ringFields = new DataView(bytes);
    this.#sizeBytes = bytes.byteLength;
  }

  /** Position up to which `take` has given everything. */
  get position(): Position {
    return this.#next;
  }

  /**
   * The next messages, up to `maxBytes` of them or one that is larger, or the next record of another kind; null when there is nothing. They are
   * valid until the next call. Call `release` after it.
   */
  take(maxBytes: number): Taken | null {
    const head = Atomics.load(this.#words, Word.head);
    for (;;) {
      if (this.#next === head) return null;
      const offset = this.#next & (this.#sizeBytes - 1);
      const leftBytes = this.#sizeBytes - offset;
      const isEnd = leftBytes < recordHeadBytes || controlAt(this.#ringFields, offset) === Control.wrap;
      if (!isEnd) return this.#takeAt(offset, head, maxBytes);
      this.#next = (this.#next + leftBytes) | 0;
    }
  }

  /** Gives the memory of what was taken back to the engine. */
  release(): void {
    this.#tail = this.#next;
    Atomics.store(this.#words, Word.tail, this.#tail);
    Atomics.store(this.#words, Word.written, this.#tail);
  }

  releaseLargeBytes(bytes: number): void {
    Atomics.sub(this.#words, Word.largeKiB, kibOf(bytes));
  }

  setSuspended(isSuspended: boolean): void {
    Atomics.store(this.#words, Word.isSuspended, isSuspended ? 1 : 0);
  }

  /** Value of the bell, to be given to `sleep`. Read it before looking for work. */
  get bell(): number {
    return Atomics.load(this.#words, Word.bell);
  }

  /** Sleeps until the bell rings, if it has not rung since `bell` was read. */
  sleep(bell: number, timeoutMs: number): void {
    Atomics.store(this.#words, Word.isAsleep, 1);
    Atomics.wait(this.#words, Word.bell, bell, timeoutMs);
    Atomics.store(this.#words, Word.isAsleep, 0);
  }

  /** Sleeps for a time, whatever happens: more records come together then. */
  linger(timeoutMs: number): void {
    Atomics.wait(this.#words, Word.never, 0, timeoutMs);
  }

  #takeAt(start: number, head: Position, maxBytes: number): Taken {
    const control = controlAt(this.#ringFields, start);
    if (control === 0) return this.#takeMessages(start, head, maxBytes);
    const bodyStart = start + recordHeadBytes;
    const bodyEnd = bodyStart + this.#ringFields.getUint32(start + RecordOffset.bytes);
    this.#next = (this.#next + bodyEnd - start) | 0;
    const value = this.#ringFields.getUint32(start + RecordOffset.sequence + 4);
    return { kind: 'control', control, value, body: this.#ring.subarray(bodyStart, bodyEnd) };
  }

  #takeMessages(start: number, head: Position, maxBytes: number): Taken {
    const wantedBytes = Math.max(maxBytes, recordHeadBytes + this.#ringFields.getUint32(start + RecordOffset.bytes));
    // V8 copies out of shared memory word by word where both sides are aligned alike, else byte by byte, which takes several times as long.
    const first = start % wordBytes;
    const last = first + Math.min(wantedBytes, this.#sizeBytes - start, (head - this.#next) >>> 0);
    if (last > this.#records.length) this.#records = Buffer.allocUnsafeSlow(Math.max(maxBytes + wordBytes, last));
    const records = this.#records;
    this.#ring.copy(records, 0, start - first, start - first + last);
    const fields = dataViewOf(records);
    let end = first;
    let count = 0;
    // The last one may have been copied in part: the next call takes it.
    while (end + recordHeadBytes <= last && controlAt(fields, end) === 0) {
      const next = end + recordHeadBytes + fields.getUint32(end + RecordOffset.bytes);
      if (next > last) break;
      end = next;
      count++;
    }
    this.#next = (this.#next + end - first) | 0;
    return { kind: 'messages', records, start: first, end, count };
  }
}

/** What kind of record is at an offset; 0 for a message. */
function controlAt(fields: DataView, at: number): number {
  if (fields.getUint32(at + RecordOffset.topic) !== controlTopic) return 0;
  return fields.getUint32(at + RecordOffset.sequence);
}

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
