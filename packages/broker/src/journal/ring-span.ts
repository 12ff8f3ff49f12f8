import { type CopyTarget, copyBytes, copyShort } from '@pulsemq/protocol';
import { RecordOffset, recordHeadBytes } from './format.js';
import { Control } from './ring.js';
import type { RingInput } from './ring-input.js';

/**
 * A span of the ring: messages that lay one after another in a read. Copying the read as a whole into shared memory, and their heads as a whole
 * beside it, takes the engine a fifth of the time of a head and a copy for each of them. The writing thread puts each head before its frames.
 *
 * After the head of its record (`Control.span`, the number of messages, and in the last word the bytes left free before the frames) stand up to 7
 * free bytes, the heads, up to 7 free bytes, and the frames. V8 copies into shared memory eight bytes at a time only where both sides are aligned
 * alike: hence the free bytes, 14 in all, those that are not needed at the end.
 */

/** V8 copies words of this size. */
const wordBytes = 8;
/** Free bytes of a span. */
const freeBytes = 2 * (wordBytes - 1);
/** Messages of one span at most: their heads fit the fastest cache. */
const messagesMaxCount = 1_024;
/** A span has at most this part of the ring, unless it is one message. */
const ringParts = 8;

/** Offset of the word with the bytes left free before the frames, in the head of the record of a span. */
const framesGapAt = RecordOffset.receivedUs + 4;

/** Bytes up to the next multiple of the word. */
const toWord = (at: number): number => -at & (wordBytes - 1);

const noBytes = Buffer.alloc(0);

/** What the head of a message says, but for its bytes. */
export interface SpanHead {
  readonly id: number;
  readonly sequenceHigh: number;
  readonly sequenceLow: number;
}

/** When a message was received, Unix microseconds as two u32. */
export interface SpanTime {
  readonly highUs: number;
  readonly lowUs: number;
}

/** The span that the engine has begun: messages of one read that are not in the ring yet. Their bytes stay where they were read. */
export class OpenSpan {
  count = 0;
  readonly #heads: CopyTarget;
  readonly #maxBytes: number;
  #buf: Buffer = noBytes;
  #start = 0;
  #end = 0;

  constructor(ring: Pick<RingInput, 'sizeBytes'>) {
    const buffer = Buffer.allocUnsafeSlow(messagesMaxCount * recordHeadBytes);
    this.#heads = { buffer, fields: new DataView(buffer.buffer) };
    this.#maxBytes = ring.sizeBytes / ringParts;
  }

  /** A message that begins at `start` of `buf` and ends at `end` follows the last one, and there is room for it. */
  continues(buf: Buffer, start: number, end: number): boolean {
    if (start !== this.#end || buf !== this.#buf) return false;
    return this.count < messagesMaxCount && end - this.#start <= this.#maxBytes;
  }

  /** Begins with a message that `add` gives next. */
  begin(buf: Buffer, start: number): void {
    this.#buf = buf;
    this.#start = start;
    this.#end = start;
    this.count = 0;
  }

  /** Adds the message up to `end`. */
  add(end: number, { id, sequenceHigh, sequenceLow }: SpanHead, { highUs, lowUs }: SpanTime): void {
    const { fields } = this.#heads;
    const at = this.count++ * recordHeadBytes;
    fields.setUint32(at + RecordOffset.bytes, end - this.#end);
    fields.setUint32(at + RecordOffset.topic, id);
    fields.setUint32(at + RecordOffset.sequence, sequenceHigh);
    fields.setUint32(at + RecordOffset.sequence + 4, sequenceLow);
    fields.setUint32(at + RecordOffset.receivedUs, highUs);
    fields.setUint32(at + RecordOffset.receivedUs + 4, lowUs);
    this.#end = end;
  }

  /** Lets go of the read. */
  clear(): void {
    this.begin(noBytes, 0);
  }

  /** Puts the messages into the ring; false when it has no room. One message alone becomes a record as it will stand in a block. */
  putInto(ring: RingInput): boolean {
    if (this.count === 1) {
      const at = ring.reserve(this.#recordsBytes);
      if (at >= 0) this.#writeRecords(ring, at);
      return at >= 0;
    }
    const at = ring.addHead(Control.span, this.count, freeBytes + this.#recordsBytes);
    if (at >= 0) this.#writeBody(ring, at);
    return at >= 0;
  }

  /** A copy of the messages, as records one after another. */
  records(): Buffer {
    const buffer = Buffer.allocUnsafeSlow(this.#recordsBytes);
    this.#writeRecords({ buffer, fields: new DataView(buffer.buffer) }, 0);
    return buffer;
  }

  get #recordsBytes(): number {
    return this.count * recordHeadBytes + this.#end - this.#start;
  }

  #writeRecords(into: CopyTarget, at: number): void {
    writeRecords(this.#heads.fields, 0, this.count, this.#buf, this.#start, into, at);
  }

  #writeBody({ buffer, fields }: CopyTarget, at: number): void {
    const headsAt = at + recordHeadBytes + toWord(at + recordHeadBytes);
    const headsBytes = this.count * recordHeadBytes;
    const gapBytes = (this.#buf.byteOffset + this.#start) & (wordBytes - 1);
    fields.setUint32(at + framesGapAt, gapBytes);
    buffer.set(this.#heads.buffer.subarray(0, headsBytes), headsAt);
    buffer.set(this.#buf.subarray(this.#start, this.#end), headsAt + headsBytes + gapBytes);
  }
}

/**
 * Writes the messages of the span whose record stands at `at` of `from`, as records one after another; returns the offset after them. `from` is a
 * copy of the ring, or of a part that begins at a multiple of eight.
 */
export function writeSpan(from: Buffer, fields: DataView, at: number, into: CopyTarget, to: number): number {
  const count = fields.getUint32(at + RecordOffset.sequence + 4);
  const headsAt = at + recordHeadBytes + toWord(at + recordHeadBytes);
  const framesAt = headsAt + count * recordHeadBytes + fields.getUint32(at + framesGapAt);
  return writeRecords(fields, headsAt, count, from, framesAt, into, to);
}

/** Writes heads that stand one after another, each before its frames, which do so too. */
function writeRecords(
  heads: DataView,
  headsAt: number,
  count: number,
  frames: Buffer,
  framesAt: number,
  into: CopyTarget,
  at: number,
): number {
  let from = framesAt;
  let to = at;
  for (let headAt = headsAt, end = headsAt + count * recordHeadBytes; headAt < end; headAt += recordHeadBytes) {
    copyShort(heads, headAt, headAt + recordHeadBytes, into.fields, to);
    const framesEnd = from + heads.getUint32(headAt + RecordOffset.bytes);
    copyBytes(frames, from, framesEnd, into, to + recordHeadBytes);
    to += recordHeadBytes + framesEnd - from;
    from = framesEnd;
  }
  return to;
}
