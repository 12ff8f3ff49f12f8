import { expect, test } from 'vitest';
import type { ReceivedMessage } from '../src/index.js';
import { TestBroker } from './support/broker.js';
import { nextEvent, topics } from './support/events.js';
import { TcpProxy } from './support/proxy.js';

const soon = { baseDelayMs: 1, maxDelayMs: 20, maxTries: 1_000 };

async function keeping(): Promise<TestBroker> {
  const broker = await TestBroker.start();
  await broker.keepingNamespace('market');
  return broker;
}

test('subscriptions with one policy share a lane, the default policy has lane 0, and a restart restores them', async () => {
  const broker = await keeping();
  const client = await broker.connected({ reconnect: soon });
  await client.subscribe('market', 'a');
  await client.subscribe('market', 'b', { onSlow: 'dropOldest' });
  const conflating = await client.subscribe('market', 'c', { onSlow: 'conflate' });
  await client.subscribe('market', 'd', { onSlow: 'conflate' });
  await client.subscribe('market', 'a', { onSlow: 'dropNewest' });
  const wanted = [
    { namespace: 'market', pattern: 'a' },
    { namespace: 'market', pattern: 'a', lane: 2 },
    { namespace: 'market', pattern: 'b' },
    { namespace: 'market', pattern: 'c', lane: 1 },
    { namespace: 'market', pattern: 'd', lane: 1 },
  ];
  expect(await client.querySubscriptions()).toEqual(wanted);
  const reconnected = nextEvent(client, 'reconnected');
  await broker.restart();
  await reconnected;
  expect(await client.querySubscriptions()).toEqual(wanted);
  await client.publish('market', 'c', Buffer.from('x'));
  expect(await topics(conflating, 1)).toEqual(['c']);
});

test('a message arrives once for each policy, and without a gap', async () => {
  const broker = await keeping();
  const client = await broker.connected();
  const gaps: unknown[] = [];
  client.on('gap', (gap) => gaps.push(gap));
  const all = await Promise.all(
    [{}, { onSlow: 'dropNewest' }, { onSlow: 'conflate' }, { onSlow: 'disconnect' }, { maxRate: 1_000 }].map((policy) =>
      client.subscribe('market', '>', policy as object),
    ),
  );
  for (let round = 0; round < 3; round++) {
    await client.publish('market', 't', Buffer.from('x'));
    for (const one of all) expect((await one.receive())?.sequence).toBe(round + 1);
  }
  expect(gaps).toEqual([]);
});

test('a ninth policy is refused with an error that names the limit, until a lane is free', async () => {
  const broker = await keeping();
  const client = await broker.connected();
  await client.subscribe('market', 'a');
  const [first] = await Promise.all(
    [1, 2, 3, 4, 5, 6, 7].map((maxRate) => client.subscribe('market', 'a', { maxRate })),
  );
  await expect(client.subscribe('market', 'a', { maxRate: 8 })).rejects.toMatchObject({
    code: 'PMQ_LIMIT_REACHED',
    message: expect.stringContaining('would be delivery policy 9 of this client, the limit is 8'),
  });
  await first!.close();
  const ninth = await client.subscribe('market', 'a', { maxRate: 8 });
  await client.publish('market', 'a', Buffer.from('x'));
  expect(await topics(ninth, 1)).toEqual(['a']);
});

test('a conflating lane that stops reading gets the newest values with exact counts, and no gap; other lanes go on', async () => {
  const broker = await keeping();
  const [client, writer] = [await broker.connected(), await broker.connected()];
  const gaps: unknown[] = [];
  client.on('gap', (gap) => gaps.push(gap));
  const slow = await client.subscribe('market', '>', { onSlow: 'conflate', queueLimit: 1, onFull: 'pause' });
  const published = 1_200;
  let liveCount = 0;
  let onAll = (): void => {};
  const all = new Promise<void>((resolve) => {
    onAll = resolve;
  });
  await client.subscribe('market', '>', {
    onSlow: 'dropNewest',
    onMessage: () => {
      if (++liveCount === published) onAll();
    },
  });
  for (let index = 0; index < published; index++) {
    await writer.publish('market', `t${index % 3}`, Buffer.alloc(30_000, index));
  }
  await all;
  const got: ReceivedMessage[] = [];
  let standsFor = 0;
  while (standsFor < published) {
    const message = await slow.receive();
    got.push(message!);
    standsFor += message!.conflatedCount;
  }
  expect(standsFor).toBe(published);
  expect(got.some(({ isConflated }) => isConflated)).toBe(true);
  expect(got.length).toBeLessThan(published);
  expect(got.slice(-3).map(({ sequence }) => sequence)).toEqual([400, 400, 400]);
  expect(gaps).toEqual([]);
});

test('disconnect: the broker closes the connection of a slow lane; it comes back with its gaps, and the client stays connected', async () => {
  const broker = await TestBroker.start({ broker: { backlog_bytes: 1_000_000 } });
  await broker.keepingNamespace('market');
  const [client, writer] = [await broker.connected({ reconnect: false }), await broker.connected()];
  let missed = 0;
  client.on('gap', ({ missedCount }) => {
    missed += missedCount ?? Number.NaN;
  });
  const closed = nextEvent(client, 'error');
  const slow = await client.subscribe('market', '>', { onSlow: 'disconnect', queueLimit: 1, onFull: 'pause' });
  const gap = nextEvent(client, 'gap');
  let published = 400;
  await writer.publishMany('market', 't', Array(published).fill(Buffer.alloc(60_000)));
  expect(await closed).toMatchObject({
    code: 'PMQ_NOT_CONNECTED',
    message: expect.stringContaining('the broker closed the connection of onSlow disconnect'),
  });
  let received = 0;
  for (; slow.queuedCount > 0; received++) await slow.receive();
  // The topic is silent: its gap is found by comparing with the broker.
  await gap;
  await writer.publish('market', 't', Buffer.from('x'));
  published++;
  for (; received + missed < published; received++) await slow.receive();
  expect(received + missed).toBe(published);
  expect(client.isConnected).toBe(true);
});

test('maxRate: the newest value at the rate, with exact counts and no gap', async () => {
  const broker = await keeping();
  const [client, writer] = [await broker.connected(), await broker.connected()];
  const gaps: unknown[] = [];
  client.on('gap', (gap) => gaps.push(gap));
  const paced = await client.subscribe('market', '>', { maxRate: 20 });
  await writer.publishMany('market', 't', Array(500).fill(Buffer.from('x')));
  let standsFor = 0;
  let deliveryCount = 0;
  while (standsFor < 500) {
    const message = await paced.receive();
    standsFor += message!.conflatedCount;
    deliveryCount++;
  }
  expect(standsFor).toBe(500);
  expect(deliveryCount).toBeLessThan(500);
  expect(gaps).toEqual([]);
});

test('bad options are refused before anything is sent', async () => {
  const broker = await keeping();
  const client = await broker.connected();
  for (const [settings, text] of [
    [{ onSlow: 'wait' }, 'onSlow is "wait", expected dropOldest or dropNewest or conflate or disconnect'],
    [{ maxRate: 0 }, 'maxRate is 0, expected a number of updates a second from 0.01 to 1000'],
    [{ snapshot: 1 }, 'snapshot is 1, expected true or false'],
    [{ onSnapshotEnd: () => {} }, 'snapshot is undefined, expected true'],
    [{ status: true }, 'onStatus is undefined, expected a function'],
    [{ onStatus: 1 }, 'onStatus is 1, expected a function'],
  ] as const) {
    await expect(client.subscribe('market', 'a', settings as object)).rejects.toMatchObject({
      code: 'PMQ_BAD_OPTION',
      message: expect.stringContaining(text),
    });
  }
  await expect(client.subscribe('other', 'a', { onSlow: 'conflate' })).rejects.toMatchObject({
    code: 'PMQ_MALFORMED',
    message: expect.stringContaining('needs last values, which namespace "other" does not keep'),
  });
  expect(await client.querySubscriptions()).toEqual([]);
});

test('statuses arrive singly and in bulk, only where they were asked for, and again after a reconnect', async () => {
  const broker = await keeping();
  const sub = await TcpProxy.to(broker.subPort);
  const client = await broker.connected({ subPort: sub.port, reconnect: soon });
  const writer = await broker.connected();
  for (const topic of ['a.x', 'a.y', 'b']) await writer.publish('market', topic, Buffer.from('x'));
  const other: string[] = [];
  await client.subscribe('market', 'c', { onStatus: ({ topic }) => other.push(topic) });
  const wanted = ['a.x live gone', 'a.y live gone', 'b live gone'];
  /** Resolves when all of them have arrived. */
  const seen = new Set<string>();
  let onStatus = (): void => {};
  const arrival = (texts: readonly string[]): Promise<void> =>
    new Promise((resolve) => {
      onStatus = () => {
        if (texts.every((text) => seen.has(text))) resolve();
      };
      onStatus();
    });
  await client.subscribe('market', '>', {
    onStatus: ({ namespace, topic, state, publisher, reason, maxAgeMs, since }) => {
      expect([namespace, reason, maxAgeMs]).toEqual(['market', null, null]);
      expect(since).toBeGreaterThan(Date.now() - 60_000);
      seen.add(`${topic} ${state} ${publisher}`);
      onStatus();
    },
  });
  await writer.close();
  await arrival(wanted);
  seen.clear();
  sub.cut();
  await arrival(wanted);
  const back = await broker.connected();
  await back.publish('market', 'b', Buffer.from('x'));
  await arrival(['b live present']);
  expect(other).toEqual([]);
});
