import type { Peer } from '../peers/peer.js';
import { delaysFor, steadily, tickReader, ticks, tickTopics } from './latency.js';
import { lostCount, pause, Stage } from './stage.js';
import type { Effort, Figures } from './workload.js';

const tickRate = 50_000;
const churnRate = 5_000;

/** Ticks alone, then while another connection subscribes and cancels all the time. */
export function subscribeChurn(peer: Peer, { seconds, warmSeconds, scale }: Effort): Promise<Figures> {
  return Stage.run(peer, async (stage) => {
    const { address } = stage.running;
    const reader = await tickReader(stage);
    const publisher = await ticks(stage, steadily(tickRate * scale));
    await pause(warmSeconds * 1_000);
    const alone = await delaysFor(reader, seconds);
    const churner = await stage.generator({
      kind: 'churn',
      wire: peer.wire,
      address,
      topics: tickTopics,
      rate: churnRate * scale,
    });
    await pause(warmSeconds * 1_000);
    const before = await churner.counts();
    const during = await delaysFor(reader, seconds);
    const after = await churner.counts();
    for (const one of [churner, publisher]) one.ask('stop');
    const answered = after.more.answeredCount! - before.more.answeredCount!;
    return {
      p50_us: during.p50Us,
      p99_us: during.p99Us,
      p99_alone_us: alone.p99Us,
      answered_per_second: (answered / (after.atNs - before.atNs)) * 1e9,
      dropped_messages: await lostCount(reader, [publisher]),
    };
  });
}
