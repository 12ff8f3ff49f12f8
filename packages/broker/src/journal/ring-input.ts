import { RecordOffset, recordHeadBytes } from './format.js';
import { Control, controlTopic, kibOf, type Position, type RingMemory, Word } from './ring.js';

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
    const offset = this.addHead(kind, value, body.length);
    if (offset >= 0) this.buffer.set(body, offset + recordHeadBytes);
    return offset >= 0;
  }

  /** Adds the head of such a record: its offset in `buffer`, or -1 when the ring is full. The caller fills the body, which follows. */
  addHead(kind: number, value: number, bodyBytes: number): number {
    const offset = this.reserve(recordHeadBytes + bodyBytes);
    if (offset >= 0) this.#writeControl(offset, kind, value, bodyBytes);
    return offset;
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
