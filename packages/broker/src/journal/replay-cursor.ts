import { matchPattern } from '@pulsemq/protocol';
import { readI64, readU32, readU64 } from '@pulsemq/zmtp';
import { recordEnd } from './block-records.js';
import { RecordOffset } from './format.js';
import type { JournalReader } from './journal-reader.js';
import { PageBuilder } from './page-builder.js';
import { PageMemory, pageBytes } from './page-memory.js';
import { placeText } from './place.js';
import { namesOf } from './record.js';
import { type ReplayTopic, replayTopic } from './replay-delivery.js';
import type { PageRequest, ReplayPage, ReplayQuery } from './replay-query.js';
import { firstUs, replayStart } from './replay-start.js';
import { blockAtOffset, blockAtTime } from './segment-index.js';
import type { SegmentReader } from './segment-reader.js';
import { wantedBlocks } from './wanted-blocks.js';

/** Blocks that are read for one page: one that finds little gives way to other replays all the same. */
const pageBlockCount = 64;
/** What it costs to begin with a segment: its index is read. */
const entryBlockCount = 16;

/** Reads the messages of one replay, page by page, in the order in which the broker accepted them. */
export class ReplayCursor {
  readonly #reader: JournalReader;
  readonly #query: ReplayQuery;
  readonly #memory: PageMemory;
  /** Blocks that may be read for the present page. */
  #budget = 0;
  readonly #isWanted = new Map<string, boolean>();
  /** Topics of the present segment, by number; null for one that is not wanted. */
  #topics: (ReplayTopic | null | undefined)[] = [];
  #hasBegun = false;
  /** The segment it is in; 0 before the first. */
  #segment = 0;
  #seed = 0;
  /** Number of the next block in that segment. */
  #block = 0;
  /** Marks of blocks with wanted messages; those behind its end have to be read. Null where all have to be. */
  #marks: Uint8Array | null = null;
  /** Where it ends; null for one that follows, and before the beginning. */
  #limit: { readonly segment: number; readonly bytes: number } | null = null;
  #skipCount: number;

  /** `memory` may serve many cursors of one thread. */
  constructor(reader: JournalReader, query: ReplayQuery, memory: PageMemory = new PageMemory()) {
    this.#reader = reader;
    this.#query = query;
    this.#memory = memory;
    this.#skipCount = query.skipCount;
  }

  /** It is where messages are still added, or has not begun: refresh the reader before the next page. */
  get isAtNewest(): boolean {
    return !this.#hasBegun || this.#segment === this.#reader.segments.at(-1)?.number;
  }

  /** The next messages, of what the reader knows as of its last refresh. Throws when the place it was to begin at is not in this journal. */
  next({ wantsHeads }: Pick<PageRequest, 'wantsHeads'>): ReplayPage {
    const { pageSpanUs } = this.#query;
    const page = new PageBuilder(this.#memory, pageSpanUs !== null, wantsHeads);
    this.#budget = pageBlockCount;
    if (!this.#hasBegun) this.#begin(page);
    while (this.#budget > 0 && !page.isEnd) {
      this.#step(page);
      if (page.endBytes >= pageBytes || page.spanUs >= (pageSpanUs ?? Number.POSITIVE_INFINITY)) break;
    }
    return page.finish(this.#placeText());
  }

  #begin(page: PageBuilder): void {
    this.#hasBegun = true;
    const { segments } = this.#reader;
    const last = segments.at(-1);
    if (!this.#query.follows) this.#limit = { segment: last?.number ?? 0, bytes: last?.bytes ?? 0 };
    const start = replayStart(segments, this.#query, this.#wants);
    page.removedUntilUs = start.removedUntilUs;
    if (start.isPlaceGone) this.#skipCount = 0;
    if (start.segment !== null) this.#enter(start.segment, page, start.at);
  }

  /** Reads a block, or goes on to the next segment. */
  #step(page: PageBuilder): void {
    const { segments } = this.#reader;
    const at = segments.findIndex(({ number }) => number >= this.#segment);
    const segment = segments[at];
    if (segment === undefined) page.isEnd = true;
    else if (segment.number !== this.#segment) {
      // Retention has removed the one that it was in.
      if (this.#segment > 0) page.removedUntilUs = firstUs(segment);
      this.#enter(segment, page);
    } else if (this.#passUnwanted(segment)) this.#readBlock(segment, page);
    else if (this.#isPastLimit(segment) || segments[at + 1] === undefined) page.isEnd = true;
    else this.#enter(segments[at + 1]!, page);
  }

  /** Passes blocks without wanted messages. False at the end of the segment, or of the replay. */
  #passUnwanted(segment: SegmentReader): boolean {
    while (this.#marks?.[this.#block] === 0) this.#block++;
    return this.#block < segment.index.blockCount && !this.#isPastLimit(segment);
  }

  /** Goes to a segment, from an offset in it on. */
  #enter(segment: SegmentReader, page: PageBuilder, from = 0): void {
    this.#segment = segment.number;
    this.#seed = segment.seed ?? 0;
    this.#marks = null;
    this.#topics = [];
    this.#budget -= entryBlockCount;
    if (from === 0) this.#noteGap(segment, page);
    if (from === 0 && this.#isAfter(segment, 0)) {
      this.#block = segment.index.blockCount;
      return;
    }
    segment.checkIndex();
    const { index } = segment;
    this.#block = from > 0 ? blockAtOffset(index, from - 1) + 1 : blockAtTime(index, this.#query.fromUs);
    this.#marks = wantedBlocks(index, { ...this.#query, wants: this.#wants });
  }

  #noteGap(segment: SegmentReader, page: PageBuilder): void {
    const gap = segment.leadingGap();
    if (gap === null || gap.to_us < this.#query.fromUs || gap.from_us >= this.#query.toUs) return;
    page.gaps.push({ fromUs: gap.from_us, toUs: gap.to_us });
  }

  #readBlock(segment: SegmentReader, page: PageBuilder): void {
    if (this.#isAfter(segment, this.#block)) {
      this.#block = segment.index.blockCount;
      return;
    }
    this.#budget--;
    const records = segment.messagesInBlock(this.#block, this.#memory.block);
    if (records !== undefined) this.#addWanted(segment, records, page);
    this.#block++;
  }

  #addWanted(segment: SegmentReader, records: Buffer, page: PageBuilder): void {
    for (let at = 0, end = recordEnd(records, 0); end >= 0; at = end, end = recordEnd(records, at)) {
      const number = readU32(records, at + RecordOffset.topic);
      let topic = this.#topics[number];
      if (topic === undefined) topic = this.#topicOf(segment, number);
      if (topic === null || !this.#isInRange(records, at)) continue;
      if (this.#skipCount > 0) this.#skipCount--;
      else page.add(topic, { records, at, end });
    }
  }

  /** The topic with a number in this segment; null for one that is not wanted. */
  #topicOf(segment: SegmentReader, number: number): ReplayTopic | null {
    const stream = segment.streamOf(number);
    const topic = stream !== undefined && this.#wants(stream.key) ? replayTopic(stream.key, stream.epoch) : null;
    this.#topics[number] = topic;
    return topic;
  }

  /** The block and those behind it in the segment are later than the end of the replay. */
  #isAfter(segment: SegmentReader, block: number): boolean {
    const { toUs } = this.#query;
    const { index } = segment;
    if (block >= index.blockCount || index.block(block).timeUs < toUs) return false;
    // The time of a block may be later than that of its messages.
    for (const { receivedAtUs } of segment.recordsInBlock(block, everyTopic)) if (receivedAtUs < toUs) return false;
    return true;
  }

  #isInRange(records: Buffer, at: number): boolean {
    const { fromUs, toUs, fromSequence, toSequence } = this.#query;
    const receivedAtUs = readI64(records, at + RecordOffset.receivedUs);
    const sequence = readU64(records, at + RecordOffset.sequence);
    return receivedAtUs >= fromUs && receivedAtUs < toUs && sequence >= fromSequence && sequence <= toSequence;
  }

  #isPastLimit(segment: SegmentReader): boolean {
    const limit = this.#limit;
    if (limit === null || segment.number < limit.segment) return false;
    return segment.number > limit.segment || this.#offset(segment) >= limit.bytes;
  }

  /** Offset of the next block. */
  #offset(segment: SegmentReader): number {
    const { index } = segment;
    return this.#block < index.blockCount ? index.block(this.#block).at : segment.bytes;
  }

  #placeText(): string | null {
    const segment = this.#reader.segments.find(({ number }) => number === this.#segment);
    if (segment === undefined) return null;
    return placeText({ segment: this.#segment, seed: this.#seed, at: this.#offset(segment) });
  }

  readonly #wants = (key: string): boolean => {
    const known = this.#isWanted.get(key);
    if (known !== undefined) return known;
    const { namespace, topic } = namesOf(key);
    const isWanted = namespace === this.#query.namespace && matchPattern(this.#query.pattern, topic);
    this.#isWanted.set(key, isWanted);
    return isWanted;
  };
}

const everyTopic = (): boolean => true;
