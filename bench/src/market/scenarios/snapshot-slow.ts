import { MarketStage } from '../market-stage.js';
import { type Scenario, sizeOf } from '../scenario.js';
import { snapshotRound } from '../snapshot-round.js';

const quick = { topicCount: 2_000, rate: 1_000, readBytesPerSecond: 500_000 };
const full = { topicCount: 50_000, rate: 5_000, readBytesPerSecond: 5_000_000 };
const payloadBytes = 100;

/** The reader takes less than the broker could send, so images and live messages wait for it. */
export const snapshotSlow: Scenario = {
  name: 'snapshot-slow',
  title: 'the same with a reader of 5 MB/s',
  run: (peer, effort) => {
    const { topicCount, rate, readBytesPerSecond } = sizeOf(effort, quick, full);
    return MarketStage.run(peer, { topicCount, payloadBytes }, async (market) => {
      await market.fill();
      const asking = { laneCount: 1, lanesPerSession: 1, readBytesPerSecond, rate };
      const { markerMs, totals } = await snapshotRound(market, asking, []);
      const findings = [{ figure: 'time to the marker', value: markerMs, unit: 'ms' }];
      return { findings, faults: totals.faults };
    });
  },
};
