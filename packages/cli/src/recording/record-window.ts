import type { FileHandle } from 'node:fs/promises';
import type { RecordPlace } from './import-plan.js';
import { decodeRecord, type RecordedMessage } from './recording-format.js';

/** Bytes that are read at once. */
const windowBytes = 1_048_576;

/** Reads records of a recording in any order, of which most are near the one before. */
export class RecordWindow {
  readonly #file: FileHandle;
  #bytes: Buffer = Buffer.alloc(0);
  #at = 0;

  constructor(file: FileHandle) {
    this.#file = file;
  }

  /** The message of a record that was read before. Throws when the file has changed since. */
  async message({ start, end }: RecordPlace): Promise<RecordedMessage> {
    if (start < this.#at || end > this.#at + this.#bytes.length) await this.#load(start, end);
    const content = decodeRecord(this.#bytes.subarray(start - this.#at, end - this.#at));
    if (typeof content !== 'string' && content.kind === 'message') return content.message;
    throw new Error(`the recording has changed while it was read, at byte ${start}`);
  }

  async #load(start: number, end: number): Promise<void> {
    const bytes = Buffer.allocUnsafe(Math.max(windowBytes, end - start));
    const { bytesRead } = await this.#file.read(bytes, 0, bytes.length, start);
    this.#bytes = bytes.subarray(0, bytesRead);
    this.#at = start;
  }
}
