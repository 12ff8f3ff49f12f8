import type { Peer } from '../peers/peer.js';
import { steadily, tickReader, ticks } from './latency.js';
import { lostCount, pause, Stage } from './stage.js';
import type { Effort, Figures } from './workload.js';

const calmRate = 5_000;
const burstRate = 200_000;
const burstSeconds = 2;

/** The opening of a market: calm, a burst, calm again. */
export function openingBurst(peer: Peer, { warmSeconds, scale }: Effort): Promise<Figures> {
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
      drain_ms: Math.max(0, lateUntilNs - burstEndNs) / 1e6,
      max_ms: maxUs / 1_000,
      p50_us: p50Us,
      p99_us: p99Us,
      dropped_messages: lost,
    };
  });
}
