import type { Clock } from '../../clock.js';
import type { Batch } from '../../fanout/batch/batch.js';
import type { BatchMemory } from '../../fanout/batch/batch-memory.js';
import type { Message, SmallMessage } from '../../fanout/batch/message.js';
import { StoredValue } from '../../fanout/batch/stored-value.js';
import type { Route } from '../route.js';
import { ValueArena } from './value-arena.js';

/** Room that a value may need beyond its bytes: its place is larger, and the block and the key are added to a large one. */
const minRoomBytes = 4_096;

/** The newest message of a route in the present read, not copied yet. */
interface Pending {
  route: Route;
  buf: Buffer;
  start: number;
  payloadEnd: number;
  reservedStart: number;
  reservedEnd: number;
}

/**
 * The last values of routes whose namespace or operator wants them. Of several messages of a topic in one read only the newest is copied, at
 * the end of the read; a large message is pinned instead.
 */
export class LastValues {
  readonly #arena = new ValueArena();
  readonly #limitBytes: number;
  readonly #clock: Clock;
  readonly #memory: BatchMemory;
  readonly #pending: Pending[] = [];
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
  note(route: Route, message: SmallMessage): void {
    if (route.pendingValue < 0) this.#beginPending(route);
    const pending = this.#pending[route.pendingValue]!;
    pending.buf = message.buf;
    pending.start = message.start;
    pending.payloadEnd = message.payloadEnd;
    pending.reservedStart = message.reservedStart;
    pending.reservedEnd = message.reservedEnd;
    this.#pendingBytes += message.payloadEnd - message.start;
  }

  /** The value of this message will be kept: its route keeps values, and there is room for it. */
  fits(route: Route, message: Message): boolean {
    if (!route.keepsLastValue) return false;
    const bytes = message.isLarge ? message.payloadBytes : message.payloadEnd - message.start;
    return this.#totalBytes + 2 * (this.#pendingBytes + bytes) + minRoomBytes <= this.#limitBytes;
  }

  /** Keeps a large message: pins its delivery. */
  keepLarge(route: Route, batch: Batch): void {
    this.#dropPending(route);
    this.#release(route);
    if (this.#totalBytes + batch.heldBytes > this.#limitBytes) {
      route.isLeftOut = true;
      return;
    }
    const value = new StoredValue(batch.buffer, 0, 0);
    value.large = batch;
    this.#memory.pin(batch);
    this.#put(route, value);
  }

  /** Copies what was noted since the last call. */
  settle(): void {
    for (let index = 0; index < this.#pendingCount; index++) {
      const pending = this.#pending[index]!;
      // A route that was forgotten since, or has a newer large message, has none.
      if (pending.route.pendingValue !== index) continue;
      pending.route.pendingValue = -1;
      this.#copy(pending);
    }
    this.#pendingCount = 0;
    this.#pendingBytes = 0;
  }

  /** The last value of a route, with everything noted so far. */
  of(route: Route): StoredValue | null {
    if (route.pendingValue >= 0) this.settle();
    return route.value;
  }

  forget(route: Route): void {
    this.#dropPending(route);
    this.#release(route);
    route.isLeftOut = false;
  }

  #beginPending(route: Route): void {
    const index = this.#pendingCount++;
    route.pendingValue = index;
    const pending = this.#pending[index];
    if (pending !== undefined) pending.route = route;
    else this.#pending.push({ route, buf: noBytes, start: 0, payloadEnd: 0, reservedStart: 0, reservedEnd: 0 });
  }

  #dropPending(route: Route): void {
    route.pendingValue = -1;
  }

  #copy({ route, buf, start, payloadEnd, reservedStart, reservedEnd }: Pending): void {
    const bodyBytes = payloadEnd - start;
    const bytes = bodyBytes + reservedEnd - reservedStart;
    const value = this.#placeFor(route, bytes);
    if (value === null) return;
    value.buf.set(buf.subarray(start, payloadEnd), value.start);
    value.bodyEnd = value.start + bodyBytes;
    value.end = value.start + bytes;
    if (reservedEnd > reservedStart) value.buf.set(buf.subarray(reservedStart, reservedEnd), value.bodyEnd);
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
    if (value.large === null) this.#arena.give(value);
    else this.#memory.unpin(value.large);
  }
}

const noBytes = Buffer.alloc(0);
