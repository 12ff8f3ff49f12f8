import type { Latency } from '../load/job.js';
import type { Peer } from '../peers/peer.js';
import { delaysFor, steadily, tickReader, ticks } from './latency.js';
import { lostCount, pause, Stage } from './stage.js';
import type { Effort, Figures } from './workload.js';

const tickRate = 100_000;
const dashboardCount = 10;
const logInCount = 50;

/** Ticks alone, beside dashboards that poll and people who log in, and alone again: what the machine does by itself in between is no growth. */
export function besideDashboards(peer: Peer, { seconds, warmSeconds, scale }: Effort): Promise<Figures> {
  return Stage.run(peer, async (stage) => {
    const reader = await tickReader(stage);
    const publisher = await ticks(stage, steadily(tickRate * scale));
    const { address } = stage.running;
    const crowd = await stage.generator({ kind: 'dashboards', address, dashboardCount, logInCount });
    const delays = async (): Promise<Latency> => {
      await pause(warmSeconds * 1_000);
      return delaysFor(reader, seconds);
    };
    const first = await delays();
    await crowd.go();
    await pause(warmSeconds * 1_000);
    const before = await crowd.counts();
    const beside = await delaysFor(reader, seconds);
    const after = await crowd.counts();
    await crowd.rest();
    const last = await delays();
    for (const one of [crowd, publisher]) one.ask('stop');
    const perSecond = (name: string): number =>
      ((after.more[name]! - before.more[name]!) / (after.atNs - before.atNs)) * 1e9;
    const p50AloneUs = (first.p50Us + last.p50Us) / 2;
    const p99AloneUs = (first.p99Us + last.p99Us) / 2;
    return {
      p50_alone_us: p50AloneUs,
      p99_alone_us: p99AloneUs,
      p50_beside_us: beside.p50Us,
      p99_beside_us: beside.p99Us,
      p50_growth: beside.p50Us / p50AloneUs,
      p99_growth: beside.p99Us / p99AloneUs,
      polls_per_second: perSecond('pollCount'),
      log_ins_per_second: perSecond('logInCount'),
      failed_requests: after.more.failedCount!,
      dropped_messages: await lostCount(reader, [publisher]),
    };
  });
}
