import type { GeneratorProcess } from '../load/generator-process.js';
import { pause } from '../workloads/stage.js';
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
  /** Longest delay of the bystander from the SUBs to shortly after the last SNAPSHOT_END; 0 without a bystander. */
  readonly waitMs: number;
  readonly totals: Totals;
}

/** Time after the last SNAPSHOT_END in which the bystander's delays still count: what the snapshot held up arrives then. */
const tailMs = 50;

/**
 * Lanes ask for a snapshot of everything while messages are published over it. Then publishing ends, and each lane must end at the
 * newest sequence of each topic. `feeds` are the messages of earlier rounds; that of this round is added. `bystander`
 * records delays of a topic beside the snapshot.
 */
export async function snapshotRound(
  market: MarketStage,
  asking: Asking,
  feeds: number[],
  bystander?: GeneratorProcess,
): Promise<SnapshotRound> {
  const { laneCount, lanesPerSession, readBytesPerSecond, rate } = asking;
  const interests: ReaderJob['interests'] = Array.from({ length: laneCount }, () => [everything]);
  const options = { snapshot: true };
  const readers = await market.readers({ startSequence: 0, interests, lanesPerSession, options, readBytesPerSecond });
  const feed = await market.feed(rate);
  bystander?.ask('reset');
  await readers.subscribe();
  const markerMs = await readers.snapshotsEnded();
  const waitMs = bystander === undefined ? 0 : await waitOf(bystander);
  feeds.push(await endFeed(feed));
  const totals = await readers.settle(feeds);
  feed.end();
  readers.end();
  return { markerMs, waitMs, totals };
}

async function waitOf(bystander: GeneratorProcess): Promise<number> {
  await pause(tailMs);
  const { maxUs, count } = await bystander.latency();
  if (count === 0) throw new Error('the bystander received nothing during a snapshot');
  return maxUs / 1_000;
}

/** The violations of several rounds. */
export const faultsOf = (rounds: readonly SnapshotRound[]): Fault[] => rounds.flatMap(({ totals }) => totals.faults);
