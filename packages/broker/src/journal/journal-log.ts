import { segmentName } from './file-names.js';
import type { JournalFiles } from './file-port.js';
import type { GapEntry, TopicEntry } from './format.js';
import { type ClosedSegment, Retention, type RetentionSettings } from './retention.js';
import { SegmentWriter } from './segment-writer.js';
import { SyncQueue } from './sync-queue.js';

/** How a journal is written. */
export interface LogSettings extends RetentionSettings {
  /** A segment of this size is closed. */
  readonly segmentBytes: number;
  /** Full segments are synced and indexed beside the writing of the next one. The owner then lets the event loop turn. */
  readonly closesLater?: boolean;
}

/** Where a journal goes on: what recovery has found. */
export interface LogStart {
  readonly nextSegment: number;
  /** Time of the last block, Unix microseconds; 0 without one. */
  readonly lastUs: number;
  readonly closed: readonly ClosedSegment[];
}

/** What the log reports. */
export interface LogReport {
  /** Writing has failed. Messages are discarded until it goes again. */
  suspended(reason: string): void;
  resumed(gap: GapEntry): void;
  /** Something went wrong that costs no message, such as removing an old segment. */
  failed(text: string): void;
}

/** How long a suspended log waits before it tries again. */
const retryMs = 1_000;
/** A segment is also closed when it is as old as this part of the greatest age, so that retention by age acts in time. */
const ageParts = 8;

/**
 * Writes a journal: segment after segment, with retention. When the disk refuses a write it is suspended: it discards what it is given, tries
 * again every second, and begins a new segment with a gap when it can.
 */
export class JournalLog {
  readonly #files: JournalFiles;
  readonly #settings: LogSettings;
  readonly #report: LogReport;
  readonly #retention: Retention;
  readonly #topics = new Map<number, TopicEntry>();
  /** Null before the first message, so that a broker without traffic makes no files. */
  #segment: SegmentWriter | null = null;
  #nextSegment: number;
  #lastUs: number;
  readonly #syncs = new SyncQueue();
  #suspension: { reason: string; fromUs: number; count: number; nextTryMs: number } | null = null;
  storedCount = 0;
  discardedCount = 0;

  constructor(files: JournalFiles, settings: LogSettings, start: LogStart, report: LogReport) {
    this.#files = files;
    this.#settings = settings;
    this.#report = report;
    this.#nextSegment = start.nextSegment;
    this.#lastUs = start.lastUs;
    this.#retention = new Retention(files, settings, start.closed);
  }

  get isSuspended(): boolean {
    return this.#suspension !== null;
  }

  get bytes(): number {
    return this.#retention.bytes + (this.#segment?.bytes ?? 0);
  }

  get segmentCount(): number {
    return this.#retention.segmentCount + (this.#segment === null ? 0 : 1);
  }

  /** A topic that messages will name by its number. A number that is there already gets the new epoch. */
  addTopic(topic: TopicEntry): void {
    this.#topics.set(topic.number, topic);
  }

  /** Writes `count` records that lie in [start, end) of `buf`. False when they were discarded. */
  write(buf: Buffer, start: number, end: number, count: number): boolean {
    const isStored = this.#guarded(() => this.#segmentFor().write(buf, start, end));
    if (isStored) this.storedCount += count;
    else this.#discard(count);
    return isStored;
  }

  /** Makes durable what was written. False when it could not. */
  sync(): boolean {
    return this.#guarded(() => this.#segment?.sync());
  }

  /** Begins to make durable what was written so far. A sync that fails suspends the log. */
  syncLater(): void {
    this.#guarded(() => this.#segment?.syncLater(this.#syncs, this.#onSyncFailed));
  }

  /** Syncs that are under way or wait, those of segments that are being closed among them. */
  get syncCount(): number {
    return this.#syncs.length;
  }

  /** Resolves when one of them has ended. Call it only while there is one. */
  nextSyncEnd(): Promise<void> {
    return this.#syncs.nextEnd();
  }

  /** Call about once a second: retention by age, and the next try of a suspended log. */
  tick(nowMs: number): void {
    this.#tryAgain(nowMs);
    this.#guarded(() => {
      const segment = this.#segment;
      const isOld = segment !== null && segment.createdUs < (nowMs - this.#settings.maxAgeMs / ageParts) * 1_000;
      if (isOld && segment.recordCount > 0) this.#endSegment();
    });
    this.#removeOld(nowMs);
  }

  /** Writes the index of the last segment and closes it. Call it when no sync is under way. False when it failed; the next start recovers then. */
  close(): boolean {
    return this.#guarded(() => this.#closeSegment());
  }

  /** Runs what writes files. An error suspends the log; while it is suspended nothing runs. */
  #guarded(work: () => void): boolean {
    if (this.#suspension !== null) return false;
    try {
      work();
      return true;
    } catch (error) {
      this.#suspend(textOf(error));
      return false;
    }
  }

  #segmentFor(): SegmentWriter {
    if (this.#segment !== null && this.#segment.bytes >= this.#settings.segmentBytes) {
      this.#endSegment();
      this.#removeOld(Date.now());
    }
    this.#segment ??= this.#newSegment();
    return this.#segment;
  }

  /** An old segment that cannot be removed must not stop the writing. */
  #removeOld(nowMs: number): void {
    try {
      this.#retention.apply(this.#segment?.bytes ?? 0, nowMs * 1_000);
    } catch (error) {
      this.#report.failed(`an old segment could not be removed: ${textOf(error)}`);
    }
  }

  #newSegment(): SegmentWriter {
    const timeUs = Math.max(this.#lastUs, Date.now() * 1_000);
    return new SegmentWriter(this.#files, this.#nextSegment++, timeUs, (number) => this.#topicOf(number));
  }

  #topicOf(number: number): TopicEntry {
    const topic = this.#topics.get(number);
    if (topic === undefined) throw new Error(`topic ${number} was not named before its first message`);
    return topic;
  }

  /** The segment is full or old: another one follows. */
  #endSegment(): void {
    const segment = this.#segment;
    if (segment === null || this.#settings.closesLater !== true) return this.#closeSegment();
    segment.closeLater(this.#syncs, this.#onSyncFailed);
    this.#forgetSegment(segment);
  }

  #closeSegment(): void {
    const segment = this.#segment;
    if (segment === null) return;
    segment.close();
    this.#forgetSegment(segment);
  }

  /** It stays on disk, and counts for retention. */
  #forgetSegment({ number, bytes, timeUs }: SegmentWriter): void {
    this.#segment = null;
    this.#lastUs = timeUs;
    this.#retention.add({ number, bytes, lastUs: timeUs });
  }

  readonly #onSyncFailed = (error: unknown): void => {
    if (this.#suspension === null) this.#suspend(textOf(error));
  };

  #suspend(reason: string): void {
    const segment = this.#segment;
    if (segment !== null) {
      segment.abandon();
      this.#forgetSegment(segment);
    }
    this.#suspension = { reason, fromUs: Date.now() * 1_000, count: 0, nextTryMs: Date.now() + retryMs };
    this.#report.suspended(reason);
  }

  #discard(count: number): void {
    this.discardedCount += count;
    if (this.#suspension !== null) this.#suspension.count += count;
  }

  /** A try that failed leaves no file behind, or a full disk would collect one a second. */
  #dropLastFile(): void {
    const name = segmentName(this.#nextSegment - 1);
    try {
      if (this.#files.list().includes(name)) this.#files.remove(name);
      this.#nextSegment--;
    } catch (error) {
      this.#report.failed(`${name} is empty and could not be removed: ${textOf(error)}`);
    }
  }

  /** The first write after a suspension is the record of its gap, synced: only then the disk works. */
  #tryAgain(nowMs: number): void {
    const suspension = this.#suspension;
    if (suspension === null || nowMs < suspension.nextTryMs) return;
    suspension.nextTryMs = nowMs + retryMs;
    const gap = {
      from_us: suspension.fromUs,
      to_us: nowMs * 1_000,
      count: suspension.count,
      reason: suspension.reason,
    };
    let segment: SegmentWriter | null = null;
    try {
      segment = this.#newSegment();
      segment.writeGap(gap);
      segment.sync();
    } catch (error) {
      segment?.abandon();
      this.#dropLastFile();
      suspension.reason = textOf(error);
      return;
    }
    this.#segment = segment;
    this.#suspension = null;
    this.#report.resumed(gap);
  }
}

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
