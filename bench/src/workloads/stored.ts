import type { Peer } from '../peers/peer.js';
import { more } from './figures.js';
import { pause, Stage } from './stage.js';
import { topicList } from './topics.js';
import type { Effort, Figures } from './workload.js';

export const storedRate = more('stored_per_second', 'acknowledged/s');

/** Unacknowledged publishes, at most. */
const windowCount = 20_000;

/** One publisher, flat out, at a broker that keeps every message and acknowledges it, without a reader. */
export function stored(peer: Peer, payloadBytes: number, { seconds, warmSeconds }: Effort): Promise<Figures> {
  return Stage.run(peer, async (stage) => {
    const publisher = await stage.publisher({ topics: topicList(100), payloadBytes, linkCount: 1, windowCount });
    await pause(warmSeconds * 1_000);
    const before = await publisher.counts();
    await pause(seconds * 1_000);
    const after = await publisher.counts();
    publisher.ask('stop');
    return {
      [storedRate.name]: (after.more.ackedCount! - before.more.ackedCount!) / ((after.atNs - before.atNs) / 1e9),
    };
  });
}
