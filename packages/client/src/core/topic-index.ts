import type { TopicState } from './topic-table.js';

interface Slot {
  readonly key: Uint8Array;
  readonly hash: number;
  readonly state: TopicState;
}

const slotMinCount = 64;

/**
 * Topic states by the bytes of their key, without making a string of it: a `Map` by text costs twice as much per message. Open
 * addressing, at most half full. It only remembers what the table by text has found.
 */
export class TopicIndex {
  #slots: (Slot | undefined)[] = new Array(slotMinCount).fill(undefined);
  #count = 0;

  find(buf: Uint8Array, start: number, end: number): TopicState | undefined {
    const hash = hashBytes(buf, start, end);
    const length = end - start;
    const slots = this.#slots;
    const mask = slots.length - 1;
    for (let index = hash & mask; ; index = (index + 1) & mask) {
      const slot = slots[index];
      if (slot === undefined) return undefined;
      if (slot.hash === hash && slot.key.length === length && isEqual(slot.key, buf, start)) return slot.state;
    }
  }

  /** Adds what `find` did not find. */
  add(buf: Uint8Array, start: number, end: number, state: TopicState): void {
    if ((this.#count + 1) * 2 > this.#slots.length) this.#grow();
    this.#place({ key: Uint8Array.prototype.slice.call(buf, start, end), hash: hashBytes(buf, start, end), state });
    this.#count++;
  }

  /** Forgets everything. */
  clear(): void {
    this.#slots = new Array(slotMinCount).fill(undefined);
    this.#count = 0;
  }

  #place(slot: Slot): void {
    const mask = this.#slots.length - 1;
    let index = slot.hash & mask;
    while (this.#slots[index] !== undefined) index = (index + 1) & mask;
    this.#slots[index] = slot;
  }

  #grow(): void {
    const old = this.#slots;
    this.#slots = new Array(old.length * 2).fill(undefined);
    for (const slot of old) if (slot !== undefined) this.#place(slot);
  }
}

/** FNV-1a. The broker checks what publishers name their topics, and bounds how many there are. */
function hashBytes(buf: Uint8Array, start: number, end: number): number {
  let hash = 0x811c_9dc5 | 0;
  for (let at = start; at < end; at++) hash = Math.imul(hash ^ buf[at]!, 0x0100_0193);
  return hash ^ (hash >>> 15);
}

function isEqual(key: Uint8Array, buf: Uint8Array, start: number): boolean {
  for (let index = 0; index < key.length; index++) if (key[index] !== buf[start + index]) return false;
  return true;
}
