/** Bytes of the largest delivery: a compressed payload of the largest format, with room for its frames. */
const deliveryMaxBytes = 80 * 1024 * 1024;

/** A delivery that arrives in parts, in order. A part that does not fit its place ends it. */
export class PartAssembly {
  #bytes: Buffer | null = null;
  #filledBytes = 0;

  /** Adds the part that begins at `at` of a delivery of `totalBytes` bytes. Returns the delivery when it is whole. */
  add(at: number, totalBytes: number, part: Buffer): Buffer | 'incomplete' | 'bad' {
    if (at === 0) this.#begin(totalBytes);
    const bytes = this.#bytes;
    if (bytes === null || at !== this.#filledBytes || bytes.length !== totalBytes || at + part.length > totalBytes) {
      this.reset();
      return 'bad';
    }
    bytes.set(part, at);
    this.#filledBytes += part.length;
    if (this.#filledBytes < totalBytes) return 'incomplete';
    this.#bytes = null;
    return bytes;
  }

  /** Lets go of what has come: something is missing. */
  reset(): void {
    this.#bytes = null;
  }

  #begin(totalBytes: number): void {
    this.#filledBytes = 0;
    this.#bytes = totalBytes <= deliveryMaxBytes ? Buffer.allocUnsafeSlow(totalBytes) : null;
  }
}
