import { MessageType, messageFrames } from '@pulsemq/protocol';
import { encodeMessage, writeI64, writeU32 } from '@pulsemq/zmtp';
import { type Checkpoint, encodeHeads, readCheckpoint, type TopicHead, writeCheckpoint } from './checkpoint.js';
import { indexName, segmentName } from './file-names.js';
import { FolderLock } from './folder-lock.js';
import { RecordOffset, recordHeadBytes, type TopicEntry } from './format.js';
import { JournalReader } from './journal-reader.js';
import { NodeFiles } from './node-files.js';
import { recover } from './recovery.js';
import { SegmentWriter } from './segment-writer.js';

/** A message with the times and numbers that it had at the broker that accepted it. */
export interface ImportedMessage {
  readonly namespace: string;
  readonly topic: string;
  readonly username: string;
  readonly payload: Uint8Array;
  /** A `FormatCode`. */
  readonly formatCode: number;
  /** Compression code in the low four bits, `PubFlag` bits in the high four. */
  readonly flags: number;
  /** When it was published, by the publisher's clock, Unix milliseconds. */
  readonly publishedAtMs: number;
  readonly epoch: number;
  /** Ascending in each (topic, epoch). */
  readonly sequence: number;
  /** When the broker received it, Unix microseconds. */
  readonly receivedAtUs: number;
}

/** Bytes that are written at once. */
const writeBytes = 1_048_576;

/**
 * Writes messages into the journal of a broker that does not run, behind those that are there. A clean stop of the broker stays one: its topics
 * go on with their epochs and sequences.
 */
export class JournalImport {
  readonly #files: NodeFiles;
  readonly #lock: FolderLock;
  readonly #segmentBytes: number;
  readonly #checkpoint: Checkpoint | undefined;
  readonly #topics: TopicEntry[] = [];
  /** By `namespace:topic` and epoch. */
  readonly #numbers = new Map<string, number>();
  readonly #lastSequences: number[] = [];
  readonly #written: number[] = [];
  #writer: SegmentWriter | null = null;
  #nextSegment: number;
  #waiting: Buffer[] = [];
  #waitingBytes = 0;
  /** Time of the last message that was there, Unix microseconds; 0 without one. */
  readonly lastUs: number;
  /** What the operator should know of the journal, such as a torn end that was cut. */
  readonly notes: readonly string[];

  /** Makes the folder if it is missing, and brings it into order. A segment of `segmentBytes` is closed. Throws while a broker writes the folder. */
  constructor(folder: string, segmentBytes: number) {
    this.#segmentBytes = segmentBytes;
    this.#files = new NodeFiles(folder);
    this.#files.prepare();
    this.#lock = new FolderLock(folder);
    try {
      this.#checkpoint = readCheckpoint(this.#files);
      const { start, heads, notes, isClean } = recover(this.#files, () => false);
      // The reader of its segments closes them at its end.
      for (const _ of heads);
      if (!isClean) this.#checkpoint = undefined;
      this.#nextSegment = start.nextSegment;
      this.lastUs = lastMessageUs(this.#files, start.lastUs);
      this.notes = notes;
    } catch (error) {
      this.#lock.release();
      throw error;
    }
  }

  /** Number of topics so far; one that has two epochs counts twice. */
  get streamCount(): number {
    return this.#topics.length;
  }

  /** Adds a message. Throws a RangeError for a sequence that does not ascend. Messages come in the order of their times. */
  add(message: ImportedMessage): void {
    const number = this.#numberOf(message);
    const last = this.#lastSequences[number]!;
    if (message.sequence <= last) {
      throw new RangeError(`sequence ${message.sequence} of ${this.#topics[number]!.key} comes after ${last}`);
    }
    this.#lastSequences[number] = message.sequence;
    this.#writer ??= this.#begin(message.receivedAtUs);
    const record = recordOf(message, number);
    this.#waiting.push(record);
    this.#waitingBytes += record.length;
    if (this.#waitingBytes >= writeBytes) this.#write();
  }

  /** Writes the rest, makes all of it durable, and gives the folder free. */
  close(): void {
    this.#write();
    this.#endSegment();
    this.#keepCheckpoint();
    this.#lock.release();
  }

  /** Removes what was written, and gives the folder free. */
  abort(): void {
    this.#writer?.abandon();
    for (const number of this.#written) {
      for (const name of [segmentName(number), indexName(number)]) {
        if (this.#files.list().includes(name)) this.#files.remove(name);
      }
    }
    this.#written.length = 0;
    this.#keepCheckpoint();
    this.#lock.release();
  }

  #numberOf({ namespace, topic, epoch }: ImportedMessage): number {
    const key = `${namespace}:${topic}`;
    const name = `${key} ${epoch}`;
    let number = this.#numbers.get(name);
    if (number === undefined) {
      number = this.#topics.length;
      this.#topics.push({ number, epoch, key });
      this.#lastSequences.push(0);
      this.#numbers.set(name, number);
    }
    return number;
  }

  #begin(timeUs: number): SegmentWriter {
    const number = this.#nextSegment++;
    this.#written.push(number);
    return new SegmentWriter(this.#files, number, Math.max(timeUs, this.lastUs), (topic) => this.#topics[topic]!);
  }

  #write(): void {
    if (this.#writer === null) return;
    const records = Buffer.concat(this.#waiting);
    this.#waiting = [];
    this.#waitingBytes = 0;
    this.#writer.write(records, 0, records.length);
    if (this.#writer.bytes >= this.#segmentBytes) this.#endSegment();
  }

  #endSegment(): void {
    this.#writer?.close();
    this.#writer = null;
  }

  /** Recovery has removed the checkpoint of a clean stop: it is written again, and covers the segments that are new. */
  #keepCheckpoint(): void {
    if (this.#checkpoint === undefined) return;
    const heads = this.#checkpoint.heads.map((head) => this.#passed(head));
    const lastSegment = Math.max(this.#checkpoint.lastSegment, ...this.#written);
    writeCheckpoint(this.#files, lastSegment, heads.length, encodeHeads(heads));
  }

  /** A topic whose own epoch was imported goes on behind the imported messages. */
  #passed(head: TopicHead): TopicHead {
    const number = this.#numbers.get(`${head.key} ${head.epoch}`);
    return number === undefined ? head : { ...head, sequence: Math.max(head.sequence, this.#lastSequences[number]!) };
  }
}

/** Recovery knows when the last block begins. Its messages are read, because an import between them would make times go back. */
function lastMessageUs(files: NodeFiles, lastBlockUs: number): number {
  const reader = new JournalReader(files);
  let lastUs = lastBlockUs;
  for (const { receivedAtUs } of reader.scan({
    fromUs: lastBlockUs,
    toUs: Number.MAX_SAFE_INTEGER,
    wants: () => true,
  })) {
    lastUs = Math.max(lastUs, receivedAtUs);
  }
  reader.close();
  return lastUs;
}

/** The record of a message, as the engine writes it. */
function recordOf(message: ImportedMessage, topicNumber: number): Buffer {
  const { formatCode: format, publishedAtMs: timestamp, sequence, receivedAtUs, ...parts } = message;
  const frames = encodeMessage(messageFrames({ type: MessageType.pub, format, timestamp, ...parts }));
  const record = Buffer.alloc(recordHeadBytes + frames.length);
  writeU32(record, RecordOffset.bytes, frames.length);
  writeU32(record, RecordOffset.topic, topicNumber);
  writeI64(record, RecordOffset.sequence, sequence);
  writeI64(record, RecordOffset.receivedUs, receivedAtUs);
  record.set(frames, recordHeadBytes);
  return record;
}
