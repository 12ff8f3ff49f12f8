import type { GeneratorProcess } from '../load/generator-process.js';
import type { Latency } from '../load/job.js';
import type { Peer } from '../peers/peer.js';
import { pulsemqPeer } from '../peers/pulsemq.js';
import { median } from '../report/median.js';
import { dropped, less, more } from '../workloads/figures.js';
import { delaysFor, steadily, tickReader, ticks } from '../workloads/latency.js';
import { lostCount, pause, Stage } from '../workloads/stage.js';
import { atMost } from '../workloads/targets.js';
import type { Effort, Figures, Workload } from '../workloads/workload.js';

const tickRate = 100_000;
const dashboardCount = 10;
const logInCount = 50;
/** Visits of the dashboards in one run. */
const visitCount = 3;

const p50 = less('p50_beside_us', 'us P50');
const p50Alone = less('p50_alone_us', 'us P50, ticks alone');
const p50Growth = less('p50_growth', 'P50 / P50 alone');
const p99 = less('p99_beside_us', 'us P99');
const p99Alone = less('p99_alone_us', 'us P99, ticks alone');
const p99Growth = less('p99_growth', 'P99 / P99 alone');
const polls = more('polls_per_second', 'polls/s');
const logIns = more('log_ins_per_second', 'log-ins/s');
const failed = less('failed_requests', 'requests failed');

/**
 * Ticks alone, beside dashboards that poll and users who log in, and alone again, three times. Each visit is compared with the
 * windows just before and after it, so that a slow drift of the machine does not count as growth. Three visits, because the first
 * one runs code that is not compiled yet.
 */
export const dashboards: Workload = {
  name: 'dashboards',
  title: '100,000 msg/s beside 10 dashboards and 50 log-ins',
  figures: [p50, p50Alone, p50Growth, p99, p99Alone, p99Growth, polls, logIns, failed, dropped],
  peers: [pulsemqPeer],
  targets: [atMost(p50Growth, 1.2), atMost(p99Growth, 3)],
  rounds: 5,
  run,
};

function run(peer: Peer, effort: Effort): Promise<Figures> {
  return Stage.run(peer, async (stage) => {
    const reader = await tickReader(stage);
    const publisher = await ticks(stage, steadily(tickRate * effort.scale));
    const { address } = stage.running;
    const crowd = await stage.generator({ kind: 'dashboards', address, dashboardCount, logInCount });
    const visits: Figures[] = [];
    let before = await alone(reader, effort);
    for (let index = 0; index < visitCount; index++) {
      const beside = await visit(crowd, reader, effort);
      const after = await alone(reader, effort);
      visits.push({ ...beside.figures, ...growthOf(beside.delays, before, after) });
      before = after;
    }
    for (const one of [crowd, publisher]) one.ask('stop');
    return { ...medians(visits), [dropped.name]: await lostCount(reader, [publisher]) };
  });
}

async function alone(reader: GeneratorProcess, { seconds, warmSeconds }: Effort): Promise<Latency> {
  await pause(warmSeconds * 1_000);
  return delaysFor(reader, seconds);
}

/** Delays beside the dashboards, and what the API answered them. Resolves after the last of their requests. */
async function visit(
  crowd: GeneratorProcess,
  reader: GeneratorProcess,
  { seconds, warmSeconds }: Effort,
): Promise<{ delays: Latency; figures: Figures }> {
  await crowd.go();
  await pause(warmSeconds * 1_000);
  const before = await crowd.counts();
  const delays = await delaysFor(reader, seconds);
  const after = await crowd.counts();
  await crowd.rest();
  const perSecond = (name: string): number =>
    ((after.more[name]! - before.more[name]!) / (after.atNs - before.atNs)) * 1e9;
  const figures = {
    [polls.name]: perSecond('pollCount'),
    [logIns.name]: perSecond('logInCount'),
    [failed.name]: after.more.failedCount!,
  };
  return { delays, figures };
}

function growthOf(beside: Latency, before: Latency, after: Latency): Figures {
  const p50AloneUs = (before.p50Us + after.p50Us) / 2;
  const p99AloneUs = (before.p99Us + after.p99Us) / 2;
  return {
    [p50Alone.name]: p50AloneUs,
    [p99Alone.name]: p99AloneUs,
    [p50.name]: beside.p50Us,
    [p99.name]: beside.p99Us,
    [p50Growth.name]: beside.p50Us / p50AloneUs,
    [p99Growth.name]: beside.p99Us / p99AloneUs,
  };
}

const medians = (all: readonly Figures[]): Figures =>
  Object.fromEntries(Object.keys(all[0]!).map((name) => [name, median(all.map((one) => one[name]!))]));
