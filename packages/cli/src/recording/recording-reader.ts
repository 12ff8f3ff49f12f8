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

/** Reads a recording from its start to its end; one record is held at a time. */
export class RecordingReader {
  readonly #chunks: AsyncIterator<Buffer>;
  #held: Buffer = Buffer.alloc(0);
  /** Bytes of whole records so far. */
  offset = 0;
  messageCount = 0;
  /** Why it is not whole, once the messages have been read; null when it is. */
  damage: string | null = null;

  constructor(source: Readable) {
    this.#chunks = (source as AsyncIterable<Buffer>)[Symbol.asyncIterator]();
  }

  /** Begins; when the recording was made, Unix milliseconds. Throws a CommandError for what is no recording. */
  async open(name: string): Promise<number> {
    const head = await this.#take(headBytes);
    const startedAtMs = head === null ? undefined : decodeHead(head);
    if (startedAtMs === undefined) throw new CommandError(ExitCode.damaged, `${name} is no recording of version 1`);
    return startedAtMs;
  }

  /** The messages, up to the first byte that is not as it was written; `damage` says then what is wrong. */
  async *messages(): AsyncGenerator<RecordedMessage> {
    for (;;) {
      const content = await this.#next();
      if (typeof content === 'string') {
        this.damage = `${content}; ${this.messageCount} messages before it are whole`;
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
    if (head === null && this.#held.length === 0) return `it was not closed: no end after byte ${start}`;
    const length = head?.readUInt32BE(0) ?? 0;
    if (length > recordMaxBytes) return `the record at byte ${start} is damaged: it claims ${length} bytes`;
    const record = head === null ? null : await this.#take(length);
    if (head === null || record === null) return `it was cut short in the record at byte ${start}`;
    if (crc32(record) !== head.readUInt32BE(4)) return `the record at byte ${start} is damaged: its checksum is wrong`;
    const content = decodeRecord(record);
    return typeof content === 'string' ? `the record at byte ${start} ${content}` : content;
  }

  async #checkEnd(messageCount: number): Promise<void> {
    if (messageCount !== this.messageCount) {
      this.damage = `its end speaks of ${messageCount} messages, ${this.messageCount} were found`;
    } else if (this.#held.length > 0 || (await this.#read())) {
      this.damage = `there is something after its end at byte ${this.offset}`;
    }
  }

  /** So many bytes; null when there are not so many. */
  async #take(length: number): Promise<Buffer | null> {
    const parts = [this.#held];
    let heldBytes = this.#held.length;
    // Joined once: a payload of many reads must not be copied with each of them.
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

  async #read(): Promise<boolean> {
    const { value, done } = await this.#chunks.next();
    if (done === true) return false;
    this.#held = value;
    return true;
  }
}
