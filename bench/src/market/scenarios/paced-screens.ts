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

export const pacedScreens: Scenario = {
  name: 'paced-screens',
  title: '200 screens with maxRate 4 on the same 1,000 topics at 50,000 msg/s',
  run: async (peer, effort) => {
    const same = await screens(peer, effort, () => ['>']);
    // A pattern without topics makes each interest another one, so that no screens share a paced group.
    const different = await screens(peer, effort, (index) => ['>', `screen${index}.none`]);
    const cpu = 'broker CPU, 200 different interests';
    return {
      findings: [...same.findings, { figure: cpu, value: different.cpuShare, unit: 'cores' }],
      faults: [...same.faults, ...different.faults],
    };
  },
};

interface Screens extends Outcome {
  /** CPU seconds of the broker in a second. */
  readonly cpuShare: number;
}

function screens(peer: Peer, effort: Effort, patternsOf: (index: number) => string[]): Promise<Screens> {
  const { topicCount, rate, screenCount, seconds: ownSeconds } = sizeOf(effort, quick, full);
  return MarketStage.run(peer, { topicCount, payloadBytes }, async (market) => {
    await market.fill();
    const interests = Array.from({ length: screenCount }, (_, index) => patternsOf(index));
    const readers = await market.readers({ interests, options: { maxRate }, recordsPace: true });
    await readers.subscribe();
    const feed = await market.feed(rate);
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
