import type { Clock } from '../../clock.js';
import type { Batch } from '../../fanout/batch/batch.js';
import type { BatchMemory } from '../../fanout/batch/batch-memory.js';
import { copyBytes } from '../../fanout/batch/copy-bytes.js';
import type { Message, SmallMessage } from '../../fanout/batch/message.js';
import { StoredValue } from '../../fanout/batch/stored-value.js';
import type { Route } from '../route.js';
import { ReadCopies } from './read-copies.js';
import { ValueArena } from './value-arena.js';

/** A read with at least this many values is copied whole if they fill half of it: that costs a fifth of one copy for each value. */
const wholeReadMinCount = 64;

/** Room that a value may need beyond its bytes: its place is larger, and the block and the key are added to a large one. */
const minRoomBytes = 4_096;

const noBytes = Buffer.alloc(0);

/**
 * The last values of routes whose namespace or operator wants them. Of several messages of a topic in one read only the newest is kept. It is copied
 * at the end of the read, alone or with the whole read; a large message is pinned instead.
 */
export class LastValues {
  readonly #arena = new ValueArena();
  readonly #copies = new ReadCopies();
  readonly #limitBytes: number;
  readonly #clock: Clock;
  readonly #memory: BatchMemory;
  /** Routes whose newest message in the present read is not copied yet. */
  readonly #pendingRoutes: Route[] = [];
  /** Where these messages lie in `#pendingBuf`: start, end of the payload, start and end of the reserved bytes. */
  #pendingSpans = new Int32Array(4 * 1_024);
  #pendingBuf: Buffer = noBytes;
  #pendingCount = 0;
  /** Bytes of the messages noted in the present read, whether a newer one has replaced them or not. */
  #pendingBytes = 0;
  #totalBytes = 0;

  constructor(limitBytes: number, clock: Clock, memory: BatchMemory) {
    this.#limitBytes = limitBytes;
    this.#clock = clock;
    this.#memory = memory;
  }

  get totalBytes(): number {
    return this.#totalBytes;
  }

  /** Notes the newest message of a route. Call `settle` before its buffer changes. */
  note(route: Route, { buf, start, payloadEnd, reservedStart, reservedEnd }: SmallMessage): void {
    if (buf !== this.#pendingBuf) this.#changeBuffer(buf);
    let index = route.pendingValue;
    if (index < 0) index = this.#addPending(route);
    const spans = this.#pendingSpans;
    const at = index * 4;
    spans[at] = start;
    spans[at + 1] = payloadEnd;
    spans[at + 2] = reservedStart;
    spans[at + 3] = reservedEnd;
    this.#pendingBytes += payloadEnd - start;
  }

  /** The value of this message will be kept: its route keeps values, and there is room for it. */
  fits(route: Route, message: Message): boolean {
    if (!route.keepsLastValue) return false;
    const bytes = message.isLarge ? message.payloadBytes : message.payloadEnd - message.start;
    return this.#totalBytes + 2 * (this.#pendingBytes + bytes) + minRoomBytes <= this.#limitBytes;
  }

  /** Keeps a large message, as its delivery. */
  keepLarge(route: Route, batch: Batch): void {
    route.pendingValue = -1;
    this.#release(route);
    if (this.#totalBytes + batch.heldBytes > this.#limitBytes) {
      route.isLeftOut = true;
      return;
    }
    const value = new StoredValue(batch, 0, 0);
    value.large = batch;
    this.#memory.keep(batch);
    this.#put(route, value);
  }

  /** Copies what was noted since the last call. */
  settle(): void {
    const count = this.#pendingCount;
    if (count === 0) return;
    const shift = count >= wholeReadMinCount ? this.#copyRead(count) : null;
    this.#pendingCount = 0;
    this.#pendingBytes = 0;
    for (let index = 0; index < count; index++) {
      const route = this.#pendingRoutes[index]!;
      // A route that was forgotten since, or has a newer large message, has none.
      if (route.pendingValue !== index) continue;
      route.pendingValue = -1;
      this.#keep(route, index * 4, shift);
    }
  }

  /** The last value of a route, with everything noted so far. */
  of(route: Route): StoredValue | null {
    if (route.pendingValue >= 0) this.settle();
    return route.value;
  }

  forget(route: Route): void {
    route.pendingValue = -1;
    this.#release(route);
    route.isLeftOut = false;
  }

  #changeBuffer(buf: Buffer): void {
    this.settle();
    this.#pendingBuf = buf;
  }

  #addPending(route: Route): number {
    const index = this.#pendingCount++;
    if (this.#pendingCount * 4 > this.#pendingSpans.length) {
      const spans = new Int32Array(this.#pendingSpans.length * 2);
      spans.set(this.#pendingSpans);
      this.#pendingSpans = spans;
    }
    this.#pendingRoutes[index] = route;
    route.pendingValue = index;
    return index;
  }

  /** Copies all noted messages at once. Returns what to add to their offsets. Null: nothing was copied, because single copies cost less or there is no room. */
  #copyRead(count: number): number | null {
    const spans = this.#pendingSpans;
    let start = spans[0]!;
    let end = 0;
    let bytes = 0;
    for (let at = 0; at < count * 4; at += 4) {
      start = Math.min(start, spans[at]!);
      end = Math.max(end, spans[at + 1]!);
      bytes += spans[at + 1]! - spans[at]!;
    }
    if (bytes * 2 < end - start) return null;
    const at = this.#copies.copy(this.#pendingBuf, start, end);
    return at === null ? null : at - start;
  }

  /** Keeps the message whose span is at `at`. `shift` as `#copyRead` returns it. */
  #keep(route: Route, at: number, shift: number | null): void {
    const spans = this.#pendingSpans;
    const start = spans[at]!;
    const payloadEnd = spans[at + 1]!;
    const reservedStart = spans[at + 2]!;
    const reservedEnd = spans[at + 3]!;
    const bodyBytes = payloadEnd - start;
    const bytes = bodyBytes + reservedEnd - reservedStart;
    const value = this.#placeFor(route, bytes);
    if (value === null) return;
    if (shift !== null && reservedEnd === reservedStart) this.#copies.place(value, start + shift);
    else {
      value.leaveShared();
      copyBytes(this.#pendingBuf, start, payloadEnd, value.memory, value.start);
    }
    value.bodyEnd = value.start + bodyBytes;
    value.end = value.start + bytes;
    if (reservedEnd > reservedStart) {
      copyBytes(this.#pendingBuf, reservedStart, reservedEnd, value.memory, value.bodyEnd);
    }
    this.#stamp(value);
  }

  /** The route's own place if the value fits it and fills at least a quarter, else a new one; null past the limit. */
  #placeFor(route: Route, bytes: number): StoredValue | null {
    const present = route.value;
    if (
      present !== null &&
      present.large === null &&
      bytes <= present.capacityBytes &&
      bytes * 4 >= present.capacityBytes
    ) {
      return present;
    }
    this.#release(route);
    const value = this.#arena.take(bytes);
    if (this.#totalBytes + value.capacityBytes > this.#limitBytes) {
      this.#arena.give(value);
      route.isLeftOut = true;
      return null;
    }
    this.#put(route, value);
    return value;
  }

  #put(route: Route, value: StoredValue): void {
    route.value = value;
    route.isLeftOut = false;
    this.#totalBytes += value.heldBytes;
    this.#stamp(value);
  }

  #stamp(value: StoredValue): void {
    value.highUs = this.#clock.highUs;
    value.lowUs = this.#clock.lowUs;
  }

  #release(route: Route): void {
    const { value } = route;
    if (value === null) return;
    route.value = null;
    this.#totalBytes -= value.heldBytes;
    if (value.large === null) {
      value.leaveShared();
      this.#arena.give(value);
    } else this.#memory.unkeep(value.large);
  }
}
