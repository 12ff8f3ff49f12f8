import type { Peer } from '../peers/peer.js';
import { delaysFor, steadily, tickReader, ticks } from './latency.js';
import { lostCount, pause, Stage } from './stage.js';
import type { Effort, Figures } from './workload.js';

const tickRate = 100_000;
const dashboardCount = 10;
const logInCount = 50;

/** Ticks alone, then beside dashboards that poll and people who log in. */
export function besideDashboards(peer: Peer, { seconds, warmSeconds, scale }: Effort): Promise<Figures> {
  return Stage.run(peer, async (stage) => {
    const reader = await tickReader(stage);
    const publisher = await ticks(stage, steadily(tickRate * scale));
    const { address } = stage.running;
    const crowd = await stage.generator({ kind: 'dashboards', address, dashboardCount, logInCount });
    await pause(warmSeconds * 1_000);
    const alone = await delaysFor(reader, seconds);
    await crowd.go();
    await pause(warmSeconds * 1_000);
    const before = await crowd.counts();
    const beside = await delaysFor(reader, seconds);
    const after = await crowd.counts();
    for (const one of [crowd, publisher]) one.ask('stop');
    const perSecond = (name: string): number =>
      ((after.more[name]! - before.more[name]!) / (after.atNs - before.atNs)) * 1e9;
    return {
      p50_alone_us: alone.p50Us,
      p99_alone_us: alone.p99Us,
      p50_beside_us: beside.p50Us,
      p99_beside_us: beside.p99Us,
      p50_growth: beside.p50Us / alone.p50Us,
      p99_growth: beside.p99Us / alone.p99Us,
      polls_per_second: perSecond('pollCount'),
      log_ins_per_second: perSecond('logInCount'),
      failed_requests: after.more.failedCount!,
      dropped_messages: await lostCount(reader, [publisher]),
    };
  });
}
