import { GeneratorProcess } from '../load/generator-process.js';
import type { Peer } from '../peers/peer.js';
import type { Figures } from './workload.js';

const warmMs = 1_000;
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** From the moment a message was due to the moment its subscriber read it, at a steady rate: a stall counts for all it held up. */
export async function latency(peer: Peer, rate: number, seconds: number): Promise<Figures> {
  const running = await peer.start();
  const topics = Array.from({ length: 100 }, (_, index) => `sz${String(index).padStart(6, '0')}.tick`);
  const common = { wire: peer.wire, address: running.address, payloadBytes: 100 };
  const generators: GeneratorProcess[] = [];
  try {
    const subscriber = await GeneratorProcess.start({
      kind: 'subscribe',
      ...common,
      interests: [['>']],
      topic: topics[0]!,
      measuresLatency: true,
    });
    generators.push(subscriber);
    const publisher = await GeneratorProcess.start({
      kind: 'publish',
      ...common,
      topics,
      rate,
      linkCount: 1,
      windowCount: 0,
      messageCount: 0,
    });
    generators.push(publisher);
    await pause(warmMs);
    subscriber.ask('reset');
    await pause(seconds * 1_000);
    const { p50Us, p99Us, maxUs, count } = await subscriber.latency();
    return { p50_us: p50Us, p99_us: p99Us, max_us: maxUs, received_per_second: count / seconds };
  } finally {
    for (const generator of generators) generator.end();
    await running.stop();
  }
}
