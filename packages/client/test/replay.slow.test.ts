import { expect, test } from 'vitest';
import type { Gap, PulseMQClient, ReceivedMessage } from '../src/index.js';
import { TestBroker } from './support/broker.js';
import { nextEvent } from './support/events.js';
import { TcpProxy } from './support/proxy.js';

/**
 * Random runs of several readers at different places, of patterns and speeds, with cut connections, pauses and restarts of the broker while
 * publishing goes on: each message of each reader once, in order, and none missing. PULSEMQ_REPLAY_RUNS and PULSEMQ_SEED change that.
 */

const runCount = Number(process.env.PULSEMQ_REPLAY_RUNS ?? 4);
const seed = Number(process.env.PULSEMQ_SEED ?? 1);
const topics = ['a.x', 'a.y', 'b.x', 'c'];
const patterns = ['>', 'a.*', '*.x', 'c'];
/** Messages of each topic before the first replay. */
const firstCount = 250;
const soon = { baseDelayMs: 1, maxDelayMs: 20, maxTries: 10_000 };

function randomOf(from: number): (limit: number) => number {
  let state = from >>> 0;
  return (limit) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 0x1_0000_0000) * limit);
  };
}

const matches = (pattern: string, topic: string): boolean => {
  const [wanted, levels] = [pattern.split('.'), topic.split('.')];
  return (
    pattern === '>' || (wanted.length === levels.length && wanted.every((one, at) => one === '*' || one === levels[at]))
  );
};

interface Reader {
  readonly pattern: string;
  readonly fromSequence: number;
  readonly client: PulseMQClient;
  readonly seen: ReceivedMessage[];
  readonly gaps: Gap[];
  cut(): void;
}

async function readerOf(broker: TestBroker, random: (limit: number) => number): Promise<Reader> {
  const [pub, sub] = [await TcpProxy.to(broker.pubPort), await TcpProxy.to(broker.subPort)];
  const client = await broker.connected({ pubPort: pub.port, subPort: sub.port, reconnect: soon });
  const gaps: Gap[] = [];
  client.on('gap', (gap) => gaps.push(gap));
  const cut = (): void => {
    pub.cut();
    sub.cut();
  };
  const pattern = patterns[random(patterns.length)]!;
  return { pattern, fromSequence: 1 + random(firstCount), client, seen: [], gaps, cut };
}

/** Iterates a replay until it has everything, with pauses and cuts on the way. */
async function follow(
  reader: Reader,
  wantedCount: () => number | null,
  random: (limit: number) => number,
): Promise<void> {
  const { pattern, fromSequence, client, seen } = reader;
  const speed = random(2) === 0 ? 'full' : 100_000;
  const replay = await client.replay('past', pattern, {
    fromSequence,
    speed,
    follow: true,
    queueLimit: 1 + random(200),
  });
  for (;;) {
    const wanted = wantedCount();
    if (wanted !== null && seen.length >= wanted) break;
    seen.push((await replay.receive())!);
    if (random(200) === 0) await new Promise((resolve) => setTimeout(resolve, random(20)));
    if (random(800) === 0) reader.cut();
  }
  await replay.close();
}

test.each(Array.from({ length: runCount }, (_, run) => seed + run))(
  'every reader gets every message once and in order, over cuts and restarts (seed %d)',
  { timeout: 120_000 },
  async (from) => {
    const random = randomOf(from);
    const broker = await TestBroker.start();
    await broker.historyNamespace('past');
    const writer = await broker.connected({ reconnect: soon, inFlight: 'fail' });
    const accepted = new Map<string, number>(topics.map((topic) => [topic, 0]));
    const publish = async (count: number, topic = topics[random(topics.length)]!): Promise<void> => {
      const items = Array.from({ length: count }, () => Buffer.alloc(random(2_000)));
      await writer.publishMany('past', topic, items);
      accepted.set(topic, accepted.get(topic)! + count);
    };
    for (const topic of topics) await publish(firstCount, topic);
    let isDone = false;
    const readers = await Promise.all(Array.from({ length: 5 }, () => readerOf(broker, random)));
    const wantedOf = ({ pattern, fromSequence }: Reader): number | null => {
      if (!isDone) return null;
      const counts = topics
        .filter((topic) => matches(pattern, topic))
        .map((topic) => accepted.get(topic)! - fromSequence + 1);
      return counts.reduce((sum, count) => sum + Math.max(0, count), 0);
    };
    const following = readers.map((reader) => follow(reader, () => wantedOf(reader), random));
    for (let round = 0; round < 40; round++) {
      await publish(random(200));
      if (round !== 15 && round !== 30) continue;
      const again = nextEvent(writer, 'reconnected');
      await broker.restart();
      await again;
    }
    // The last messages tell those that wait that all has come.
    isDone = true;
    for (const topic of topics) {
      await writer.publish('past', topic, Buffer.from('last'));
      accepted.set(topic, accepted.get(topic)! + 1);
    }
    await Promise.all(following);
    for (const { pattern, fromSequence, seen, gaps } of readers) {
      for (const topic of topics) {
        const sequences = seen.filter((one) => one.topic === topic).map(({ sequence }) => sequence);
        const count = matches(pattern, topic) ? Math.max(0, accepted.get(topic)! - fromSequence + 1) : 0;
        expect(sequences).toEqual(Array.from({ length: count }, (_, index) => fromSequence + index));
      }
      expect(gaps).toEqual([]);
    }
  },
);
