import { describe, expect, test } from 'vitest';
import { backoffMs } from '../src/core/backoff.js';
import { TestBroker } from './support/broker.js';
import { nextEvent, topics } from './support/events.js';
import { TcpProxy } from './support/proxy.js';

const soon = { baseDelayMs: 1, maxDelayMs: 20, maxTries: 1_000 };

/** A client whose two connections go through proxies. */
async function proxied(broker: TestBroker) {
  const [pub, sub] = [await TcpProxy.to(broker.pubPort), await TcpProxy.to(broker.subPort)];
  return { pub, sub, ports: { pubPort: pub.port, subPort: sub.port } };
}

test('defect 12: publishes and subscriptions continue after a restart of the broker', async () => {
  const broker = await TestBroker.start();
  const client = await broker.connected({ reconnect: soon });
  const subscription = await client.subscribe('market', 'a.>');
  await client.publish('market', 'a.before', Buffer.from('x'));
  const reconnected = nextEvent(client, 'reconnected');
  await broker.restart();
  await reconnected;
  expect(client.isConnected).toBe(true);
  await client.publish('market', 'a.after', Buffer.from('x'));
  expect(await topics(subscription, 2)).toEqual(['a.before', 'a.after']);
});

test('after a restart each topic has one gap of unknown size', async () => {
  const broker = await TestBroker.start();
  const client = await broker.connected({ reconnect: soon });
  const gaps: string[] = [];
  client.on('gap', ({ topic, epochChanged, missedCount }) => gaps.push(`${topic} ${epochChanged} ${missedCount}`));
  const subscription = await client.subscribe('market', '>');
  for (const topic of ['a', 'b']) await client.publish('market', topic, Buffer.from('x'));
  const reconnected = nextEvent(client, 'reconnected');
  await broker.restart();
  await reconnected;
  for (const topic of ['a', 'b', 'a']) await client.publish('market', topic, Buffer.from('x'));
  await topics(subscription, 5);
  expect(gaps).toEqual(['a true undefined', 'b true undefined']);
});

test('after lost connections, received plus missed messages equals published ones', async () => {
  const broker = await TestBroker.start();
  const writer = await broker.connected();
  const { sub, ports } = await proxied(broker);
  const reader = await broker.connected({ ...ports, reconnect: soon });
  let received = 0;
  let missed = 0;
  reader.on('gap', ({ missedCount }) => {
    missed += missedCount ?? Number.NaN;
  });
  const awaited = new Map<string, () => void>();
  const arrival = (text: string): Promise<void> => new Promise((resolve) => awaited.set(text, resolve));
  const [first, last] = [arrival('first'), arrival('last')];
  await reader.subscribe('market', '>', {
    onMessage: ({ payload }) => {
      received++;
      awaited.get(Buffer.from(payload).toString())?.();
    },
  });
  await writer.publish('market', 't', Buffer.from('first'));
  await first;
  for (let round = 0; round < 5; round++) {
    const reconnected = nextEvent(reader, 'reconnected');
    const publishing = writer.publishMany('market', 't', Array(200).fill(Buffer.from('x')));
    sub.cut();
    await publishing;
    await reconnected;
  }
  await writer.publish('market', 't', Buffer.from('last'));
  await last;
  expect(received + missed).toBe(1_002);
});

describe('unanswered publishes of a lost connection', () => {
  test('fail with an error that says they may have arrived', async () => {
    const broker = await TestBroker.start();
    const { pub, ports } = await proxied(broker);
    const client = await broker.connected({ ...ports, reconnect: soon });
    pub.swallow();
    const publishing = client.publish('market', 't', Buffer.from('x'));
    pub.cut();
    await expect(publishing).rejects.toMatchObject({
      code: 'PMQ_NOT_CONNECTED',
      message: expect.stringContaining('not acknowledged: the broker may or may not have it'),
    });
  });

  test('are sent again with a mark, in order, before newer ones', async () => {
    const broker = await TestBroker.start();
    const reader = await broker.connected();
    const subscription = await reader.subscribe('market', '>');
    const { pub, ports } = await proxied(broker);
    const client = await broker.connected({ ...ports, reconnect: soon, inFlight: 'retry' });
    const publishing = Array.from({ length: 50 }, (_, index) =>
      client.publish('market', `t${index}`, Buffer.from('x')),
    );
    pub.cut();
    publishing.push(client.publish('market', 'later', Buffer.from('x')));
    await Promise.all(publishing);
    const seen = new Map<string, boolean>();
    while (!seen.has('later')) {
      const { value } = await subscription.next();
      // At most one copy has no mark.
      if (seen.has(value!.topic)) expect(value!.maybeDuplicate).toBe(true);
      seen.set(value!.topic, value!.maybeDuplicate);
    }
    expect(seen.size).toBe(51);
  });
});

test.each([
  ['pub', 'both'],
  ['pub', 'toBroker'],
  ['pub', 'toClient'],
  ['sub', 'both'],
  ['sub', 'toBroker'],
  ['sub', 'toClient'],
] as const)('a half-open %s link that swallows %s is found within interval and time-out', async (link, direction) => {
  const broker = await TestBroker.start();
  const { pub, sub, ports } = await proxied(broker);
  const client = await broker.connected({ ...ports, reconnect: false, pingIntervalMs: 200, pingTimeoutMs: 200 });
  await client.subscribe('market', '>');
  const disconnected = nextEvent(client, 'disconnected');
  const startedMs = performance.now();
  ({ pub, sub })[link].swallow(direction);
  expect((await disconnected).error.message).toContain('did not answer a PING within 200 ms');
  expect(performance.now() - startedMs).toBeLessThan(4_000);
});

test('gives up after its attempts and rejects all waiting calls', async () => {
  const broker = await TestBroker.start();
  const client = await broker.connected({ reconnect: { ...soon, maxTries: 3 } });
  const subscription = await client.subscribe('market', '>');
  const tries: number[] = [];
  client.on('reconnecting', ({ tryCount }) => tries.push(tryCount));
  const waiting = expect(subscription.next()).rejects.toThrow('gave up after 3 tries');
  await broker.stop();
  await waiting;
  expect(tries).toEqual([1, 2, 3]);
  await expect(client.publish('market', 'a', Buffer.from('x'))).rejects.toThrow('gave up after 3 tries');
  await expect(client.connect()).rejects.toThrow('this client has ended, make a new one: gave up after 3 tries');
});

test('five thousand subscriptions on one client survive a restart', async () => {
  const broker = await TestBroker.start({ limits: { max_subscriptions_per_session: 5_001 } });
  const client = await broker.connected({ reconnect: soon });
  const counts = new Array<number>(5_000).fill(0);
  const subscribing = counts.map((_, index) =>
    client.subscribe('market', `t${index}`, { onMessage: () => counts[index]!++ }),
  );
  await Promise.all(subscribing);
  const reconnected = nextEvent(client, 'reconnected');
  await broker.restart();
  await reconnected;
  const marker = await client.subscribe('marker', 'end');
  await Promise.all(counts.map((_, index) => client.publish('market', `t${index}`, Buffer.from('x'))));
  await client.publish('marker', 'end', Buffer.from('x'));
  await marker.next();
  expect(counts.every((count) => count === 1)).toBe(true);
});

describe('close', () => {
  test('defect 41: ends in under a second, broker dead or alive', async () => {
    const broker = await TestBroker.start();
    const { pub, ports } = await proxied(broker);
    const client = await broker.connected({ ...ports, reconnect: soon });
    const subscription = await client.subscribe('market', '>');
    pub.swallow();
    const publishing = client.publish('market', 'a', Buffer.from('x'));
    publishing.catch(() => {});
    const startedMs = performance.now();
    await client.close();
    expect(performance.now() - startedMs).toBeLessThan(4_000);
    await expect(publishing).rejects.toThrow('the client was closed');
    expect((await subscription.next()).done).toBe(true);
    await client.close();
    await expect(client.connect()).rejects.toThrow('this client has ended, make a new one: the client was closed');
  });

  test('while it reconnects ends the tries', async () => {
    const broker = await TestBroker.start();
    const client = await broker.connected({ reconnect: { ...soon, baseDelayMs: 10_000, maxDelayMs: 10_000 } });
    const disconnected = nextEvent(client, 'disconnected');
    await broker.stop();
    await disconnected;
    const publishing = client.publish('market', 'a', Buffer.from('x'));
    publishing.catch(() => {});
    await client.close();
    await expect(publishing).rejects.toThrow('the client was closed');
  });

  test('waits a moment for what is on its way', async () => {
    const broker = await TestBroker.start();
    const client = await broker.connected();
    const publishing = Array.from({ length: 1_000 }, () => client.publish('market', 'a', Buffer.alloc(100)));
    await client.close();
    await Promise.all(publishing);
  });

  test('by `await using`', async () => {
    const broker = await TestBroker.start();
    const client = await broker.connected();
    {
      await using held = client;
      await held.publish('market', 'a', Buffer.from('x'));
    }
    expect(client.isConnected).toBe(false);
  });
});

test('a signal ends a wait', async () => {
  const broker = await TestBroker.start();
  const client = await broker.connected({ reconnect: { ...soon, baseDelayMs: 10_000, maxDelayMs: 10_000 } });
  const abort = new AbortController();
  const subscription = await client.subscribe('market', '>', { signal: abort.signal });
  const waiting = subscription.next();
  abort.abort();
  await expect(waiting).rejects.toMatchObject({ code: 'PMQ_ABORTED' });
  const disconnected = nextEvent(client, 'disconnected');
  await broker.stop();
  await disconnected;
  await expect(client.queryNamespaces({ signal: AbortSignal.timeout(20) })).rejects.toMatchObject({
    code: 'PMQ_ABORTED',
  });
});

test('a subscription given up before it is live is taken back', async () => {
  const broker = await TestBroker.start();
  const client = await broker.connected();
  const abort = new AbortController();
  // Its SUB waits for the connection that deliveries come on.
  const givenUp = client.subscribe('market', 'a', { signal: abort.signal });
  abort.abort();
  await expect(givenUp).rejects.toMatchObject({ code: 'PMQ_ABORTED' });
  await client.subscribe('market', 'b');
  await client.flush();
  expect(await client.querySubscriptions()).toEqual([{ namespace: 'market', pattern: 'b' }]);
});

test('back-off doubles to its ceiling and is spread over all of it', () => {
  const options = { baseDelayMs: 1_000, maxDelayMs: 30_000, maxTries: 10, fromStart: false };
  const ceilings = [1, 2, 3, 4, 5, 6, 7, 100].map((tryCount) => backoffMs(tryCount, options, () => 1));
  expect(ceilings).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]);
  expect(backoffMs(5, options, () => 0)).toBe(0);
});
