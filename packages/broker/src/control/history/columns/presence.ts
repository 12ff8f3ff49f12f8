/** Which rows of a column have a cell. Costs a comparison for each row while none is missing. */
export class Presence {
  #length = 0;
  #missingCount = 0;
  /** A bit for each row, from the lowest bit of the first byte; null while no row is missing. */
  #bits: Uint8Array | null = null;

  /** Number of rows. */
  get length(): number {
    return this.#length;
  }

  /** Rows without a cell. */
  get missingCount(): number {
    return this.#missingCount;
  }

  /** Adds a row with a cell. */
  add(): void {
    if (this.#bits !== null) this.#mark(this.#length);
    this.#length++;
  }

  /** Adds a row without one. */
  addMissing(): void {
    this.#bits ??= allPresent(this.#length);
    this.#length++;
    this.#missingCount++;
  }

  has(row: number): boolean {
    return this.#bits === null || ((this.#bits[row >> 3] ?? 0) & (1 << (row & 7))) !== 0;
  }

  /** A bit for each row, as Arrow stores them; empty when no row is missing. */
  bits(): Uint8Array {
    const bits = new Uint8Array(this.#bits === null ? 0 : (this.#length + 7) >> 3);
    if (this.#bits !== null) bits.set(this.#bits.subarray(0, bits.length));
    return bits;
  }

  #mark(row: number): void {
    const at = row >> 3;
    if (at >= this.#bits!.length) {
      const wider = new Uint8Array(Math.max(64, 2 * at));
      wider.set(this.#bits!);
      this.#bits = wider;
    }
    this.#bits![at]! |= 1 << (row & 7);
  }
}

function allPresent(length: number): Uint8Array {
  const bits = new Uint8Array((length + 7) >> 3).fill(0xff);
  const restCount = length & 7;
  if (restCount > 0) bits[bits.length - 1] = (1 << restCount) - 1;
  return bits;
}
