import { median } from '../../report/median.js';
import { steadily } from '../../workloads/latency.js';
import { MarketStage } from '../market-stage.js';
import { type Effort, type Outcome, type Scenario, sizeOf } from '../scenario.js';
import { faultsOf, type SnapshotRound, snapshotRound } from '../snapshot-round.js';

const quick = { topicCount: 2_000, rate: 2_000, roundCount: 2 };
const full = { topicCount: 50_000, rate: 5_000, roundCount: 5 };
const payloadBytes = 100;

/** A topic beside those of the snapshot, whose subscriber must not wait. */
const bystander = 'bystander';
const bystanderRate = 100;

export const snapshot: Scenario = {
  name: 'snapshot',
  title: 'one lane asks for a snapshot of 50,000 topics while 5,000 msg/s are published over them',
  run: (peer, effort) => {
    const topics = { topicCount: sizeOf(effort, quick, full).topicCount, payloadBytes };
    return MarketStage.run(peer, topics, (market) => run(market, effort));
  },
};

async function run(market: MarketStage, effort: Effort): Promise<Outcome> {
  const { rate, roundCount } = sizeOf(effort, quick, full);
  await market.fill();
  const { stage } = market;
  const ticks = { payloadBytes, schedule: [steadily(bystanderRate)], isStamped: true };
  const reader = await stage.subscriber({
    interests: [[bystander]],
    topic: bystander,
    payloadBytes,
    measuresLatency: true,
  });
  await stage.timedPublisher({ topics: [bystander], ...ticks });
  const asking = { laneCount: 1, lanesPerSession: 1, readBytesPerSecond: null, rate };
  const feeds: number[] = [];
  const rounds: SnapshotRound[] = [];
  for (let round = 0; round < roundCount; round++) rounds.push(await snapshotRound(market, asking, feeds, reader));
  const bestWaitMs = Math.min(...rounds.map(({ waitMs }) => waitMs));
  return {
    findings: [
      {
        figure: 'time to the marker, median',
        value: median(rounds.map(({ markerMs }) => markerMs)),
        unit: 'ms',
        atMost: 1_000,
      },
      { figure: 'longest wait of a bystander, best round', value: bestWaitMs, unit: 'ms', atMost: 20 },
      { figure: 'images of a round', value: median(rounds.map(({ totals }) => totals.imageCount)), unit: 'images' },
    ],
    faults: faultsOf(rounds),
  };
}
