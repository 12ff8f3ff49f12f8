import { MarketStage } from '../market-stage.js';
import { type Scenario, sizeOf } from '../scenario.js';
import { snapshotRound } from '../snapshot-round.js';

const quick = { topicCount: 500, rate: 500, laneCount: 20 };
const full = { topicCount: 50_000, rate: 5_000, laneCount: 500 };
const payloadBytes = 100;
/** As many as a session may have. */
const lanesPerSession = 8;

export const snapshot500: Scenario = {
  name: 'snapshot-500',
  title: '500 lanes of 63 sessions ask for the same snapshot at one moment',
  run: (peer, effort) => {
    const { topicCount, rate, laneCount } = sizeOf(effort, quick, full);
    return MarketStage.run(peer, { topicCount, payloadBytes }, async (market) => {
      await market.fill();
      const asking = { laneCount, lanesPerSession, readBytesPerSecond: null, rate };
      const { markerMs, totals } = await snapshotRound(market, asking, []);
      const findings = [
        { figure: 'time to the last marker', value: markerMs / 1_000, unit: 's', atMost: 20 },
        { figure: 'images of all lanes', value: totals.imageCount, unit: 'images' },
        { figure: 'live deliveries of all lanes', value: totals.deliveredCount, unit: 'deliveries' },
      ];
      return { findings, faults: totals.faults };
    });
  },
};
