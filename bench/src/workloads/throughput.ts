import type { GeneratorProcess } from '../load/generator-process.js';
import type { Peer } from '../peers/peer.js';
import { lostCount, pause, Stage } from './stage.js';
import { receiversOfEach } from './topics.js';
import type { Effort, Figure, Figures } from './workload.js';

/** What goes through a broker flat out. */
export interface ThroughputOptions {
  readonly payloadBytes: number;
  readonly topics: readonly string[];
  readonly publisherCount: number;
  /** One connection for each list of patterns. */
  readonly interests: readonly (readonly string[])[];
  readonly windowCount: number;
}

export const deliveryRate: Figure = { name: 'deliveries_per_second', unit: 'deliveries/s', moreIsBetter: true };
export const payloadRate: Figure = { name: 'payload_megabytes_per_second', unit: 'payload MB/s', moreIsBetter: true };
export const wireRate: Figure = { name: 'wire_megabytes_per_second', unit: 'MB/s on the wire', moreIsBetter: true };
export const cpu: Figure = { name: 'cpu_seconds_per_million', unit: 'CPU s/M deliveries', moreIsBetter: false };
export const dropped: Figure = { name: 'dropped_messages', unit: 'dropped', moreIsBetter: false };

/** Runs flat out, and counts what arrives in the middle of the run; then lets everything arrive and counts what did not. */
export function throughput(peer: Peer, options: ThroughputOptions, effort: Effort): Promise<Figures> {
  return Stage.run(peer, async (stage) => {
    const { topics, payloadBytes, interests } = options;
    const subscribing = stage.subscriber({ interests, topic: topics[0]!, payloadBytes, measuresLatency: false });
    // Without a broker neither end is there before the other.
    const subscriber = peer.wire === 'direct' ? null : await subscribing;
    const publisher =
      peer.isSource === true ? null : await stage.publisher({ ...options, linkCount: options.publisherCount });
    return measured(stage, subscriber ?? (await subscribing), publisher, options, effort);
  });
}

async function measured(
  stage: Stage,
  subscriber: GeneratorProcess,
  publisher: GeneratorProcess | null,
  { topics, interests, payloadBytes }: ThroughputOptions,
  { seconds, warmSeconds }: Effort,
): Promise<Figures> {
  await pause(warmSeconds * 1_000);
  const [before, beforeCpuSeconds] = [await subscriber.counts(), stage.cpuSeconds()];
  await pause(seconds * 1_000);
  const [after, afterCpuSeconds] = [await subscriber.counts(), stage.cpuSeconds()];
  publisher?.ask('stop');
  const lost = publisher === null ? 0 : await lostCount(subscriber, [publisher], receiversOfEach(topics, interests));
  const elapsedSeconds = (after.atNs - before.atNs) / 1e9;
  const deliveredCount = after.count - before.count;
  return {
    [deliveryRate.name]: deliveredCount / elapsedSeconds,
    [payloadRate.name]: (deliveredCount * payloadBytes) / elapsedSeconds / 1e6,
    [wireRate.name]: (after.more.bytes! - before.more.bytes!) / elapsedSeconds / 1e6,
    [cpu.name]: ((afterCpuSeconds - beforeCpuSeconds) / deliveredCount) * 1e6,
    [dropped.name]: lost,
    subscriber_cpu_share: (after.cpuUs - before.cpuUs) / 1e6 / elapsedSeconds,
    ended_connections: after.more.endedCount!,
  };
}
