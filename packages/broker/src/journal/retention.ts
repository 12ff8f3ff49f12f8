import { indexName, segmentName } from './file-names.js';
import type { JournalFiles } from './file-port.js';
import { newestMessageUs } from './newest-message.js';

/** A segment that is closed. */
export interface ClosedSegment {
  readonly number: number;
  readonly bytes: number;
  /** Time of its last block, Unix microseconds; 0 without one. Its newest message may be younger: an imported block may span days. */
  readonly lastUs: number;
}

/** How much history is kept. */
export interface RetentionSettings {
  /** Bytes of all segments together. */
  readonly maxBytes: number;
  /** Age of the newest message of a segment that is removed. */
  readonly maxAgeMs: number;
}

/** Closed segments, oldest first. Removes those past the limits; the segment that is written now is never removed. */
export class Retention {
  readonly #files: JournalFiles;
  readonly #settings: RetentionSettings;
  #closed: ClosedSegment[];
  /** The segment whose newest message was read last. */
  #newest: ClosedSegment | null = null;

  constructor(files: JournalFiles, settings: RetentionSettings, closed: readonly ClosedSegment[]) {
    this.#files = files;
    this.#settings = settings;
    this.#closed = [...closed];
  }

  get segmentCount(): number {
    return this.#closed.length;
  }

  get bytes(): number {
    return this.#closed.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  add(segment: ClosedSegment): void {
    this.#closed.push(segment);
  }

  /** `openBytes` are those of the segment that is written now. */
  apply(openBytes: number, nowUs: number): void {
    const oldestUs = nowUs - this.#settings.maxAgeMs * 1_000;
    let bytes = this.bytes + openBytes;
    for (;;) {
      const oldest = this.#closed[0];
      if (oldest === undefined || (bytes <= this.#settings.maxBytes && !this.#isOlder(oldest, oldestUs))) return;
      this.#remove(oldest.number);
      this.#closed.shift();
      bytes -= oldest.bytes;
    }
  }

  /** Reads when its newest message was received only where the time of its last block does not say enough, and once. */
  #isOlder(segment: ClosedSegment, timeUs: number): boolean {
    if (segment.lastUs >= timeUs) return false;
    const known = this.#newest?.number === segment.number ? this.#newest : { ...segment, lastUs: this.#read(segment) };
    this.#newest = known;
    return known.lastUs < timeUs;
  }

  /** A segment that cannot be read must not stay for good. */
  #read({ number, lastUs }: ClosedSegment): number {
    try {
      return newestMessageUs(this.#files, number);
    } catch {
      return lastUs;
    }
  }

  /** The blocks go first: an index without its segment means nothing, and the next start removes it. */
  #remove(number: number): void {
    this.#files.remove(segmentName(number));
    if (this.#files.list().includes(indexName(number))) this.#files.remove(indexName(number));
  }
}
