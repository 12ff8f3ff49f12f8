import type { JournalFiles } from './file-port.js';
import { decodeTopics } from './format.js';
import { JournalLog, type LogReport } from './journal-log.js';
import type { Recovered } from './recovery.js';
import { Control } from './ring.js';
import { RingOutput } from './ring-output.js';
import type { JournalSettings, WriterData, WriterEvent } from './thread-messages.js';

/** Bytes that are taken from the ring for one write: they stay in the cache of the core until they are written. */
const writeBytes = 262_144;
/** Bytes of one round: a sync that is due does not wait until a busy ring is empty. */
const roundBytes = 4 * 1_048_576;
/**
 * Less than this in one round: the next round waits a little, so that messages come together. The engine wakes a thread that sleeps, and pays a
 * call of the system for it; under load the thread comes by itself.
 */
const fewBytes = 1_048_576;
const lingerMs = 2;
const tickMs = 1_000;
/** Syncs that may be under way while messages are written: two for each segment that is being closed, and one of the segment that is written. */
const syncsMaxCount = 5;

/** Gives the record of a large message by its number; undefined while it has not arrived, which cannot last. */
export type LargeRecords = (id: number) => Uint8Array | undefined;

/** The work of the writing thread: takes records from the ring, writes them, and syncs by the policy. It blocks nothing but its own thread. */
export class WriterLoop {
  readonly log: JournalLog;
  readonly #ring: RingOutput;
  readonly #settings: JournalSettings;
  readonly #large: LargeRecords;
  readonly #emit: (event: WriterEvent) => void;
  #isDirty = false;
  #isRoundStored = true;
  #syncedMs = 0;
  #tickedMs = 0;

  constructor(
    { settings, memory }: Pick<WriterData, 'settings' | 'memory'>,
    files: JournalFiles,
    { start }: Recovered,
    large: LargeRecords,
    emit: (event: WriterEvent) => void,
  ) {
    this.#settings = settings;
    this.#ring = new RingOutput(memory);
    this.#large = large;
    this.#emit = emit;
    this.log = new JournalLog(files, { ...settings, closesLater: !this.#isSyncAwaited }, start, this.#report());
  }

  /** Writes what is in the ring. Then syncs, if the policy says so, and sleeps when there was nothing. Returns soon. */
  round(): void {
    const { bell } = this.#ring;
    const bytes = this.drain(roundBytes);
    this.#settle(bytes);
    this.#tick();
    const isFew = bytes < fewBytes && !this.#isSyncAwaited;
    if (bytes === 0 && this.log.syncCount === 0) this.#ring.sleep(bell, this.#idleMs());
    else if (isFew) this.#ring.linger(lingerMs);
  }

  /** Writes what is in the ring, up to `maxBytes` and a little more; returns the bytes taken. */
  drain(maxBytes: number): number {
    let bytes = 0;
    while (bytes < maxBytes) {
      const taken = this.#ring.take(writeBytes);
      if (taken === null) break;
      if (taken.kind === 'messages') {
        const { records, end, count } = taken;
        bytes += end;
        this.#note(this.log.write(records, 0, end, count));
      } else bytes += this.#control(taken.control, taken.value, taken.body);
      this.#ring.release();
    }
    return bytes;
  }

  /**
   * Lets syncs that have ended report. Waits for one when the next is due already, so that what is not durable never grows past what was written in
   * one interval and in the sync before it; or when segments are closed more slowly than they are filled.
   */
  async settleSyncs(): Promise<void> {
    if (this.log.syncCount > 0) await new Promise((resolve) => setImmediate(resolve));
    while (this.log.syncCount > (this.#isSyncDue ? 0 : syncsMaxCount)) await this.log.nextSyncEnd();
  }

  /** Writes all that is left and closes the log. Resolves with false when that failed; the next start recovers then. */
  async close(): Promise<boolean> {
    this.drain(Number.POSITIVE_INFINITY);
    while (this.log.syncCount > 0) await this.log.nextSyncEnd();
    return this.log.close();
  }

  #control(kind: number, value: number, body: Buffer): number {
    if (kind === Control.topics) {
      const topics = decodeTopics(body, value);
      if (typeof topics === 'string') throw new Error(`topics in the ring: ${topics}`);
      for (const topic of topics) this.log.addTopic(topic);
      return 0;
    }
    const record = this.#large(value);
    if (record === undefined) throw new Error(`large message ${value} has not arrived`);
    const bytes = Buffer.from(record.buffer);
    this.#note(this.log.write(bytes, 0, bytes.length, 1));
    this.#ring.releaseLargeBytes(bytes.length);
    return bytes.length;
  }

  #note(isStored: boolean): void {
    this.#isDirty = true;
    if (!isStored) this.#isRoundStored = false;
  }

  #settle(bytes: number): void {
    if (this.#isSyncDue) this.#sync();
    if (this.#isSyncAwaited && bytes > 0) {
      this.#emit({ kind: 'settled', to: this.#ring.position, isStored: this.#isRoundStored });
      this.#isRoundStored = true;
    }
  }

  get #isSyncAwaited(): boolean {
    return this.#settings.fsync === 'always';
  }

  get #isSyncDue(): boolean {
    if (!this.#isDirty || this.#settings.fsync === 'none') return false;
    return this.#isSyncAwaited || Date.now() - this.#syncedMs >= this.#settings.syncIntervalMs;
  }

  /** Under `always` the messages of a round wait for it. Otherwise it runs beside the writing, one at a time. */
  #sync(): void {
    if (!this.#isSyncAwaited && this.log.syncCount > 0) return;
    this.#isDirty = false;
    this.#syncedMs = Date.now();
    if (!this.#isSyncAwaited) this.log.syncLater();
    else if (!this.log.sync()) this.#isRoundStored = false;
  }

  #tick(): void {
    const nowMs = Date.now();
    if (nowMs - this.#tickedMs < tickMs && nowMs >= this.#tickedMs) return;
    this.#tickedMs = nowMs;
    this.log.tick(nowMs);
    const { bytes, segmentCount, storedCount, discardedCount, isSuspended } = this.log;
    this.#emit({ kind: 'figures', figures: { bytes, segmentCount, storedCount, discardedCount, isSuspended } });
  }

  /** An interval that is under way must end with a sync, also when no message follows. */
  #idleMs(): number {
    return this.#isDirty && this.#settings.fsync === 'interval' ? this.#settings.syncIntervalMs : tickMs;
  }

  #report(): LogReport {
    return {
      suspended: (reason) => {
        this.#ring.setSuspended(true);
        this.#emit({ kind: 'suspended', reason });
      },
      resumed: (gap) => {
        this.#ring.setSuspended(false);
        this.#emit({ kind: 'resumed', gap });
      },
      failed: (text) => this.#emit({ kind: 'failed', text }),
    };
  }
}
