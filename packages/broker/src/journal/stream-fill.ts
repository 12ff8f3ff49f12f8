import { blockHeadBytes, blockMaxBytes } from './format.js';
import type { JournalReader, StreamQuery } from './journal-reader.js';
import type { JournalRecord } from './record.js';
import { blockAtOffset } from './segment-index.js';
import { recordIn, type SegmentReader } from './segment-reader.js';
import { places, readStream, type StreamPlace } from './segment-stream.js';

/** Blocks that are read side by side: 2 MiB of memory, and enough for a disk to be busy all the time. */
const blocksAtOnce = 32;

/** Gets a message. Its frames are valid during the call only. */
type Take = (record: JournalRecord) => void;

/** Where a message lies, with the number of its block. */
interface BlockPlace extends StreamPlace {
  readonly block: number;
}

/**
 * Reads the messages of one stream to fill a gap. A hundred messages of one topic among ten thousand lie in a hundred blocks; with cold caches a
 * disk needs a tenth of a millisecond for each, and much less when several are asked for side by side. It answers one question at a time and uses
 * its memory again.
 */
export class StreamFill {
  readonly #buffers: Buffer[] = [];

  /** Gives `take` the messages that `reader.read` would return, in the same order. The reader must not be refreshed before it ends. */
  async read(reader: JournalReader, query: StreamQuery, take: Take): Promise<void> {
    const answer = new Answer(query, take);
    for (const segment of reader.segments) {
      await this.#readSegment(segment, query, answer);
      if (answer.isFull) return;
    }
  }

  async #readSegment(segment: SegmentReader, { key, epoch, from, to }: StreamQuery, answer: Answer): Promise<void> {
    let next = from;
    const found = places(segment, epoch, key, from, to);
    for (let some = this.#next(segment, found, answer); some.length > 0; some = this.#next(segment, found, answer)) {
      const blocks = await this.#load(segment, some);
      for (const { block, stream, sequence } of some) {
        const records = blocks.get(block);
        const record = records === undefined ? undefined : recordIn(records, stream, sequence);
        // A damaged block, a large one, or an index that does not agree with the blocks: reading one after the other settles each of them.
        if (record === undefined) return answer.addAll(readStream(segment, epoch, key, next, to));
        next = sequence + 1;
        if (!answer.add(record)) return;
      }
    }
  }

  /** The next places of messages, as many as are wanted and lie in so many blocks. */
  #next(segment: SegmentReader, found: Iterator<StreamPlace>, { wantedCount }: Answer): BlockPlace[] {
    const some: BlockPlace[] = [];
    let blockCount = 0;
    while (some.length < wantedCount && blockCount < blocksAtOnce) {
      const { value: place } = found.next();
      if (place === undefined) break;
      const block = blockAtOffset(segment.index, place.at);
      if (block !== some.at(-1)?.block) blockCount++;
      some.push({ ...place, block });
    }
    return some;
  }

  /** The records of the blocks by their numbers; undefined for one that is to be read alone. */
  async #load(segment: SegmentReader, some: readonly BlockPlace[]): Promise<Map<number, Buffer | undefined>> {
    const numbers = [...new Set(some.map(({ block }) => block))];
    const loads = numbers.map((number, index) => segment.messagesLater(number, this.#buffer(index)));
    // All of them have ended before one that failed is reported: until then the system may write into the buffers.
    const results = await Promise.allSettled(loads);
    return new Map(results.map((result, index) => [numbers[index]!, valueOrThrow(result)]));
  }

  #buffer(index: number): Buffer {
    this.#buffers[index] ??= Buffer.allocUnsafeSlow(blockHeadBytes + blockMaxBytes);
    return this.#buffers[index];
  }
}

/** What a question has got so far, within its limits. */
class Answer {
  isFull = false;
  readonly #query: StreamQuery;
  readonly #take: Take;
  #count = 0;
  #bytes = 0;

  constructor(query: StreamQuery, take: Take) {
    this.#query = query;
    this.#take = take;
  }

  /** At most this many messages are wanted now. */
  get wantedCount(): number {
    return this.#query.maxCount - this.#count;
  }

  /** False when no more messages are wanted. */
  add(record: JournalRecord): boolean {
    this.#bytes += record.frames.length;
    if (this.#count > 0 && this.#bytes > this.#query.maxBytes) this.isFull = true;
    else {
      this.#take(record);
      this.#count++;
      this.isFull = this.wantedCount <= 0;
    }
    return !this.isFull;
  }

  addAll(records: Iterable<JournalRecord>): void {
    for (const record of records) if (!this.add(record)) return;
  }
}

function valueOrThrow<T>(result: PromiseSettledResult<T>): T {
  if (result.status === 'rejected') throw result.reason;
  return result.value;
}
