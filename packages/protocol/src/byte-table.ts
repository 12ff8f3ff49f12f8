import { dataViewOf } from './data-view.js';

/** A key, as a range of the arena, and its value. */
interface Slot<Value> {
  readonly start: number;
  readonly length: number;
  readonly hash: number;
  readonly value: Value;
}

const slotMinCount = 64;
const arenaMinBytes = 1_024;

/**
 * A hash table with bytes as keys, which are looked up at their place in a read. Open addressing, linear probing, at most half full.
 *
 * It makes no strings: a `Map` with latin1 strings costs twice as much per message. It reads four bytes at a time from a DataView,
 * which costs a third of single bytes. The hash has a random seed, so that publishers cannot choose keys that collide. All keys lie in one
 * arena: a buffer and a view for each would cost 230 bytes a key.
 */
export class ByteTable<Value> {
  #slots: (Slot<Value> | undefined)[] = [];
  /** The bytes of all keys, one behind the other. */
  #arena = new DataView(new ArrayBuffer(0));
  #arenaBytes = 0;
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
      if (slot.hash === hash && slot.length === length && isEqual(this.#arena, slot.start, view, start, length)) {
        return slot.value;
      }
    }
  }

  /** Adds a value and copies its key. The table must not have the key yet. */
  add(buf: Uint8Array, start: number, end: number, value: Value): void {
    const length = end - start;
    const at = this.#append(buf, start, length);
    if ((this.size + 1) * 2 > this.#slots.length) this.#grow();
    this.#place({ start: at, length, hash: hashOf(this.#arena, at, at + length, this.#seed), value });
    this.size++;
  }

  /** Deletes all keys of a value. Costs the size of the table: only for cold paths. */
  delete(value: Value): void {
    const arena = new Uint8Array(this.#arena.buffer);
    this.#arena = new DataView(new ArrayBuffer(arena.length));
    this.#arenaBytes = 0;
    const kept = this.#slots.filter((slot) => slot !== undefined && slot.value !== value) as Slot<Value>[];
    this.#slots = new Array(this.#slots.length).fill(undefined);
    for (const slot of kept) this.#place({ ...slot, start: this.#append(arena, slot.start, slot.length) });
    this.size = kept.length;
  }

  /** Deletes everything and chooses a new seed. */
  clear(): void {
    this.#slots = new Array(slotMinCount).fill(undefined);
    this.#mask = slotMinCount - 1;
    this.#arena = new DataView(new ArrayBuffer(0));
    this.#arenaBytes = 0;
    this.#seed = crypto.getRandomValues(new Int32Array(1))[0]!;
    this.size = 0;
  }

  /** Copies a key to the end of the arena; returns its offset there. */
  #append(buf: Uint8Array, start: number, length: number): number {
    const at = this.#arenaBytes;
    if (at + length > this.#arena.byteLength) {
      const grown = new Uint8Array(Math.max(arenaMinBytes, 2 * (at + length)));
      grown.set(new Uint8Array(this.#arena.buffer, 0, at));
      this.#arena = new DataView(grown.buffer);
    }
    new Uint8Array(this.#arena.buffer).set(buf.subarray(start, start + length), at);
    this.#arenaBytes += length;
    return at;
  }

  #place(slot: Slot<Value>): void {
    let index = slot.hash & this.#mask;
    while (this.#slots[index] !== undefined) index = (index + 1) & this.#mask;
    this.#slots[index] = slot;
  }

  #grow(): void {
    const old = this.#slots;
    this.#slots = new Array(old.length * 2).fill(undefined);
    this.#mask = this.#slots.length - 1;
    for (const slot of old) if (slot !== undefined) this.#place(slot);
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

/** True if `length` bytes of two views, each from its offset on, are equal. */
function isEqual(one: DataView, oneStart: number, other: DataView, otherStart: number, length: number): boolean {
  let at = 0;
  for (const whole = length - 3; at < whole; at += 4) {
    if (one.getInt32(oneStart + at, true) !== other.getInt32(otherStart + at, true)) return false;
  }
  for (; at < length; at++) if (one.getUint8(oneStart + at) !== other.getUint8(otherStart + at)) return false;
  return true;
}
