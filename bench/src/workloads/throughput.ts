import type { GeneratorProcess } from '../load/generator-process.js';
import type { Peer } from '../peers/peer.js';
import { cpu, deliveryRate, dropped, payloadRate, wireRate } from './figures.js';
import { lostCount, pause, Stage } from './stage.js';
import { receiversOfEach } from './topics.js';
import type { Effort, Figures } from './workload.js';

/** What the generators publish and read. */
export interface ThroughputOptions {
  readonly payloadBytes: number;
  readonly topics: readonly string[];
  readonly publisherCount: number;
  /** One connection for each list of patterns. */
  readonly interests: readonly (readonly string[])[];
  /** Unacknowledged publishes of each publisher, at most. */
  readonly windowCount: number;
}

/** Publishes flat out and counts the deliveries of a window in the middle; then stops publishing and counts the losses. */
export function throughput(peer: Peer, options: ThroughputOptions, effort: Effort): Promise<Figures> {
  return Stage.run(peer, async (stage) => {
    const { topics, payloadBytes, interests } = options;
    const subscribing = stage.subscriber({ interests, topic: topics[0]!, payloadBytes, measuresLatency: false });
    // Without a broker the publisher listens, so the subscriber is ready only after it has started.
    const subscriber = peer.wire === 'direct' ? null : await subscribing;
    const publisher =
      peer.isSource === true ? null : await stage.publisher({ ...options, linkCount: options.publisherCount });
    return measured(stage, subscriber ?? (await subscribing), publisher, options, effort);
  });
}

/** A broker makes a topic at its first message, which is not what the rows measure: each topic has been delivered this often before. */
const passesToKnow = 2;
const lookEveryMs = 20;
const knownMaxMs = 60_000;

/** Resolves after this many deliveries. Throws when there are fewer within a minute. */
async function untilKnown(subscriber: GeneratorProcess, count: number): Promise<void> {
  const untilMs = performance.now() + knownMaxMs;
  for (;;) {
    const delivered = (await subscriber.counts()).count;
    if (delivered >= count) return;
    if (performance.now() > untilMs)
      throw new Error(`${delivered} deliveries in a minute, ${count} were to come first`);
    await pause(lookEveryMs);
  }
}

async function measured(
  stage: Stage,
  subscriber: GeneratorProcess,
  publisher: GeneratorProcess | null,
  { topics, interests, payloadBytes }: ThroughputOptions,
  { seconds, warmSeconds }: Effort,
): Promise<Figures> {
  await untilKnown(subscriber, passesToKnow * topics.length * receiversOfEach(topics, interests));
  await pause(warmSeconds * 1_000);
  const [before, beforeCpuSeconds] = [await subscriber.counts(), stage.cpuSeconds()];
  await pause(seconds * 1_000);
  const [after, afterCpuSeconds] = [await subscriber.counts(), stage.cpuSeconds()];
  const deliveredCount = after.count - before.count;
  // Figures per delivery would be infinite, and their ratios 0.
  if (deliveredCount === 0) throw new Error(`no delivery within the measured ${seconds} s: measure longer`);
  publisher?.ask('stop');
  const lost = publisher === null ? 0 : await lostCount(subscriber, [publisher], receiversOfEach(topics, interests));
  const elapsedSeconds = (after.atNs - before.atNs) / 1e9;
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
