import type { Peer } from '../peers/peer.js';
import { lostCount, pause, Stage } from './stage.js';
import { topicList } from './topics.js';
import type { Effort, Figures } from './workload.js';

const topics = topicList(100);
const payloadBytes = 100;
const windowCount = 20_000;

/** Our client publishes flat out in one process; our clients receive by callback, each in a process of its own. */
export function encrypted(peer: Peer, receiverCount: number, { seconds, warmSeconds }: Effort): Promise<Figures> {
  return Stage.run(peer, async (stage) => {
    const { address } = stage.running;
    const library = '@pulsemq/client';
    const receivers = await Promise.all(
      Array.from({ length: receiverCount }, () =>
        stage.generator({ kind: 'sdkReceive', library, address, pattern: '>', way: 'callback' }),
      ),
    );
    const publisher = await stage.generator({
      kind: 'sdkPublish',
      library,
      address,
      topics,
      payloadBytes,
      windowCount,
    });
    await pause(warmSeconds * 1_000);
    const counts = () => Promise.all(receivers.map((receiver) => receiver.counts()));
    const before = await counts();
    await pause(seconds * 1_000);
    const after = await counts();
    publisher.ask('stop');
    const rates = after.map(({ count, atNs }, at) => (count - before[at]!.count) / ((atNs - before[at]!.atNs) / 1e9));
    return {
      deliveries_per_second: rates.reduce((sum, rate) => sum + rate),
      dropped_messages: await lostCount(receivers[0]!, [publisher]),
    };
  });
}
