import { endFeed, type MarketStage } from './market-stage.js';
import type { Fault } from './reader/faults.js';
import type { ReaderJob, Totals } from './reader/reader-job.js';

/** Everything that matches, as the issue of a snapshot asks for it. */
const everything = '>';

/** How many lanes ask, and how. */
export interface Asking {
  readonly laneCount: number;
  readonly lanesPerSession: number;
  readonly readBytesPerSecond: number | null;
  /** Messages a second that are published over the snapshot. */
  readonly rate: number;
}

export interface SnapshotRound {
  /** From the SUBs to the last SNAPSHOT_END. */
  readonly markerMs: number;
  readonly totals: Totals;
}

/**
 * Lanes ask for a snapshot of everything while messages are published over it. Then publishing ends, and each lane must end at the
 * newest sequence of each topic. `feeds` are the messages of earlier rounds; that of this round is added.
 */
export async function snapshotRound(market: MarketStage, asking: Asking, feeds: number[]): Promise<SnapshotRound> {
  const { laneCount, lanesPerSession, readBytesPerSecond, rate } = asking;
  const interests: ReaderJob['interests'] = Array.from({ length: laneCount }, () => [everything]);
  const options = { snapshot: true };
  const readers = await market.readers({ startSequence: 0, interests, lanesPerSession, options, readBytesPerSecond });
  const feed = await market.feed(rate);
  await readers.subscribe();
  const markerMs = await readers.snapshotsEnded();
  feeds.push(await endFeed(feed));
  const totals = await readers.settle(feeds);
  feed.end();
  readers.end();
  return { markerMs, totals };
}

/** The violations of several rounds. */
export const faultsOf = (rounds: readonly SnapshotRound[]): Fault[] => rounds.flatMap(({ totals }) => totals.faults);
