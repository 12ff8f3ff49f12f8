import type { GeneratorProcess } from '../load/generator-process.js';
import type { Latency } from '../load/job.js';
import type { Peer } from '../peers/peer.js';
import { median } from '../report/median.js';
import { delaysFor, steadily, tickReader, ticks } from './latency.js';
import { lostCount, pause, Stage } from './stage.js';
import type { Effort, Figures } from './workload.js';

const tickRate = 100_000;
const dashboardCount = 10;
const logInCount = 50;

/** Times they come and go in one run. */
const visitCount = 3;

/**
 * Ticks alone, beside dashboards that poll and people who log in, and alone again, three times over: what the machine does by itself
 * in between is no growth, and what the API costs while its code is new is one visit of three.
 */
export function besideDashboards(peer: Peer, effort: Effort): Promise<Figures> {
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
    return { ...medians(visits), dropped_messages: await lostCount(reader, [publisher]) };
  });
}

async function alone(reader: GeneratorProcess, { seconds, warmSeconds }: Effort): Promise<Latency> {
  await pause(warmSeconds * 1_000);
  return delaysFor(reader, seconds);
}

/** Delays while everybody is there, and what they were given; they have gone when it resolves. */
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
    polls_per_second: perSecond('pollCount'),
    log_ins_per_second: perSecond('logInCount'),
    failed_requests: after.more.failedCount!,
  };
  return { delays, figures };
}

function growthOf(beside: Latency, before: Latency, after: Latency): Figures {
  const p50AloneUs = (before.p50Us + after.p50Us) / 2;
  const p99AloneUs = (before.p99Us + after.p99Us) / 2;
  return {
    p50_alone_us: p50AloneUs,
    p99_alone_us: p99AloneUs,
    p50_beside_us: beside.p50Us,
    p99_beside_us: beside.p99Us,
    p50_growth: beside.p50Us / p50AloneUs,
    p99_growth: beside.p99Us / p99AloneUs,
  };
}

const medians = (all: readonly Figures[]): Figures =>
  Object.fromEntries(Object.keys(all[0]!).map((name) => [name, median(all.map((one) => one[name]!))]));
