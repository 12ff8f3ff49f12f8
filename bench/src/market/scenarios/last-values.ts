import type { Peer } from '../../peers/peer.js';
import { median } from '../../report/median.js';
import { deliveryRate, dropped } from '../../workloads/figures.js';
import { throughput } from '../../workloads/throughput.js';
import { everything, topicList } from '../../workloads/topics.js';
import { newNamespace } from '../market-namespace.js';
import type { Fault } from '../reader/faults.js';
import { type Effort, type Finding, type Scenario, sizeOf } from '../scenario.js';

const quick = { roundCount: 1, seconds: 0.5, warmSeconds: 0.1, windowCount: 2_000, topicShare: 0.1 };
const full = { roundCount: 5, seconds: 3, warmSeconds: 1, windowCount: 20_000, topicShare: 1 };
const bounds = [
  { topicCount: 100, atLeast: 0.92 },
  { topicCount: 10_000, atLeast: 0.85 },
];

export const lastValues: Scenario = {
  name: 'last-values',
  title: 'throughput 1 to 1 with last values on, as a ratio of off',
  run: async (peer, effort) => {
    const findings: Finding[] = [];
    const faults: Fault[] = [];
    const { roundCount, topicShare } = sizeOf(effort, quick, full);
    for (const { topicCount: fullCount, atLeast } of bounds) {
      const topicCount = fullCount * topicShare;
      const ratios: number[] = [];
      for (let round = 0; round < roundCount; round++)
        ratios.push(await ratioOf(peer, effort, topicCount, round, faults));
      findings.push({ figure: `on / off, ${topicCount} topics`, value: median(ratios), unit: 'of off', atLeast });
    }
    return { findings, faults };
  },
};

/** One run with last values and one without. Every second round is reversed, so that neither always comes first. */
async function ratioOf(
  peer: Peer,
  effort: Effort,
  topicCount: number,
  round: number,
  faults: Fault[],
): Promise<number> {
  const order = round % 2 === 0 ? [true, false] : [false, true];
  const rates = new Map<boolean, number>();
  for (const keepsLastValues of order)
    rates.set(keepsLastValues, await rateOf(peer, effort, topicCount, keepsLastValues, faults));
  return rates.get(true)! / rates.get(false)!;
}

async function rateOf(
  peer: Peer,
  effort: Effort,
  topicCount: number,
  keepsLastValues: boolean,
  faults: Fault[],
): Promise<number> {
  const { seconds, warmSeconds, windowCount } = sizeOf(effort, quick, full);
  const topics = topicList(topicCount);
  const options = { payloadBytes: 100, topics, publisherCount: 1, interests: everything(1), windowCount };
  const run = { seconds: effort.seconds ?? seconds, warmSeconds, scale: 1 };
  const figures = await throughput(withNamespace(peer, keepsLastValues), options, run);
  const lost = figures[dropped.name]!;
  if (lost > 0)
    faults.push({ kind: 'dropped', count: lost, first: `with ${topicCount} topics, last values ${keepsLastValues}` });
  return figures[deliveryRate.name]!;
}

const withNamespace = (peer: Peer, keepsLastValues: boolean): Peer => ({
  ...peer,
  start: async () => {
    const running = await peer.start();
    await newNamespace(running.address, keepsLastValues);
    return running;
  },
});
