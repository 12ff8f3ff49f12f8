import type { Peer } from '../peers/peer.js';
import { pause, Stage } from './stage.js';
import { topicList } from './topics.js';
import type { Effort, Figures } from './workload.js';

const connectionCount = 9_500;
const atOnceCount = 100;
/** What the last handshakes leave behind is gone by then. */
const settleMs = 500;

/** Resident memory of connections that do nothing, after a collection in every thread of the broker. */
export function idleConnections(peer: Peer, { scale }: Effort): Promise<Figures> {
  return Stage.run(peer, async (stage) => {
    const { inside } = stage.running;
    if (inside === undefined) throw new Error(`${peer.name} cannot be asked for its memory after a collection`);
    // A session of this address, as in real life: the broker closes unbound connections of addresses without one.
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
    return { kibibytes_each: (after - before) / count / 1_024, connections: count };
  });
}
