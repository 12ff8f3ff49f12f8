import type { CopyTarget } from '@pulsemq/protocol';
import { readI64, readU64 } from '@pulsemq/zmtp';
import { RecordOffset } from './format.js';
import type { PageMemory } from './page-memory.js';
import { type MessagePlace, type ReplayTopic, replayedMaxBytes, writeReplayed } from './replay-delivery.js';
import { emptyPage, type ReplayGapSpan, type ReplayPage, type StreamHead } from './replay-query.js';

/** Puts the deliveries of one page together. */
export class PageBuilder {
  readonly gaps: ReplayGapSpan[] = [];
  removedUntilUs: number | null = null;
  isEnd = false;
  /** Bytes of the deliveries so far. */
  endBytes = 0;
  readonly #memory: PageMemory;
  /** Where its deliveries are written. */
  #to: CopyTarget;
  #count = 0;
  #firstUs = 0;
  #lastUs = 0;
  readonly #ends: number[] | null;
  readonly #timesUs: number[] = [];
  readonly #heads: Map<string, StreamHead> | null;

  constructor(memory: PageMemory, isPaced: boolean, wantsHeads: boolean) {
    this.#memory = memory;
    this.#to = memory.small;
    this.#ends = isPaced ? [] : null;
    this.#heads = wantsHeads ? new Map() : null;
  }

  /** Time between its first and its last message, microseconds. */
  get spanUs(): number {
    return this.#lastUs - this.#firstUs;
  }

  add(topic: ReplayTopic, message: MessagePlace): void {
    this.#reserve(replayedMaxBytes(topic, message));
    this.endBytes = writeReplayed(this.#to, this.endBytes, topic, message);
    const receivedAtUs = readI64(message.records, message.at + RecordOffset.receivedUs);
    if (this.#count++ === 0) this.#firstUs = receivedAtUs;
    this.#lastUs = receivedAtUs;
    this.#ends?.push(this.endBytes);
    if (this.#ends !== null) this.#timesUs.push(receivedAtUs);
    if (this.#heads !== null) this.#noteHead(this.#heads, topic, message);
  }

  /** The page. The builder is not used after this. */
  finish(place: string | null): ReplayPage {
    const ends = this.#ends;
    return {
      ...emptyPage,
      bytes: this.#bytes(),
      count: this.#count,
      pace: ends === null ? null : { ends: Uint32Array.from(ends), timesUs: Float64Array.from(this.#timesUs) },
      place,
      gaps: this.gaps,
      removedUntilUs: this.removedUntilUs,
      isEnd: this.isEnd,
      heads: [...(this.#heads?.values() ?? [])],
    };
  }

  #noteHead(heads: Map<string, StreamHead>, { key, epoch }: ReplayTopic, { records, at }: MessagePlace): void {
    heads.set(`${key} ${epoch}`, { key, epoch, sequence: readU64(records, at + RecordOffset.sequence) });
  }

  /** The bytes of the page. Those of a small one are copied: what waits for a slow reader holds no more memory than it needs. */
  #bytes(): Uint8Array {
    const { buffer } = this.#to;
    if (buffer !== this.#memory.small.buffer) return buffer.subarray(0, this.endBytes);
    // Not of Node's pool: it goes to another thread.
    const bytes = Buffer.allocUnsafeSlow(this.endBytes);
    bytes.set(buffer.subarray(0, this.endBytes));
    return bytes;
  }

  #reserve(bytes: number): void {
    const { buffer } = this.#to;
    const needed = this.endBytes + bytes;
    if (needed <= buffer.length) return;
    const isSmall = buffer === this.#memory.small.buffer;
    const grown = this.#memory.take(isSmall ? needed : Math.max(needed, 2 * buffer.length));
    grown.buffer.set(buffer.subarray(0, this.endBytes));
    this.#to = grown;
  }
}
