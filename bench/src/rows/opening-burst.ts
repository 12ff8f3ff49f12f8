import { natsPeer } from '../peers/nats.js';
import type { Peer } from '../peers/peer.js';
import { pulsemqPeer } from '../peers/pulsemq.js';
import { dropped, less, p50, p99 } from '../workloads/figures.js';
import { steadily, tickReader, ticks } from '../workloads/latency.js';
import { lostCount, pause, Stage } from '../workloads/stage.js';
import type { Effort, Figures, Workload } from '../workloads/workload.js';

const calmRate = 5_000;
const burstRate = 200_000;
const burstSeconds = 2;

const drain = less('drain_ms', 'ms to drain the backlog');
const max = less('max_ms', 'ms max');

/** The opening of a market: calm, a burst, calm again. */
export const openingBurst: Workload = {
  name: 'opening-burst',
  title: '5,000 -> 200,000 msg/s for 2 s',
  figures: [drain, max, p50, p99, dropped],
  peers: [pulsemqPeer, natsPeer],
  targets: [],
  run,
};

function run(peer: Peer, { warmSeconds, scale }: Effort): Promise<Figures> {
  return Stage.run(peer, async (stage) => {
    const lastsSeconds = burstSeconds * scale;
    const reader = await tickReader(stage);
    const publisher = await ticks(
      stage,
      { rate: calmRate, seconds: warmSeconds },
      { rate: burstRate, seconds: lastsSeconds },
      steadily(calmRate),
    );
    await pause((warmSeconds * 2 + lastsSeconds) * 1_000);
    publisher.ask('stop');
    const lost = await lostCount(reader, [publisher]);
    const { more } = await publisher.counts();
    const { p50Us, p99Us, maxUs, lateUntilNs } = await reader.latency();
    const burstEndNs = more.startedNs! + (warmSeconds + lastsSeconds) * 1e9;
    return {
      [drain.name]: Math.max(0, lateUntilNs - burstEndNs) / 1e6,
      [max.name]: maxUs / 1_000,
      [p50.name]: p50Us,
      [p99.name]: p99Us,
      [dropped.name]: lost,
    };
  });
}
