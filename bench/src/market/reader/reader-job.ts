import type { PeerAddress } from '../../wire/peer-wire.js';
import type { SubOptions } from '../wire/market-session.js';
import type { Fault } from './faults.js';

/** The lanes of a reader process, and what it checks. */
export interface ReaderJob {
  readonly address: PeerAddress;
  readonly topicCount: number;
  /** Sequence of every topic when the lanes subscribe; 0 with a snapshot, where the images say it. */
  readonly startSequence: number;
  readonly lanesPerSession: number;
  /** Patterns of each lane. */
  readonly interests: readonly (readonly string[])[];
  readonly options: SubOptions;
  /** Speed at which each lane is read; null: as fast as possible. */
  readonly readBytesPerSecond: number | null;
  /** Record what `paced` asks for. It takes 20 bytes for each lane and topic. */
  readonly recordsPace: boolean;
}

/** Requests to a reader process. Each is answered by one reply. */
export interface ReaderCalls {
  /** Sends the SUBs of all lanes at one moment. Resolves when all are accepted. */
  subscribe(): Promise<void>;
  /** Resolves when every lane has its SNAPSHOT_END, with the milliseconds from the SUBs to the last one; NaN where one does not come. */
  snapshotsEnded(): Promise<number>;
  stop(): Promise<void>;
  /** Reads again, after publishing has ended with these feeds. */
  readOn(feeds: readonly number[]): Promise<void>;
  /** Waits until every topic of every lane is at its newest sequence, or nothing arrives any more. */
  settle(feeds: readonly number[]): Promise<Totals>;
  /** After `settle`. */
  paced(): Promise<PaceTotals>;
  /** Resolves when every topic of every lane has the state, or none changes any more. */
  statuses(wanted: WantedStatus): Promise<StatusTotals>;
}

/** What all lanes of a reader received. */
export interface Totals {
  readonly deliveredCount: number;
  /** Updates that the deliveries stand for. */
  readonly updateCount: number;
  readonly conflatedCount: number;
  readonly imageCount: number;
  /** From `readOn` to the last delivery; 0 without `readOn`. */
  readonly drainMs: number;
  /** Deliveries after `readOn` that were older than the newest: they had been in the kernel. */
  readonly heldCount: number;
  readonly heldBytes: number;
  readonly faults: readonly Fault[];
}

/** How often topics were updated, and how late the newest value was. */
export interface PaceTotals {
  /** Most updates of one topic at one lane, as a share of the number that `maxRate` allows. */
  readonly greatestShare: number;
  /** From publish to arrival of the newest value of each topic at each lane. */
  readonly newestP999Ms: number;
  readonly faults: readonly Fault[];
}

export interface WantedStatus {
  readonly state: 'live' | 'stale';
  readonly reason: 'silent' | 'publisher_gone' | null;
  /** Where a delay begins: a time of the monotonic clock, or the last message of each topic, or its first message since it was stale. */
  readonly since: { readonly atNs: number } | 'lastMessage' | 'firstMessage';
  /** A topic that changes earlier is a fault; only with `lastMessage`. */
  readonly leastMs: number;
}

export interface StatusTotals {
  readonly longestMs: number;
  readonly faults: readonly Fault[];
}
