import type { Peer } from '../../peers/peer.js';
import { pause } from '../../workloads/stage.js';
import { endFeed, MarketStage } from '../market-stage.js';
import type { PaceTotals, Totals } from '../reader/reader-job.js';
import { type Effort, type Finding, type Outcome, type Scenario, sizeOf } from '../scenario.js';

const quick = { topicCount: 50, rate: 2_000, screenCount: 10, seconds: 1 };
const full = { topicCount: 1_000, rate: 50_000, screenCount: 200, seconds: 10 };
const payloadBytes = 100;
const maxRate = 4;
const warmMs = 1_000;
/** A feed gathers what it gets in a millisecond. */
const feedGapMs = 1;

export const pacedScreens: Scenario = {
  name: 'paced-screens',
  title: '200 screens with maxRate 4 on the same 1,000 topics at 50,000 msg/s',
  run: async (peer, effort) => {
    const { screenCount } = sizeOf(effort, quick, full);
    const same = await screens(peer, effort, { screenCount, feedGapMs, patternsOf: () => ['>'] });
    // A pattern without topics makes each interest another one, so that no screens share a paced group.
    const patternsOf = (index: number): string[] => ['>', `screen${index}.none`];
    const different = await screens(peer, effort, { screenCount, feedGapMs, patternsOf });
    // Some 20,000 reads and replies a second, each of which wakes the broker, cost more than all screens: with one screen it shows.
    const many = await screens(peer, effort, { screenCount, feedGapMs: 0, patternsOf: () => ['>'] });
    const one = await screens(peer, effort, { screenCount: 1, feedGapMs: 0, patternsOf: () => ['>'] });
    return {
      findings: [
        ...same.findings,
        cpuFinding(`broker CPU, ${screenCount} different interests`, different),
        cpuFinding('broker CPU, a write for each message', many),
        cpuFinding('the same with 1 screen', one),
      ],
      faults: [same, different, many, one].flatMap(({ faults }) => faults),
    };
  },
};

interface Screens extends Outcome {
  /** CPU seconds of the broker in a second. */
  readonly cpuShare: number;
}

interface ScreenOptions {
  readonly screenCount: number;
  /** Least time between two writes of the feed; 0: none. */
  readonly feedGapMs: number;
  readonly patternsOf: (index: number) => string[];
}

const cpuFinding = (figure: string, { cpuShare }: Screens): Finding => ({ figure, value: cpuShare, unit: 'cores' });

function screens(peer: Peer, effort: Effort, { screenCount, feedGapMs, patternsOf }: ScreenOptions): Promise<Screens> {
  const { topicCount, rate, seconds: ownSeconds } = sizeOf(effort, quick, full);
  return MarketStage.run(peer, { topicCount, payloadBytes }, async (market) => {
    await market.fill();
    const interests = Array.from({ length: screenCount }, (_, index) => patternsOf(index));
    const readers = await market.readers({ interests, options: { maxRate }, recordsPace: true });
    await readers.subscribe();
    const feed = await market.feed(rate, feedGapMs);
    await pause(effort.isQuick ? 0 : warmMs);
    const cpuShare = await cpuShareFor(market, effort.seconds ?? ownSeconds);
    const totals = await readers.settle([await endFeed(feed)]);
    const paced = await readers.paced();
    return { cpuShare, findings: findingsOf(cpuShare, totals, paced), faults: paced.faults };
  });
}

async function cpuShareFor({ stage }: MarketStage, seconds: number): Promise<number> {
  const [beforeCpuSeconds, beforeMs] = [stage.cpuSeconds(), performance.now()];
  await pause(seconds * 1_000);
  return (stage.cpuSeconds() - beforeCpuSeconds) / ((performance.now() - beforeMs) / 1_000);
}

const findingsOf = (cpuShare: number, totals: Totals, paced: PaceTotals): Finding[] => [
  { figure: 'broker CPU', value: cpuShare, unit: 'cores', atMost: 0.3 },
  { figure: 'newest value, P99.9', value: paced.newestP999Ms, unit: 'ms', atMost: 300 },
  { figure: 'most updates of a topic, of 4t + 1', value: paced.greatestShare, unit: 'of 1', atMost: 1 },
  { figure: 'updates of one delivery', value: totals.updateCount / totals.deliveredCount, unit: 'updates' },
];
