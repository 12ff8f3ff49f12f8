import { natsPeer } from '../peers/nats.js';
import type { Peer } from '../peers/peer.js';
import { pulsemqPeer } from '../peers/pulsemq.js';
import { dropped, less, more, p50, p99 } from '../workloads/figures.js';
import { delaysFor, steadily, tickReader, ticks, tickTopics } from '../workloads/latency.js';
import { lostCount, pause, Stage } from '../workloads/stage.js';
import type { Effort, Figures, Workload } from '../workloads/workload.js';

const tickRate = 50_000;
const churnRate = 5_000;

const p99Alone = less('p99_alone_us', 'us P99, ticks alone');
const answered = more('answered_per_second', 'requests answered/s');

/** Ticks alone, then while another connection subscribes and cancels without a pause. */
export const subscribeChurn: Workload = {
  name: 'subscribe-churn',
  title: '50,000 msg/s beside 5,000 SUB and UNSUB a second',
  figures: [p50, p99, p99Alone, answered, dropped],
  peers: [pulsemqPeer, natsPeer],
  targets: [],
  run,
};

function run(peer: Peer, { seconds, warmSeconds, scale }: Effort): Promise<Figures> {
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
    const answeredCount = after.more.answeredCount! - before.more.answeredCount!;
    return {
      [p50.name]: during.p50Us,
      [p99.name]: during.p99Us,
      [p99Alone.name]: alone.p99Us,
      [answered.name]: (answeredCount / (after.atNs - before.atNs)) * 1e9,
      [dropped.name]: await lostCount(reader, [publisher]),
    };
  });
}
