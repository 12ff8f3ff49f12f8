import type { ArrowBuffers } from '@pulsemq/codecs/arrow-buffers';
import { type Cells, firstRowCount } from './cells.js';
import { Presence } from './presence.js';

/** UTF-8 of all texts of a column. A DataFrame may repeat a long text of its dictionary in each row, so there may be more text than payload. */
const textMaxBytes = 268_435_456;
const firstBytes = 16_384;
/** Bytes of UTF-8 that a character of JavaScript has at most. */
const characterMaxBytes = 3;

/** Texts, as UTF-8. */
export class TextCells implements Cells {
  readonly #presence = new Presence();
  /** Where the text of each row begins, and where the last one ends. */
  #offsets = new Int32Array(firstRowCount);
  #bytes = Buffer.allocUnsafeSlow(firstBytes);
  #usedBytes = 0;

  get length(): number {
    return this.#presence.length;
  }

  add(value: unknown): boolean {
    if (typeof value !== 'string' || !this.#hasRoom(characterMaxBytes * value.length)) return false;
    this.#usedBytes += this.#bytes.write(value, this.#usedBytes, 'utf8');
    this.#endRow();
    this.#presence.add();
    return true;
  }

  /** Adds the UTF-8 at [start, end). False when there is too much text. */
  addUtf8(buf: Uint8Array, start: number, end: number): boolean {
    if (!this.#hasRoom(end - start)) return false;
    const bytes = this.#bytes;
    let used = this.#usedBytes;
    // Texts of ticks are short: a call to copy them takes longer.
    for (let at = start; at < end; at++) bytes[used++] = buf[at]!;
    this.#usedBytes = used;
    this.#endRow();
    this.#presence.add();
    return true;
  }

  addMissing(): void {
    this.#endRow();
    this.#presence.addMissing();
  }

  at(row: number): string | null {
    return this.#presence.has(row) ? this.#bytes.toString('utf8', this.#offsets[row]!, this.#offsets[row + 1]!) : null;
  }

  toArrow(): ArrowBuffers {
    const { length, missingCount } = this.#presence;
    return {
      type: 'utf8',
      length,
      missingCount,
      validity: this.#presence.bits(),
      values: this.#bytes.subarray(0, this.#usedBytes),
      offsets: this.#offsets.subarray(0, length + 1),
    };
  }

  #hasRoom(moreBytes: number): boolean {
    const neededBytes = this.#usedBytes + moreBytes;
    if (neededBytes <= this.#bytes.length) return true;
    if (neededBytes > textMaxBytes) return false;
    const wider = Buffer.allocUnsafeSlow(Math.min(textMaxBytes, Math.max(neededBytes, 2 * this.#bytes.length)));
    this.#bytes.copy(wider, 0, 0, this.#usedBytes);
    this.#bytes = wider;
    return true;
  }

  #endRow(): void {
    const end = this.#presence.length + 1;
    if (end === this.#offsets.length) {
      const wider = new Int32Array(2 * end);
      wider.set(this.#offsets);
      this.#offsets = wider;
    }
    this.#offsets[end] = this.#usedBytes;
  }
}
