import type { GeneratorProcess } from '../load/generator-process.js';
import type { Latency } from '../load/job.js';
import type { RateStep } from '../load/schedule.js';
import type { Peer } from '../peers/peer.js';
import { lostCount, pause, Stage } from './stage.js';
import { topicList } from './topics.js';
import type { Effort, Figures } from './workload.js';

/** Messages a second of the idle figures: low enough that broker and machine wake up for every message. */
const idleRate = 1_000;
export const tickTopics = topicList(100);
export const tickPayloadBytes = 100;

/** A subscriber of all ticks that records the delay of each. */
export const tickReader = (stage: Stage): Promise<GeneratorProcess> =>
  stage.subscriber({
    interests: [['*.tick']],
    topic: tickTopics[0]!,
    payloadBytes: tickPayloadBytes,
    measuresLatency: true,
  });

/** Publishes ticks on schedule, starting now. */
export const ticks = (stage: Stage, ...schedule: RateStep[]): Promise<GeneratorProcess> =>
  stage.timedPublisher({ topics: tickTopics, payloadBytes: tickPayloadBytes, schedule, isStamped: true });

export const steadily = (rate: number): RateStep => ({ rate, seconds: Number.POSITIVE_INFINITY });

/** Delays of the next `seconds`. */
export async function delaysFor(reader: GeneratorProcess, seconds: number): Promise<Latency> {
  reader.ask('reset');
  await pause(seconds * 1_000);
  return reader.latency();
}

/** Delays from the moment a message was due to the moment its subscriber read it: first at `rate`, then at the idle rate. */
export function latency(peer: Peer, rate: number, { seconds, warmSeconds }: Effort): Promise<Figures> {
  return Stage.run(peer, async (stage) => {
    const reader = await tickReader(stage);
    const publisher = await ticks(stage, steadily(rate));
    await pause(warmSeconds * 1_000);
    const loaded = await delaysFor(reader, seconds);
    const inside = await stage.running.inside?.writeDelay();
    publisher.ask('stop');
    // Idle comes last: a broker that has just started is slow at idle, and that would raise the bounds too far.
    const idler = await ticks(stage, steadily(idleRate));
    await pause(warmSeconds * 1_000);
    const idle = await delaysFor(reader, seconds);
    idler.ask('stop');
    return {
      ...figuresOf(loaded, seconds),
      idle_p50_us: idle.p50Us,
      idle_p99_us: idle.p99Us,
      engine_p50_us: inside?.p50 ?? Number.NaN,
      engine_p99_us: inside?.p99 ?? Number.NaN,
      dropped_messages: await lostCount(reader, [publisher, idler]),
    };
  });
}

/** The same without a broker: the share of every delay that comes from the generators and the machine. */
export function directLatency(peer: Peer, rate: number, { seconds, warmSeconds }: Effort): Promise<Figures> {
  return Stage.run(peer, async (stage) => {
    // The publisher listens, so neither end is ready before the other has started.
    const [reader] = await Promise.all([tickReader(stage), ticks(stage, steadily(rate))]);
    await pause(warmSeconds * 1_000);
    return figuresOf(await delaysFor(reader, seconds), seconds);
  });
}

const figuresOf = ({ p50Us, p99Us, maxUs, count }: Latency, seconds: number): Figures => ({
  p50_us: p50Us,
  p99_us: p99Us,
  max_us: maxUs,
  received_per_second: count / seconds,
});
