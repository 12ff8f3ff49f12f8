import { dataViewOf } from './data-view.js';

interface Slot<Value> {
  readonly key: DataView;
  readonly hash: number;
  readonly value: Value;
}

const slotMinCount = 64;

/**
 * A hash table with bytes as keys, which are looked up at their place in a read. Open addressing, linear probing, at most half full.
 *
 * It makes no strings: a `Map` with latin1 strings costs twice as much per message. It reads four bytes at a time from a DataView,
 * which costs a third of single bytes. The hash has a random seed, so that publishers cannot choose keys that collide.
 */
export class ByteTable<Value> {
  #slots: (Slot<Value> | undefined)[] = [];
  #mask = 0;
  #seed = 0;
  /** Keys in the table. */
  size = 0;

  constructor() {
    this.clear();
  }

  /** The value of the key `[start, end)` of `buf`; undefined if the table does not have it. */
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

  /** Adds a value and copies its key. The table must not have the key yet. */
  add(buf: Uint8Array, start: number, end: number, value: Value): void {
    const key = new DataView(Uint8Array.prototype.slice.call(buf, start, end).buffer);
    if ((this.size + 1) * 2 > this.#slots.length) this.#rebuild(this.#slots.length * 2, undefined);
    this.#place({ key, hash: hashOf(key, 0, key.byteLength, this.#seed), value });
    this.size++;
  }

  /** Deletes all keys of a value. Costs the size of the table: only for cold paths. */
  delete(value: Value): void {
    this.#rebuild(this.#slots.length, value);
  }

  /** Deletes everything and chooses a new seed. */
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

/** Multiplies and folds, four bytes at a time and then single bytes. */
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

/** True if the bytes of `view` from `start` on equal `key`. */
function isEqual(key: DataView, view: DataView, start: number): boolean {
  const length = key.byteLength;
  let at = 0;
  for (const whole = length - 3; at < whole; at += 4) {
    if (key.getInt32(at, true) !== view.getInt32(start + at, true)) return false;
  }
  for (; at < length; at++) if (key.getUint8(at) !== view.getUint8(start + at)) return false;
  return true;
}
