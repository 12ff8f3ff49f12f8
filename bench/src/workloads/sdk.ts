import type { GeneratorProcess } from '../load/generator-process.js';
import type { ClientLibrary } from '../load/job.js';
import type { Peer } from '../peers/peer.js';
import { lostCount, pause, Stage } from './stage.js';
import { topicList } from './topics.js';
import type { Effort, Figures } from './workload.js';

const topics = topicList(100);
const payloadBytes = 100;
const windowCount = 20_000;

const libraryOf = (peer: Peer): ClientLibrary =>
  peer.wire === 'pulsemq' ? '@pulsemq/client' : '@nats-io/transport-node';

const sdkPublisher = (stage: Stage): Promise<GeneratorProcess> =>
  stage.generator({
    kind: 'sdkPublish',
    library: libraryOf(stage.peer),
    address: stage.running.address,
    topics,
    payloadBytes,
    windowCount,
  });

const sdkReceiver = (stage: Stage, way: 'callback' | 'iterator'): Promise<GeneratorProcess> =>
  stage.generator({
    kind: 'sdkReceive',
    library: libraryOf(stage.peer),
    address: stage.running.address,
    pattern: '>',
    way,
  });

/** Publishes with the client library; a raw socket reads. */
export function sdkPublish(peer: Peer, effort: Effort): Promise<Figures> {
  return Stage.run(peer, async (stage) => {
    const reader = await stage.subscriber({
      interests: [['>']],
      topic: topics[0]!,
      payloadBytes,
      measuresLatency: false,
    });
    const publisher = await sdkPublisher(stage);
    return measured(publisher, publisher, reader, effort);
  });
}

/** A raw socket publishes flat out; the client library receives. */
export function sdkReceive(peer: Peer, way: 'callback' | 'iterator', effort: Effort): Promise<Figures> {
  return Stage.run(peer, async (stage) => {
    const receiver = await sdkReceiver(stage, way);
    const publisher = await stage.publisher({ topics, payloadBytes, linkCount: 1, windowCount });
    return measured(receiver, publisher, receiver, effort);
  });
}

/** The client library publishes and receives. */
export function sdkEndToEnd(peer: Peer, effort: Effort): Promise<Figures> {
  return Stage.run(peer, async (stage) => {
    const receiver = await sdkReceiver(stage, 'iterator');
    const publisher = await sdkPublisher(stage);
    return measured(receiver, publisher, receiver, effort);
  });
}

async function measured(
  counted: GeneratorProcess,
  publisher: GeneratorProcess,
  receiver: GeneratorProcess,
  { seconds, warmSeconds }: Effort,
): Promise<Figures> {
  await pause(warmSeconds * 1_000);
  const before = await counted.counts();
  await pause(seconds * 1_000);
  const after = await counted.counts();
  publisher.ask('stop');
  const elapsedSeconds = (after.atNs - before.atNs) / 1e9;
  return {
    messages_per_second: (after.count - before.count) / elapsedSeconds,
    library_cpu_share: (after.cpuUs - before.cpuUs) / 1e6 / elapsedSeconds,
    dropped_messages: await lostCount(receiver, [publisher]),
  };
}
