import { dataViewOf } from './data-view.js';

interface Slot<Value> {
  readonly key: DataView;
  readonly hash: number;
  readonly value: Value;
}

const slotMinCount = 64;

/**
 * A hash table keyed by bytes, which are looked up where they stand in a read: open addressing, linear probing, at most half full.
 * No string is made of them; a `Map` over latin1 strings costs twice as much per message. Bytes are taken four at a time out of a
 * DataView, a third of what one by one costs. The hash has a seed that those who choose the keys do not know.
 */
export class ByteTable<Value> {
  #slots: (Slot<Value> | undefined)[] = [];
  #mask = 0;
  #seed = 0;
  size = 0;

  constructor() {
    this.clear();
  }

  /** The value under the bytes [start, end) of `buf`. */
  find(buf: Uint8Array, start: number, end: number): Value | undefined {
    const view = dataViewOf(buf);
    const hash = hashOf(view, start, end, this.#seed);
    const length = end - start;
    const slots = this.#slots;
    for (let index = hash & this.#mask; ; index = (index + 1) & this.#mask) {
      const slot = slots[index];
      if (slot === undefined) return undefined;
      if (slot.hash === hash && slot.key.byteLength === length && isEqual(slot.key, view, start)) return slot.value;
    }
  }

  /** Adds a value under a copy of the bytes. The key must not be there yet. */
  add(buf: Uint8Array, start: number, end: number, value: Value): void {
    const key = new DataView(Uint8Array.prototype.slice.call(buf, start, end).buffer);
    if ((this.size + 1) * 2 > this.#slots.length) this.#rebuild(this.#slots.length * 2, undefined);
    this.#place({ key, hash: hashOf(key, 0, key.byteLength, this.#seed), value });
    this.size++;
  }

  /** Takes a value out, wherever it is. Costs the size of the table: cold paths only. */
  delete(value: Value): void {
    this.#rebuild(this.#slots.length, value);
  }

  /** Forgets everything and takes a new seed. */
  clear(): void {
    this.#slots = new Array(slotMinCount).fill(undefined);
    this.#mask = slotMinCount - 1;
    this.#seed = crypto.getRandomValues(new Int32Array(1))[0]!;
    this.size = 0;
  }

  #place(slot: Slot<Value>): void {
    let index = slot.hash & this.#mask;
    while (this.#slots[index] !== undefined) index = (index + 1) & this.#mask;
    this.#slots[index] = slot;
  }

  #rebuild(capacity: number, without: Value | undefined): void {
    const old = this.#slots;
    this.#slots = new Array(capacity).fill(undefined);
    this.#mask = capacity - 1;
    let size = 0;
    for (const slot of old) {
      if (slot === undefined || slot.value === without) continue;
      this.#place(slot);
      size++;
    }
    this.size = size;
  }
}

/** Multiply and fold, four bytes at a time and the rest one by one. */
function hashOf(view: DataView, start: number, end: number, seed: number): number {
  let hash = seed ^ (end - start);
  let at = start;
  for (const whole = end - 3; at < whole; at += 4) {
    hash = Math.imul(hash ^ view.getInt32(at, true), 0x9e37_79b1);
    hash ^= hash >>> 15;
  }
  for (; at < end; at++) hash = Math.imul(hash ^ view.getUint8(at), 0x0100_0193);
  hash = Math.imul(hash ^ (hash >>> 15), 0x85eb_ca6b);
  return hash ^ (hash >>> 13);
}

/** True when `key` is the bytes of `view` from `start` on. */
function isEqual(key: DataView, view: DataView, start: number): boolean {
  const length = key.byteLength;
  let at = 0;
  for (const whole = length - 3; at < whole; at += 4) {
    if (key.getInt32(at, true) !== view.getInt32(start + at, true)) return false;
  }
  for (; at < length; at++) if (key.getUint8(at) !== view.getUint8(start + at)) return false;
  return true;
}
