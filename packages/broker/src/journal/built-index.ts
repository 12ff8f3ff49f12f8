import type { TopicEntry } from './format.js';
import { OffsetList, OffsetStore } from './offset-store.js';
import type { BlockPlace, SegmentIndex, SequenceRun, StreamRuns } from './segment-index.js';

/** The index of a segment that grows with it. */
export class BuiltIndex implements SegmentIndex {
  recordCount = 0;
  /** By the number of the topic: numbers of a run are dense, and an array is faster than a map where every message passes. */
  readonly #byNumber: (BuiltStream | undefined)[] = [];
  readonly #byKey = new Map<string, BuiltStream[]>();
  readonly #blocks: BlockPlace[] = [];
  readonly #offsets = new OffsetStore();

  /** A topic of the segment. */
  addTopic({ number, epoch, key }: TopicEntry): void {
    if (this.#byNumber[number] !== undefined) return;
    const stream = new BuiltStream(key, epoch, number, this.#offsets);
    this.#byNumber[number] = stream;
    const streams = this.#byKey.get(key);
    if (streams === undefined) this.#byKey.set(key, [stream]);
    else streams.push(stream);
  }

  addBlock(at: number, timeUs: number): void {
    this.#blocks.push({ at, timeUs });
  }

  /** A message, in the order of the segment. False when its topic is unknown: the block that named it is damaged. */
  addRecord(topicNumber: number, sequence: number, at: number): boolean {
    const stream = this.#byNumber[topicNumber];
    if (stream === undefined) return false;
    stream.add(sequence, at);
    this.recordCount++;
    return true;
  }

  /** The topic with a number, if one of its blocks has named it. */
  topic(number: number): StreamRuns | undefined {
    return this.#byNumber[number];
  }

  get blockCount(): number {
    return this.#blocks.length;
  }

  block(index: number): BlockPlace {
    return this.#blocks[index]!;
  }

  streamsOf(key: string): readonly StreamRuns[] {
    return (this.#byKey.get(key) ?? []).filter(({ runs }) => runs.length > 0);
  }

  *streams(): Generator<StreamRuns> {
    for (const streams of this.#byKey.values()) for (const stream of streams) if (stream.runs.length > 0) yield stream;
  }
}

class BuiltStream implements StreamRuns {
  readonly key: string;
  readonly epoch: number;
  readonly topicNumber: number;
  readonly runs: BuiltRun[] = [];
  readonly #offsets: OffsetStore;
  #last: BuiltRun | null = null;

  constructor(key: string, epoch: number, topicNumber: number, offsets: OffsetStore) {
    this.key = key;
    this.epoch = epoch;
    this.topicNumber = topicNumber;
    this.#offsets = offsets;
  }

  add(sequence: number, at: number): void {
    let run = this.#last;
    if (run === null || sequence !== run.first + run.count) {
      run = new BuiltRun(sequence, this.#offsets);
      this.#last = run;
      this.runs.push(run);
    }
    run.add(at);
  }
}

class BuiltRun extends OffsetList implements SequenceRun {
  readonly first: number;

  constructor(first: number, offsets: OffsetStore) {
    super(offsets);
    this.first = first;
  }

  offsets(start: number, count: number): ArrayLike<number> {
    return this.slice(start, count);
  }
}
