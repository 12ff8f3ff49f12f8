import { ErrorCode } from '@pulsemq/protocol';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Gap, PulseMQClient, ReceivedMessage, Replay, ReplaySettings } from '../src/index.js';
import { TestBroker } from './support/broker.js';
import { nextEvent } from './support/events.js';
import { TcpProxy } from './support/proxy.js';

interface Scene {
  readonly reader: PulseMQClient;
  readonly gaps: Gap[];
  publish(topic: string, count: number): Promise<void>;
  replay(settings?: ReplaySettings): Promise<Replay>;
  cut(): void;
}

let shared: TestBroker;
let sceneCount = 0;
beforeAll(async () => {
  shared = await TestBroker.open();
});
afterAll(() => shared.close());

/** A reader behind a proxy, of a namespace that keeps history and that no other test uses. */
async function scene(): Promise<Scene> {
  const namespace = `sought_${++sceneCount}`;
  await shared.historyNamespace(namespace);
  const [pub, sub] = [await TcpProxy.to(shared.pubPort), await TcpProxy.to(shared.subPort)];
  const reconnect = { baseDelayMs: 1, maxDelayMs: 20, maxTries: 1_000 };
  const reader = await shared.connected({ pubPort: pub.port, subPort: sub.port, reconnect });
  const writer = await shared.connected({});
  const gaps: Gap[] = [];
  reader.on('gap', (gap) => gaps.push(gap));
  return {
    reader,
    gaps,
    publish: (topic, count) =>
      writer.publishMany(
        namespace,
        topic,
        Array.from({ length: count }, (_, index) => Buffer.from(`${index}`.padEnd(200))),
      ),
    replay: (settings) => reader.replay(namespace, '>', settings),
    cut: () => {
      pub.cut();
      sub.cut();
    },
  };
}

const numberOf = async (replay: Replay): Promise<number> => (await replay.receive())!.sequence;

async function rest(replay: Replay): Promise<number[]> {
  const numbers: number[] = [];
  for await (const { sequence } of replay) numbers.push(sequence);
  return numbers;
}

const range = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, index) => from + index);

test('seek goes back and ahead by sequence, and nothing of before comes after it', async () => {
  const { publish, replay, gaps } = await scene();
  await publish('a', 5_000);
  const past = await replay({ queueLimit: 100 });
  expect([await numberOf(past), await numberOf(past)]).toEqual([1, 2]);
  const places = [4_000, 10, 2_500, 1, 4_990];
  for (const fromSequence of places) {
    const sought = past.seek({ fromSequence });
    expect(past.queuedCount).toBe(0);
    // An iteration that goes on meanwhile gets the new place, too.
    expect([await numberOf(past), await numberOf(past)]).toEqual([fromSequence, fromSequence + 1]);
    await sought;
  }
  expect(await rest(past)).toEqual(range(4_992, 5_000));
  expect(await past.replayEnd).toMatchObject({ count: 11, isLive: false, missing: { missedCount: 0 } });
  expect(gaps).toEqual([]);
});

test('seek goes to a time, and keeps what it is not given', async () => {
  const { publish, replay } = await scene();
  await publish('pad', 2_000);
  for (let count = 0; count < 6; count++) await publish('a', 1);
  const messages: ReceivedMessage[] = [];
  for await (const message of await replay({ fromSequence: 1 })) if (message.topic === 'a') messages.push(message);
  const [, second, , fourth] = messages.map(({ receivedAt }) => receivedAt!);
  const wanted = messages.filter(({ receivedAt }) => receivedAt! >= second! && receivedAt! < fourth!);
  const past = await replay({ to: fourth!, queueLimit: 10 });
  expect(await numberOf(past)).toBe(1);
  await past.seek({ from: second! });
  expect(await rest(past)).toEqual(wanted.map(({ sequence }) => sequence));
});

test('a replay that has gone live goes back, and becomes live again: each message once and in order', async () => {
  const { publish, replay, gaps } = await scene();
  await publish('a', 1_000);
  const past = await replay({ fromSequence: 990, follow: true });
  for (const number of range(990, 1_000)) expect(await numberOf(past)).toBe(number);
  expect((await past.replayEnd).isLive).toBe(true);
  await publish('a', 1);
  expect(await numberOf(past)).toBe(1_001);
  const publishing = publish('a', 500);
  await past.seek({ fromSequence: 1 });
  for (const number of range(1, 1_501)) expect(await numberOf(past)).toBe(number);
  await publishing;
  expect((await past.replayEnd).isLive).toBe(true);
  expect(gaps).toEqual([]);
  await past.close();
});

test('a live replay that was connected again goes back, too', async () => {
  const { publish, replay, cut, reader } = await scene();
  await publish('a', 10);
  const past = await replay({ follow: true });
  await past.replayEnd;
  const reconnected = nextEvent(reader, 'reconnected');
  cut();
  await reconnected;
  await past.seek({ fromSequence: 8 });
  expect([await numberOf(past), await numberOf(past), await numberOf(past)]).toEqual([8, 9, 10]);
  await past.close();
});

test('a seek while the connection is lost goes to the new place', async () => {
  const { publish, replay, cut, gaps } = await scene();
  await publish('a', 3_000);
  const past = await replay({ queueLimit: 10 });
  for (let round = 0; round < 5; round++) {
    const fromSequence = 2_000 + round;
    expect(await numberOf(past)).toBeLessThan(3_000);
    cut();
    await past.seek({ fromSequence });
    expect(await numberOf(past)).toBe(fromSequence);
  }
  expect(await rest(past)).toEqual(range(2_005, 3_000));
  expect(gaps).toEqual([]);
});

test('of several seeks at once the last one counts', async () => {
  const { publish, replay } = await scene();
  await publish('a', 2_000);
  const past = await replay({ queueLimit: 50 });
  await Promise.all([500, 1_500, 3, 1_990].map((fromSequence) => past.seek({ fromSequence })));
  expect(await rest(past)).toEqual(range(1_990, 2_000));
});

test('a seek that cannot be is refused, and changes nothing', async () => {
  const { publish, replay } = await scene();
  await publish('a', 2_000);
  const past = await replay({ queueLimit: 10 });
  expect(await numberOf(past)).toBe(1);
  await expect(past.seek({ from: -1 })).rejects.toThrow('from is -1, expected a Date');
  await expect(past.seek({ speed: 0 })).rejects.toMatchObject({ code: ErrorCode.badOption });
  expect(await numberOf(past)).toBe(2);
  await past.seek({ speed: 'full', fromSequence: 1_999 });
  expect(await rest(past)).toEqual([1_999, 2_000]);
  await expect(past.seek({ fromSequence: 1 })).rejects.toMatchObject({ code: ErrorCode.replayEnded });
});

test('a replay that is closed during a seek leaves nothing behind', async () => {
  const { publish, replay } = await scene();
  await publish('a', 2_000);
  for (let round = 0; round < 10; round++) {
    const past = await replay({ queueLimit: 10 });
    const sought = past.seek({ fromSequence: 1_000 });
    await past.close();
    await sought;
    expect(await past.receive()).toBeUndefined();
    expect(await rest(await replay({ fromSequence: 1_999 }))).toEqual([1_999, 2_000]);
  }
});
