import { setTimeout as pause } from 'node:timers/promises';
import { MarketSession, sub } from '../wire/market-session.js';
import { Faults } from './faults.js';
import { HeldCheck } from './held-check.js';
import { LaneReader } from './lane-reader.js';
import { newestSequences } from './published.js';
import type { PaceTotals, ReaderCalls, ReaderJob, StatusTotals, Totals, WantedStatus } from './reader-job.js';

const lookMs = 10;
/** Without progress for this time there will be none. A busy broker may pause for a second or two. */
const stuckMs = 10_000;
/** Lanes that connect at the same time. */
const atOnceCount = 20;

const nowNs = (): number => Number(process.hrtime.bigint());

/** All lanes of a reader process. */
export class Reader implements ReaderCalls {
  readonly #job: ReaderJob;
  readonly #sessions: MarketSession[] = [];
  readonly #lanes: LaneReader[] = [];
  readonly #faults = new Faults();
  #subscribedNs = 0;
  #readOnNs = 0;

  private constructor(job: ReaderJob) {
    this.#job = job;
  }

  /** Resolves when every lane is bound. Nothing is subscribed to. */
  static async open(job: ReaderJob): Promise<Reader> {
    const reader = new Reader(job);
    const { address, interests, lanesPerSession } = job;
    for (let at = 0; at < interests.length; at += lanesPerSession)
      reader.#sessions.push(await MarketSession.open(address));
    for (let at = 0; at < interests.length; at += atOnceCount) {
      const some = interests.slice(at, at + atOnceCount).map((_, index) => reader.#openLane(at + index));
      reader.#lanes.push(...(await Promise.all(some)));
    }
    return reader;
  }

  async subscribe(): Promise<void> {
    const { interests, lanesPerSession, options } = this.#job;
    this.#subscribedNs = nowNs();
    await Promise.all(
      this.#sessions.map((session, index) => {
        const first = index * lanesPerSession;
        const lanes = interests.slice(first, first + lanesPerSession);
        return session.requestAll(lanes.flatMap((patterns, lane) => patterns.map((one) => sub(one, lane, options))));
      }),
    );
  }

  async snapshotsEnded(): Promise<number> {
    const missingCount = (): number => this.#lanes.filter(({ snapshot }) => snapshot.endedNs === 0).length;
    const imageCount = (): number => this.#lanes.reduce((sum, { sequences }) => sum + sequences.imageCount, 0);
    await untilStuck(
      () => missingCount() === 0,
      () => imageCount() - missingCount(),
    );
    const missing = missingCount();
    if (missing > 0) {
      this.#faults.add('no SNAPSHOT_END', () => `at ${missing} of ${this.#lanes.length} lanes`);
      return Number.NaN;
    }
    return (Math.max(...this.#lanes.map(({ snapshot }) => snapshot.endedNs)) - this.#subscribedNs) / 1e6;
  }

  async stop(): Promise<void> {
    for (const { connection } of this.#lanes) connection.socket.pause();
  }

  async readOn(feeds: readonly number[]): Promise<void> {
    const { topicCount, startSequence } = this.#job;
    const newest = newestSequences(topicCount, startSequence, feeds);
    for (const lane of this.#lanes) lane.held = new HeldCheck(newest, this.#faults);
    this.#readOnNs = nowNs();
    for (const { connection } of this.#lanes) connection.socket.resume();
  }

  async settle(feeds: readonly number[]): Promise<Totals> {
    const { topicCount, options, startSequence } = this.#job;
    // Topics have their first value before a snapshot.
    const newest = newestSequences(topicCount, options.snapshot === true ? 1 : startSequence, feeds);
    const expectedSum = newest.reduce((sum, one) => sum + one, 0);
    const readNs = (): number => Math.max(...this.#lanes.map(({ connection }) => connection.lastReadNs));
    await untilStuck(() => this.#lanes.every(({ sequences }) => sequences.sequenceSum >= expectedSum), readNs);
    for (const { sequences, held } of this.#lanes) {
      sequences.checkNewest(newest);
      held?.checkCount();
    }
    return this.#totals();
  }

  async paced(): Promise<PaceTotals> {
    const greatestShare = Math.max(...this.#lanes.map((lane) => this.#paceShare(lane)));
    const delaysMs = Float64Array.from(this.#lanes.flatMap(({ pace }) => [...pace!.newestDelaysMs()])).sort();
    const newestP999Ms = delaysMs[Math.ceil(delaysMs.length * 0.999) - 1]!;
    return { greatestShare, newestP999Ms, faults: this.#faults.list() };
  }

  async statuses(wanted: WantedStatus): Promise<StatusTotals> {
    const missingCount = (): number =>
      this.#lanes.reduce((sum, { statuses }) => sum + statuses!.missingCount(wanted), 0);
    await untilStuck(() => missingCount() === 0, missingCount);
    const missing = missingCount();
    if (missing > 0)
      this.#faults.add(
        'missing status',
        () => `${missing} topics and readers are not ${wanted.state} (${wanted.reason})`,
      );
    const longestMs = Math.max(...this.#lanes.map(({ statuses }) => statuses!.longestMs(wanted, this.#faults)));
    return { longestMs, faults: this.#faults.list() };
  }

  #openLane(index: number): Promise<LaneReader> {
    const { address, lanesPerSession } = this.#job;
    const { ticket } = this.#sessions[Math.floor(index / lanesPerSession)]!;
    return LaneReader.open(address, ticket, index % lanesPerSession, this.#job, this.#faults);
  }

  /** The most updates of a topic, as a share of rate x t + 1. t starts before the SUB, so a late first read cannot shorten it. */
  #paceShare({ pace, connection }: LaneReader): number {
    const elapsedSeconds = (connection.lastReadNs - this.#subscribedNs) / 1e9;
    const allowedCount = Math.floor(this.#job.options.maxRate! * elapsedSeconds + 1);
    const mostCount = pace!.updateCounts.reduce((most, count) => Math.max(most, count), 0);
    if (mostCount > allowedCount)
      this.#faults.add('too many updates', () => `${mostCount} of one topic in ${elapsedSeconds.toFixed(2)} s`);
    return mostCount / allowedCount;
  }

  #totals(): Totals {
    const sum = (of: (lane: LaneReader) => number): number => this.#lanes.reduce((total, lane) => total + of(lane), 0);
    const lastReadNs = Math.max(...this.#lanes.map(({ connection }) => connection.lastReadNs));
    return {
      deliveredCount: sum(({ sequences }) => sequences.deliveredCount),
      updateCount: sum(({ sequences }) => sequences.updateCount),
      conflatedCount: sum(({ sequences }) => sequences.conflatedCount),
      imageCount: sum(({ sequences }) => sequences.imageCount),
      drainMs: this.#readOnNs === 0 ? 0 : (lastReadNs - this.#readOnNs) / 1e6,
      heldCount: sum(({ held }) => held?.heldCount ?? 0),
      heldBytes: sum(({ held }) => held?.heldBytes ?? 0),
      faults: this.#faults.list(),
    };
  }
}

/** Resolves when the condition holds, or when `progress` has had the same value for a time. */
async function untilStuck(isDone: () => boolean, progress: () => number): Promise<void> {
  let sinceMs = performance.now();
  for (let last = progress(); !isDone(); ) {
    await pause(lookMs);
    const now = progress();
    if (now !== last) sinceMs = performance.now();
    else if (performance.now() - sinceMs > stuckMs) return;
    last = now;
  }
}
