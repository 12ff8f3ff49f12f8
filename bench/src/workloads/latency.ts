import type { GeneratorProcess } from '../load/generator-process.js';
import type { Latency } from '../load/job.js';
import type { RateStep } from '../load/schedule.js';
import type { Peer } from '../peers/peer.js';
import { lostCount, pause, Stage } from './stage.js';
import { topicList } from './topics.js';
import type { Effort, Figures } from './workload.js';

/** Rate of the idle pair: what a broker with nothing to do, and the machine, make of a message now and then. */
const idleRate = 1_000;
export const tickTopics = topicList(100);
export const tickPayloadBytes = 100;

/** A subscriber of all ticks that reads the delay of each. */
export const tickReader = (stage: Stage): Promise<GeneratorProcess> =>
  stage.subscriber({
    interests: [['*.tick']],
    topic: tickTopics[0]!,
    payloadBytes: tickPayloadBytes,
    measuresLatency: true,
  });

/** Ticks on time, from now on. */
export const ticks = (stage: Stage, ...schedule: RateStep[]): Promise<GeneratorProcess> =>
  stage.timedPublisher({ topics: tickTopics, payloadBytes: tickPayloadBytes, schedule, isStamped: true });

export const steadily = (rate: number): RateStep => ({ rate, seconds: Number.POSITIVE_INFINITY });

/** Delays of the next `seconds`. */
export async function delaysFor(reader: GeneratorProcess, seconds: number): Promise<Latency> {
  reader.ask('reset');
  await pause(seconds * 1_000);
  return reader.latency();
}

/** From the moment a message was due to the moment its subscriber read it: first at the rate, then nearly idle. */
export function latency(peer: Peer, rate: number, { seconds, warmSeconds }: Effort): Promise<Figures> {
  return Stage.run(peer, async (stage) => {
    const reader = await tickReader(stage);
    const publisher = await ticks(stage, steadily(rate));
    await pause(warmSeconds * 1_000);
    const loaded = await delaysFor(reader, seconds);
    const inside = await stage.running.inside?.writeDelay();
    publisher.ask('stop');
    // Last, when code is compiled and start-up long over: a cold broker's idle delays would excuse too much.
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

/** The same with no broker between: what of every delay is the generators' and the machine's. */
export function directLatency(peer: Peer, rate: number, { seconds, warmSeconds }: Effort): Promise<Figures> {
  return Stage.run(peer, async (stage) => {
    // Neither end is there before the other.
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
