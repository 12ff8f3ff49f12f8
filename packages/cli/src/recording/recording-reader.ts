import type { Readable } from 'node:stream';
import { crc32 } from 'node:zlib';
import { CommandError, ExitCode } from '../exit-code.js';
import {
  decodeHead,
  decodeRecord,
  headBytes,
  type RecordContent,
  type RecordedMessage,
  recordHeadBytes,
  recordMaxBytes,
} from './recording-format.js';

/** Reads a recording from start to end, one record at a time. */
export class RecordingReader {
  readonly #chunks: AsyncIterator<Buffer>;
  #held: Buffer = Buffer.alloc(0);
  /** Bytes of the complete records so far. */
  offset = 0;
  messageCount = 0;
  /** Why the recording is incomplete, once its messages have been read; null when it is complete. */
  damage: string | null = null;

  constructor(source: Readable) {
    this.#chunks = (source as AsyncIterable<Buffer>)[Symbol.asyncIterator]();
  }

  /** Reads the head. Returns when the recording was started, Unix milliseconds. Throws a CommandError when it is not a recording. */
  async open(name: string): Promise<number> {
    const head = await this.#take(headBytes);
    const startedAtMs = head === null ? undefined : decodeHead(head);
    if (startedAtMs === undefined) throw new CommandError(ExitCode.damaged, `${name} is not a recording of version 1`);
    return startedAtMs;
  }

  /** The messages up to the first damaged or missing record; `damage` then has the reason. */
  async *messages(): AsyncGenerator<RecordedMessage> {
    for (;;) {
      const content = await this.#next();
      if (typeof content === 'string') {
        this.damage = `${content}; the ${this.messageCount} messages before it are complete`;
        return;
      }
      if (content.kind === 'end') return this.#checkEnd(content.messageCount);
      this.messageCount++;
      yield content.message;
    }
  }

  async #next(): Promise<RecordContent | string> {
    const start = this.offset;
    const head = await this.#take(recordHeadBytes);
    if (head === null && this.#held.length === 0)
      return `it was not closed: the end record is missing at byte ${start}`;
    const length = head?.readUInt32BE(0) ?? 0;
    if (length > recordMaxBytes)
      return `the record at byte ${start} is damaged: its length is ${length} bytes, the limit is ${recordMaxBytes}`;
    const record = head === null ? null : await this.#take(length);
    if (head === null || record === null) return `the record at byte ${start} is incomplete`;
    if (crc32(record) !== head.readUInt32BE(4)) return `the record at byte ${start} is damaged: its checksum is wrong`;
    const content = decodeRecord(record);
    return typeof content === 'string' ? `the record at byte ${start} ${content}` : content;
  }

  async #checkEnd(messageCount: number): Promise<void> {
    if (messageCount !== this.messageCount) {
      this.damage = `the end record says ${messageCount} messages, but there are ${this.messageCount}`;
    } else if (this.#held.length > 0 || (await this.#read())) {
      this.damage = `there are bytes after the end record, from byte ${this.offset}`;
    }
  }

  /** The next `length` bytes; null when the file ends before. */
  async #take(length: number): Promise<Buffer | null> {
    const parts = [this.#held];
    let heldBytes = this.#held.length;
    // The parts are joined once, so that a large payload is not copied with each read.
    while (heldBytes < length) {
      const { value, done } = await this.#chunks.next();
      if (done === true) {
        this.#held = Buffer.concat(parts);
        return null;
      }
      parts.push(value);
      heldBytes += value.length;
    }
    const joined = parts.length === 1 ? this.#held : Buffer.concat(parts);
    this.#held = joined.subarray(length);
    this.offset += length;
    return joined.subarray(0, length);
  }

  /** Reads on; false at the end of the file. */
  async #read(): Promise<boolean> {
    const { value, done } = await this.#chunks.next();
    if (done === true) return false;
    this.#held = value;
    return true;
  }
}
