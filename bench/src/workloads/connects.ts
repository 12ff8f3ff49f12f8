import type { Peer } from '../peers/peer.js';
import { delaysFor, steadily, tickReader, ticks } from './latency.js';
import { pause, Stage } from './stage.js';
import type { Effort, Figures } from './workload.js';

const tickRate = 10_000;
const connectionCount = 3_000;
/** Measured on, once the last connection is there. */
const afterMs = 300;

/** Ticks alone, then while thousands connect in one go: the longest any tick was held up. */
export function connectsAtOnce(peer: Peer, { seconds, warmSeconds, scale }: Effort): Promise<Figures> {
  return Stage.run(peer, async (stage) => {
    const { wire } = stage.peer;
    const { address } = stage.running;
    const reader = await tickReader(stage);
    const publisher = await ticks(stage, steadily(tickRate));
    const count = Math.round(connectionCount * scale);
    const crowd = await stage.generator({
      kind: 'connect',
      wire,
      address,
      connectionCount: count,
      atOnceCount: count,
    });
    await pause(warmSeconds * 1_000);
    const alone = await delaysFor(reader, seconds);
    reader.ask('reset');
    const connectingMs = await crowd.go();
    await pause(afterMs);
    const during = await reader.latency();
    publisher.ask('stop');
    return {
      stall_alone_ms: alone.maxUs / 1_000,
      stall_ms: during.maxUs / 1_000,
      p99_us: during.p99Us,
      connecting_ms: connectingMs,
      connections: (await crowd.counts()).count,
    };
  });
}
