import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ClientOptions } from '../src/core/client-options.js';
import type { Gap, PulseMQClient, ReceivedMessage, SubscribeSettings, Subscription } from '../src/index.js';
import { TestBroker } from './support/broker.js';
import { nextEvent } from './support/events.js';
import { TcpProxy } from './support/proxy.js';

const soon = { baseDelayMs: 1, maxDelayMs: 20, maxTries: 1_000 };

interface Scene {
  readonly namespace: string;
  readonly reader: PulseMQClient;
  readonly writer: PulseMQClient;
  readonly subscription: Subscription;
  readonly gaps: Gap[];
  /** Publishes texts to a topic. */
  publish(topic: string, ...texts: string[]): Promise<void>;
  /** Cuts the reader off, does something, and lets it connect again. */
  whileCut(work: () => Promise<void>): Promise<void>;
}

let shared: TestBroker;
let sceneCount = 0;
beforeAll(async () => {
  shared = await TestBroker.open();
});
afterAll(() => shared.close());

/** A reader behind a proxy, of a namespace that keeps history and that no other test uses. */
async function scene(
  options: Partial<ClientOptions> = {},
  settings: SubscribeSettings = {},
  broker = shared,
): Promise<Scene> {
  const namespace = `market_${++sceneCount}`;
  await broker.historyNamespace(namespace, settings.snapshot === true);
  const [pub, sub] = [await TcpProxy.to(broker.pubPort), await TcpProxy.to(broker.subPort)];
  const reader = await broker.connected({ pubPort: pub.port, subPort: sub.port, reconnect: soon, ...options });
  const writer = await broker.connected({ reconnect: soon });
  const gaps: Gap[] = [];
  reader.on('gap', (gap) => gaps.push(gap));
  const subscription = await reader.subscribe(namespace, '>', settings);
  return {
    namespace,
    reader,
    writer,
    subscription,
    gaps,
    publish: async (topic, ...texts) => {
      for (const text of texts) await writer.publish(namespace, topic, Buffer.from(text));
    },
    whileCut: async (work) => {
      const disconnected = nextEvent(reader, 'disconnected');
      pub.refuse(true);
      pub.cut();
      await disconnected;
      await work();
      const reconnected = nextEvent(reader, 'reconnected');
      pub.refuse(false);
      await reconnected;
    },
  };
}

/** Such as `a1`, or `a2!` for a recovered message. */
const inShort = ({ topic, sequence, isRecovered }: ReceivedMessage): string =>
  `${topic}${sequence}${isRecovered ? '!' : ''}`;

async function take(subscription: Subscription, count: number): Promise<string[]> {
  const taken: string[] = [];
  while (taken.length < count) taken.push(inShort((await subscription.next()).value!));
  return taken;
}

test('what was missed while the connection was lost is delivered in its place, marked, without a gap', async () => {
  const { subscription, publish, whileCut, gaps } = await scene();
  await publish('a', '1', '2');
  expect(await take(subscription, 2)).toEqual(['a1', 'a2']);
  await whileCut(() => publish('a', '3', '4', '5'));
  await publish('a', '6', '7');
  expect(await take(subscription, 5)).toEqual(['a3!', 'a4!', 'a5!', 'a6', 'a7']);
  expect(gaps).toEqual([]);
});

test('a topic that does not tick again gets what it missed, too, and others are not held up', async () => {
  const { subscription, publish, whileCut, gaps } = await scene();
  await publish('a', '1');
  await publish('b', '1');
  expect(await take(subscription, 2)).toEqual(['a1', 'b1']);
  await whileCut(() => publish('a', '2', '3'));
  await publish('b', '2');
  const taken = await take(subscription, 3);
  expect(taken.filter((text) => text.startsWith('a'))).toEqual(['a2!', 'a3!']);
  expect(taken).toContain('b2');
  expect(gaps).toEqual([]);
});

test('more than one answer holds is asked for in several', async () => {
  const { namespace, subscription, publish, whileCut, gaps, writer } = await scene();
  await publish('a', '1');
  expect(await take(subscription, 1)).toEqual(['a1']);
  const count = 2_500;
  await whileCut(() =>
    writer.publishMany(
      namespace,
      'a',
      Array.from({ length: count }, (_, index) => Buffer.from(`${index}`)),
    ),
  );
  expect(await take(subscription, count)).toEqual(Array.from({ length: count }, (_, index) => `a${index + 2}!`));
  expect(gaps).toEqual([]);
});

test('after a clean restart of the broker sequences go on, and nothing is missing', async () => {
  const broker = await TestBroker.start();
  const { reader, writer, subscription, publish, gaps } = await scene({}, {}, broker);
  await publish('a', '1', '2');
  expect(await take(subscription, 2)).toEqual(['a1', 'a2']);
  const both = [nextEvent(reader, 'reconnected'), nextEvent(writer, 'reconnected')];
  await broker.restart();
  await Promise.all(both);
  await publish('a', '3');
  expect(await take(subscription, 1)).toEqual(['a3']);
  expect(gaps).toEqual([]);
});

test('what the journal does not have is a gap', async () => {
  const broker = await TestBroker.start();
  const { subscription, reader, gaps, writer } = await scene({}, {}, broker);
  await broker.keepingNamespace('other');
  const plain = await reader.subscribe('other', '>');
  await writer.publish('other', 'x', Buffer.from('1'));
  expect(await take(plain, 1)).toEqual(['x1']);
  const gone = nextEvent(reader, 'gap');
  const disconnected = nextEvent(reader, 'disconnected');
  await broker.restart();
  await disconnected;
  await writer.publish('other', 'x', Buffer.from('2'));
  await gone;
  expect(gaps).toMatchObject([{ namespace: 'other', topic: 'x', epochChanged: true }]);
  expect(subscription.queuedCount).toBe(0);
});

test('without fillGaps a gap is reported and nothing is asked for', async () => {
  const { subscription, publish, whileCut, gaps } = await scene({ fillGaps: false });
  await publish('a', '1');
  expect(await take(subscription, 1)).toEqual(['a1']);
  await whileCut(() => publish('a', '2', '3'));
  await publish('a', '4');
  expect(await take(subscription, 1)).toEqual(['a4']);
  expect(gaps.map(({ from, to }) => [from, to])).toEqual([[2, 3]]);
});

test('a conflating subscription is not filled', async () => {
  const { subscription, publish, whileCut, gaps } = await scene({}, { maxRate: 1_000, snapshot: true });
  await publish('a', '1');
  expect(await take(subscription, 1)).toEqual(['a1']);
  await whileCut(() => publish('a', '2', '3'));
  const next = (await subscription.next()).value!;
  expect([inShort(next), next.isSnapshot]).toEqual(['a3', true]);
  expect(gaps.length).toBe(1);
});

test('with a snapshot, what was missed comes before the last value', async () => {
  const { subscription, publish, whileCut, gaps } = await scene({}, { snapshot: true });
  await publish('a', '1');
  expect(await take(subscription, 1)).toEqual(['a1']);
  await whileCut(() => publish('a', '2', '3', '4'));
  expect(await take(subscription, 3)).toEqual(['a2!', 'a3!', 'a4']);
  expect(gaps).toEqual([]);
});
