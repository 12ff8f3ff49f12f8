import { natsPeer } from '../peers/nats.js';
import type { Peer } from '../peers/peer.js';
import { pulsemqPeer } from '../peers/pulsemq.js';
import { dropped, less } from '../workloads/figures.js';
import { delaysFor, steadily, tickReader, ticks } from '../workloads/latency.js';
import { lostCount, pause, Stage } from '../workloads/stage.js';
import { withinNats } from '../workloads/targets.js';
import { topicList } from '../workloads/topics.js';
import type { Effort, Figures, Workload } from '../workloads/workload.js';

const tickRate = 10_000;
const batchRate = 10;
const batchBytes = 10_000_000;

const p99 = less('p99_beside_us', 'us P99');
const p99Alone = less('p99_alone_us', 'us P99, ticks alone');
const p99Growth = less('p99_growth', 'P99 / P99 alone');
const max = less('max_beside_us', 'us max');

/** Ticks alone, then beside large batches that other connections publish and read. */
export const ticksBesideBatches: Workload = {
  name: 'ticks-beside-batches',
  title: '10,000 msg/s beside ten 10 MB batches a second',
  figures: [p99, p99Alone, p99Growth, max, dropped],
  peers: [pulsemqPeer, natsPeer],
  targets: [withinNats(p99, 1)],
  rounds: 5,
  run,
};

function run(peer: Peer, { seconds, warmSeconds, scale }: Effort): Promise<Figures> {
  return Stage.run(peer, async (stage) => {
    const reader = await tickReader(stage);
    const publisher = await ticks(stage, steadily(tickRate));
    const topics = topicList(4, 'batch');
    const payloadBytes = Math.round(batchBytes * scale);
    const batchJob = { topics, payloadBytes, schedule: [steadily(batchRate)], isStamped: false };
    const batchReader = await stage.subscriber({
      interests: [['*.batch']],
      topic: topics[0]!,
      payloadBytes,
      measuresLatency: false,
    });
    await pause(warmSeconds * 1_000);
    const alone = await delaysFor(reader, seconds);
    const batches = await stage.timedPublisher(batchJob);
    await pause(warmSeconds * 1_000);
    const beside = await delaysFor(reader, seconds);
    for (const one of [publisher, batches]) one.ask('stop');
    return {
      [p99Alone.name]: alone.p99Us,
      [p99.name]: beside.p99Us,
      p50_beside_us: beside.p50Us,
      [max.name]: beside.maxUs,
      [p99Growth.name]: beside.p99Us / alone.p99Us,
      [dropped.name]: (await lostCount(reader, [publisher])) + (await lostCount(batchReader, [batches])),
    };
  });
}
