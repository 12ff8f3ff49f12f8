import type { Peer } from '../peers/peer.js';
import { pulsemqPeer } from '../peers/pulsemq.js';
import { less, more } from '../workloads/figures.js';
import { pause, Stage } from '../workloads/stage.js';
import { atMost } from '../workloads/targets.js';
import { topicList } from '../workloads/topics.js';
import type { Effort, Figures, Workload } from '../workloads/workload.js';

const connectionCount = 9_500;
const atOnceCount = 100;
/** After the last handshake: the broker frees what the handshake needed. */
const settleMs = 500;

const kibibytesEach = less('kibibytes_each', 'KiB per connection');
const connections = more('connections', 'connections');

/** Resident memory of connections without traffic, after a garbage collection in every thread of the broker. */
export const idleConnections: Workload = {
  name: 'idle-connections',
  title: 'idle connections on the subscriber port',
  figures: [kibibytesEach, connections],
  peers: [pulsemqPeer],
  targets: [atMost(kibibytesEach, 12)],
  run,
};

function run(peer: Peer, { scale }: Effort): Promise<Figures> {
  return Stage.run(peer, async (stage) => {
    const { inside } = stage.running;
    if (inside === undefined) throw new Error(`${peer.name} cannot report its memory after a garbage collection`);
    // The broker closes unbound connections from an address that has no session, so this address needs one.
    const topic = topicList(1)[0]!;
    await stage.subscriber({ interests: [['>']], topic, payloadBytes: 100, measuresLatency: false });
    const crowd = await stage.generator({
      kind: 'connect',
      wire: peer.wire,
      address: stage.running.address,
      connectionCount: Math.round(connectionCount * scale),
      atOnceCount,
    });
    const before = await inside.collectedBytes();
    await crowd.go();
    await pause(settleMs);
    const after = await inside.collectedBytes();
    const { count } = await crowd.counts();
    return { [kibibytesEach.name]: (after - before) / count / 1_024, [connections.name]: count };
  });
}
