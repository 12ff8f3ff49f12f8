// Reads an input as a list of choices: an input of any bytes becomes a structure, and a changed byte a changed choice.

export class ByteReader {
  #bytes;
  #at = 0;

  constructor(bytes) {
    this.#bytes = bytes;
  }

  get isAtEnd() {
    return this.#at >= this.#bytes.length;
  }

  /** A byte; 0 past the end. */
  byte() {
    return this.isAtEnd ? 0 : this.#bytes[this.#at++];
  }

  u32() {
    return ((this.byte() << 24) | (this.byte() << 16) | (this.byte() << 8) | this.byte()) >>> 0;
  }

  of(items) {
    return items[this.byte() % items.length];
  }

  /** So many bytes, fewer at the end. */
  take(count) {
    const taken = this.#bytes.subarray(this.#at, this.#at + count);
    this.#at += taken.length;
    return taken;
  }
}
