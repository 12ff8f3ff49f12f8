import type { Peer } from '../peers/peer.js';
import { delaysFor, steadily, tickReader, ticks } from './latency.js';
import { lostCount, pause, Stage } from './stage.js';
import { topicList } from './topics.js';
import type { Effort, Figures } from './workload.js';

const tickRate = 10_000;
const batchRate = 10;
const batchBytes = 10_000_000;

/** Ticks alone, then beside large batches that other connections publish and read. */
export function besideBatches(peer: Peer, { seconds, warmSeconds, scale }: Effort): Promise<Figures> {
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
      p99_alone_us: alone.p99Us,
      p99_beside_us: beside.p99Us,
      p50_beside_us: beside.p50Us,
      max_beside_us: beside.maxUs,
      p99_growth: beside.p99Us / alone.p99Us,
      dropped_messages: (await lostCount(reader, [publisher])) + (await lostCount(batchReader, [batches])),
    };
  });
}
