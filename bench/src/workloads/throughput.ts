import { readFileSync } from 'node:fs';
import { GeneratorProcess } from '../load/generator-process.js';
import type { Peer } from '../peers/peer.js';
import type { Figures } from './workload.js';

/** What goes through a broker flat out. */
export interface ThroughputOptions {
  readonly payloadBytes: number;
  readonly topics: readonly string[];
  readonly publisherCount: number;
  /** One connection for each list of topics. */
  readonly interests: readonly (readonly string[])[];
  readonly windowCount: number;
}

const settleMs = 1_000;
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Runs flat out, and counts what arrives in the middle of the run; then lets everything arrive and counts what did not. */
export async function throughput(peer: Peer, options: ThroughputOptions, seconds: number): Promise<Figures> {
  const running = await peer.start();
  const common = { wire: peer.wire, address: running.address, payloadBytes: options.payloadBytes };
  const generators: GeneratorProcess[] = [];
  try {
    const topic = options.topics[0]!;
    const subscriber = await GeneratorProcess.start({
      kind: 'subscribe',
      ...common,
      interests: options.interests,
      topic,
      measuresLatency: false,
    });
    generators.push(subscriber);
    const publisher = await GeneratorProcess.start({
      kind: 'publish',
      ...common,
      topics: options.topics,
      rate: 0,
      linkCount: options.publisherCount,
      windowCount: options.windowCount,
      messageCount: 0,
    });
    generators.push(publisher);
    await pause(settleMs);
    const [before, beforeCpuUs] = [await subscriber.counts(), cpuUsOf(running.pid)];
    await pause(seconds * 1_000);
    const [after, afterCpuUs] = [await subscriber.counts(), cpuUsOf(running.pid)];
    publisher.ask('stop');
    const deliveredTotal = await drained(subscriber);
    const { count: publishedTotal } = await publisher.counts();
    const deliveredCount = after.count - before.count;
    const perSecond = deliveredCount / ((after.atNs - before.atNs) / 1e9);
    const readersPerMessage = options.interests.reduce((sum, topics) => sum + share(topics, options.topics), 0);
    return {
      deliveries_per_second: perSecond,
      megabytes_per_second: (perSecond * options.payloadBytes) / 1e6,
      cpu_seconds_per_million: (afterCpuUs - beforeCpuUs) / deliveredCount,
      dropped_messages: Math.max(0, Math.round(publishedTotal * readersPerMessage - deliveredTotal)),
    };
  } finally {
    for (const generator of generators) generator.end();
    await running.stop();
  }
}

/** Part of the topics that a list of interests gets. */
const share = (interests: readonly string[], topics: readonly string[]): number =>
  interests.includes('>') ? 1 : interests.length / topics.length;

/** Waits until nothing arrives any more. */
async function drained(subscriber: GeneratorProcess): Promise<number> {
  for (let last = -1; ; ) {
    const { count } = await subscriber.counts();
    if (count === last) return count;
    last = count;
    await pause(500);
  }
}

/** CPU time of a process, all its threads, microseconds (proc(5): utime and stime in hundredths of a second). */
function cpuUsOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10_000;
}
