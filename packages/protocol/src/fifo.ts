/**
 * A queue, first in first out: an array whose head moves. `Array.shift` costs the length of a long array; here the array is
 * compacted once half of it has been taken out.
 */
export class Fifo<Item> {
  #items: (Item | undefined)[] = [];
  #head = 0;

  /** Items in the queue. */
  get size(): number {
    return this.#items.length - this.#head;
  }

  /** Puts an item at the end. */
  push(item: Item): void {
    this.#items.push(item);
  }

  /** The oldest item, which stays in the queue; undefined if the queue is empty. */
  peek(): Item | undefined {
    return this.#items[this.#head];
  }

  /** Takes out the oldest item; undefined if the queue is empty. */
  shift(): Item | undefined {
    if (this.#head === this.#items.length) return undefined;
    const item = this.#items[this.#head];
    this.#items[this.#head++] = undefined;
    if (this.#head === this.#items.length) {
      this.#items = [];
      this.#head = 0;
    } else if (this.#head > compactMinCount && this.#head * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
    return item;
  }

  /** The oldest item that matches; undefined if none does. Costs the items before it. */
  find(matches: (item: Item) => boolean): Item | undefined {
    for (let at = this.#head; at < this.#items.length; at++) {
      const item = this.#items[at] as Item;
      if (matches(item)) return item;
    }
    return undefined;
  }

  /** Takes out one item at any place. Costs the length of the queue. */
  remove(item: Item): void {
    this.#items = this.#items.slice(this.#head).filter((one) => one !== item);
    this.#head = 0;
  }

  /** Takes out all items, oldest first. */
  drain(): Item[] {
    const items = this.#items.slice(this.#head) as Item[];
    this.#items = [];
    this.#head = 0;
    return items;
  }
}

/** Items taken out before the array is compacted: a short array is not worth a copy. */
const compactMinCount = 4_096;
