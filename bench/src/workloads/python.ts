import type { GeneratorProcess } from '../load/generator-process.js';
import type { PythonLibrary } from '../load/job.js';
import type { Peer } from '../peers/peer.js';
import type { WireName } from '../wire/wires.js';
import { lostCount, Stage } from './stage.js';
import { topicList } from './topics.js';
import type { Effort, Figures } from './workload.js';

const topics = topicList(100);
const payloadBytes = 100;
/** Faster than any of the libraries, so that each finds messages waiting until the last one. */
const burstRate = 400_000;
/** Part of the measured time in which the messages are published: the slowest library takes ten times as long to receive them. */
const burstShare = 0.2;
/** A rate of next to nothing: the schedule has no end. */
const afterwards = { rate: 1e-6, seconds: Number.POSITIVE_INFINITY };

const libraries: Partial<Record<WireName, PythonLibrary>> = { pulsemq: 'pulse_mq', nats: 'nats-py', libzmq1: 'pyzmq' };

const libraryOf = (peer: Peer): PythonLibrary => {
  const library = libraries[peer.wire];
  if (library === undefined) throw new Error(`no client library of Python is measured against ${peer.name}`);
  return library;
};

/** A raw socket publishes a burst; the client library receives it. The rate is that from the first to the last message. */
export function pythonReceive(peer: Peer, way: 'callback' | 'iterator', { seconds, scale }: Effort): Promise<Figures> {
  return Stage.run(peer, async (stage) => {
    const receiver = await stage.generator({
      kind: 'pythonReceive',
      library: libraryOf(peer),
      address: stage.running.address,
      pattern: '>',
      way,
    });
    const before = await receiver.counts();
    const publisher = await stage.timedPublisher({
      topics,
      payloadBytes,
      schedule: [{ rate: burstRate, seconds: Math.max(0.01, seconds * burstShare * scale) }, afterwards],
      isStamped: false,
    });
    const dropped = await lostCount(receiver, [publisher]);
    const after = await receiver.counts();
    const { firstNs = 0, lastNs = 0, timedCount = 0 } = after.more;
    return {
      messages_per_second: timedCount / ((lastNs - firstNs) / 1e9),
      library_cpu_seconds_per_million: (after.cpuUs - before.cpuUs) / after.count,
      dropped_messages: dropped,
    };
  });
}

/** The client library publishes a number of messages, as fast as they are acknowledged or flushed; a raw socket reads. */
export function pythonPublish(peer: Peer, { seconds, scale }: Effort): Promise<Figures> {
  return Stage.run(peer, async (stage) => {
    const reader = await stage.subscriber({
      interests: [['>']],
      topic: topics[0]!,
      payloadBytes,
      measuresLatency: false,
    });
    const count = Math.max(1_000, Math.round(100_000 * seconds * scale));
    const publisher = await stage.generator({
      kind: 'pythonPublish',
      library: libraryOf(peer),
      address: stage.running.address,
      topics,
      payloadBytes,
      count,
    });
    return measuredPublish(publisher, reader, count);
  });
}

async function measuredPublish(publisher: GeneratorProcess, reader: GeneratorProcess, count: number): Promise<Figures> {
  const before = await publisher.counts();
  const elapsedMs = await publisher.go();
  const after = await publisher.counts();
  return {
    messages_per_second: count / (elapsedMs / 1_000),
    library_cpu_seconds_per_million: (after.cpuUs - before.cpuUs) / count,
    dropped_messages: await lostCount(reader, [publisher]),
  };
}
