import { natsPeer } from '../peers/nats.js';
import type { Peer } from '../peers/peer.js';
import { pulsemqPeer } from '../peers/pulsemq.js';
import { less, more } from '../workloads/figures.js';
import { delaysFor, steadily, tickReader, ticks } from '../workloads/latency.js';
import { pause, Stage } from '../workloads/stage.js';
import { atMost } from '../workloads/targets.js';
import type { Effort, Figures, Workload } from '../workloads/workload.js';

const tickRate = 10_000;
const connectionCount = 3_000;
/** Delays are still recorded for this time after the last handshake. */
const afterMs = 300;

const stall = less('stall_ms', 'ms longest stall');
const stallAlone = less('stall_alone_ms', 'ms longest stall, ticks alone');
const connecting = less('connecting_ms', 'ms until all are connected');
const connections = more('connections', 'connections');

/** Ticks alone, then while thousands connect at once. The stall is the longest delay of any tick. */
export const connectsAtOnce: Workload = {
  name: 'connects-at-once',
  title: '10,000 msg/s while 3,000 connect at once',
  figures: [stall, stallAlone, connecting, connections],
  peers: [pulsemqPeer, natsPeer],
  targets: [atMost(stall, 50)],
  run,
};

function run(peer: Peer, { seconds, warmSeconds, scale }: Effort): Promise<Figures> {
  return Stage.run(peer, async (stage) => {
    const { address } = stage.running;
    const reader = await tickReader(stage);
    const publisher = await ticks(stage, steadily(tickRate));
    const count = Math.round(connectionCount * scale);
    const crowd = await stage.generator({
      kind: 'connect',
      wire: peer.wire,
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
      [stallAlone.name]: alone.maxUs / 1_000,
      [stall.name]: during.maxUs / 1_000,
      p99_us: during.p99Us,
      [connecting.name]: connectingMs,
      [connections.name]: (await crowd.counts()).count,
    };
  });
}
