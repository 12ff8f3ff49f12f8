import { type CopyTarget, copyBytes } from '@pulsemq/protocol';
import { RecordOffset, recordHeadBytes } from './format.js';
import { Control, controlTopic, kibOf, type Position, type RingMemory, Word } from './ring.js';
import { writeSpan } from './ring-span.js';

/** Bytes that V8 copies at a time out of shared memory. */
const wordBytes = 8;

/** Messages, as records one after another up to `end` of a buffer, or one record that does not hold a message: its kind, value and body. */
export type Taken =
  | { readonly kind: 'messages'; readonly records: Buffer; readonly end: number; readonly count: number }
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
  /** A piece of the ring, as it stands there. */
  #piece: CopyTarget = newTarget(0);
  /** What `take` gave last. */
  #records: CopyTarget = newTarget(0);

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
    if (control === 0 || control === Control.span) return this.#takeMessages(start, head, maxBytes);
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
    this.#makeRoom(Math.max(maxBytes + wordBytes, last));
    this.#ring.copy(this.#piece.buffer, 0, start - first, start - first + last);
    const taken = this.#gather(first, last);
    this.#next = (this.#next + taken.pieceEnd - first) | 0;
    return { kind: 'messages', records: this.#records.buffer as Buffer, end: taken.end, count: taken.count };
  }

  /** Puts the messages in [first, last) of the piece together as records. */
  #gather(first: number, last: number): { pieceEnd: number; end: number; count: number } {
    const { fields } = this.#piece;
    let at = first;
    let end = 0;
    let count = 0;
    // The last record may have been copied in part: the next call takes it.
    while (at + recordHeadBytes <= last) {
      const control = controlAt(fields, at);
      const bytes = recordHeadBytes + fields.getUint32(at + RecordOffset.bytes);
      if ((control !== 0 && control !== Control.span) || at + bytes > last) break;
      if (control === 0) {
        copyBytes(this.#piece.buffer, at, at + bytes, this.#records, end);
        end += bytes;
        count++;
      } else {
        end = writeSpan(this.#piece.buffer as Buffer, fields, at, this.#records, end);
        count += fields.getUint32(at + RecordOffset.sequence + 4);
      }
      at += bytes;
    }
    return { pieceEnd: at, end, count };
  }

  /** What is put together is never longer than the piece. */
  #makeRoom(bytes: number): void {
    if (this.#piece.buffer.length >= bytes) return;
    this.#piece = newTarget(bytes);
    this.#records = newTarget(bytes);
  }
}

function newTarget(bytes: number): CopyTarget {
  const buffer = Buffer.allocUnsafeSlow(bytes);
  return { buffer, fields: new DataView(buffer.buffer) };
}

/** What kind of record is at an offset; 0 for a message. */
function controlAt(fields: DataView, at: number): number {
  if (fields.getUint32(at + RecordOffset.topic) !== controlTopic) return 0;
  return fields.getUint32(at + RecordOffset.sequence);
}
