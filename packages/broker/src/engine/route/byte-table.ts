import { randomInt } from 'node:crypto';
import { equalBytes, hashBytes } from './byte-hash.js';

interface Slot<Value> {
  readonly key: Uint8Array;
  readonly hash: number;
  readonly value: Value;
}

/**
 * A hash table keyed by bytes: open addressing, linear probing, at most half full. No string is made to look a topic up. A
 * `Map` over latin1 strings costs twice as much per message.
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
    const hash = hashBytes(buf, start, end, this.#seed);
    const length = end - start;
    const slots = this.#slots;
    for (let index = hash & this.#mask; ; index = (index + 1) & this.#mask) {
      const slot = slots[index];
      if (slot === undefined) return undefined;
      if (slot.hash === hash && slot.key.length === length && equalBytes(slot.key, buf, start)) return slot.value;
    }
  }

  /** Adds a value under a copy of the bytes. The key must not be there yet. */
  add(buf: Uint8Array, start: number, end: number, value: Value): void {
    const hash = hashBytes(buf, start, end, this.#seed);
    if ((this.size + 1) * 2 > this.#slots.length) this.#rebuild(this.#slots.length * 2, undefined);
    this.#place({ key: Uint8Array.prototype.slice.call(buf, start, end), hash, value });
    this.size++;
  }

  /** Takes a value out, wherever it is. Costs the size of the table: cold paths only. */
  delete(value: Value): void {
    this.#rebuild(this.#slots.length, value);
  }

  /** Forgets everything and takes a new seed. */
  clear(): void {
    this.#slots = new Array(64).fill(undefined);
    this.#mask = 63;
    this.#seed = randomInt(0x7fff_ffff) | 1;
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
