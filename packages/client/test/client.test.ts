import { readFileSync } from 'node:fs';
import { AuthFailedError, PayloadTooLargeError, PulseMQError, TopicFormatError } from '@pulsemq/protocol';
import { describe, expect, test } from 'vitest';
import { PulseMQClient } from '../src/index.js';
import { publishAndSubscribe } from './suite/publish-and-subscribe.js';
import { TestBroker } from './support/broker.js';

test('a connection has the name and version of its client', async () => {
  const broker = await TestBroker.start();
  await broker.connected();
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  // The list follows the engine by a moment.
  let listed = await broker.connections();
  while (listed.length === 0) listed = await broker.connections();
  expect(listed.map(({ client_name }) => client_name)).toEqual([`pulsemq-js/${version}`]);
});

describe('publish and subscribe', () => publishAndSubscribe('tcp'));

describe('defect 14: replies and promises', () => {
  test('a cancelled publish does not shift the replies of others', async () => {
    const broker = await TestBroker.start();
    const client = await broker.connected();
    const outcomes = await Promise.allSettled(
      Array.from({ length: 300 }, (_, index) => {
        const abort = new AbortController();
        const call = client.publish('market', index % 3 === 0 ? 'system' : `t${index}`, Buffer.from('x'), {
          signal: abort.signal,
        });
        if (index % 5 === 0) abort.abort();
        return call;
      }),
    );
    for (const [index, outcome] of outcomes.entries()) {
      if (index % 5 !== 0) expect(outcome.status).toBe('fulfilled');
      else expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'PMQ_ABORTED' } });
    }
    expect(await client.queryTopics('market')).toContain('t1');
  });

  test('a rejection belongs to its publish', async () => {
    const broker = await TestBroker.start({ limits: { topics_per_namespace: 5 } });
    const client = await broker.connected();
    const outcomes = await Promise.allSettled(
      Array.from({ length: 20 }, (_, index) => client.publish('market', `t${index % 10}`, Buffer.from('x'))),
    );
    const refused = outcomes.flatMap((outcome, index) => (outcome.status === 'rejected' ? [index % 10] : []));
    expect(refused).toEqual([5, 6, 7, 8, 9, 5, 6, 7, 8, 9]);
  });
});

describe('bad input is refused before anything is sent', () => {
  test.each([
    ['a bad topic', (client: PulseMQClient) => client.publish('market', 'a b', Buffer.from('x')), TopicFormatError],
    [
      'a reserved namespace',
      (client: PulseMQClient) => client.publish('system', 'a', Buffer.from('x')),
      TopicFormatError,
    ],
    ['a bad pattern', (client: PulseMQClient) => client.subscribe('market', 'a.>.b'), TopicFormatError],
    ['text as bytes', (client: PulseMQClient) => client.publish('market', 'a', 'x'), PulseMQError],
    [
      'an oversize text',
      (client: PulseMQClient) => client.publish('market', 'a', 'x'.repeat(8_193), { format: 'string' }),
      PayloadTooLargeError,
    ],
    ['a bad option', (client: PulseMQClient) => client.subscribe('market', 'a', { queueLimit: 0 }), PulseMQError],
  ])('%s', async (_, call, kind) => {
    const broker = await TestBroker.start();
    const client = await broker.connected();
    await expect(call(client)).rejects.toBeInstanceOf(kind);
    await client.publish('market', 'a', Buffer.from('x'));
  });

  test.each([
    [{ pubPort: 0 }, 'pubPort is 0, expected an integer from 1 to 65535'],
    [{ username: '' }, 'username is ""'],
    [{ token: 5 as unknown as string }, 'token is of type number'],
    [{ token: '' }, 'token is ""'],
    [{ reconnect: { maxTries: 0 } }, 'reconnect.maxTries is 0'],
    [{ inFlight: 'forget' as 'fail' }, 'inFlight is "forget", expected fail or retry'],
  ])('option %j', (options, text) => {
    expect(() => new PulseMQClient({ username: 'a', token: 'b', ...options })).toThrow(text);
  });

  test('connect() reports a wrong token and a missing broker; publish() needs connect()', async () => {
    const broker = await TestBroker.start();
    await expect(broker.client({ token: 'wrong' }).connect()).rejects.toBeInstanceOf(AuthFailedError);
    const idle = broker.client();
    await expect(idle.publish('market', 'a', Buffer.from('x'))).rejects.toThrow('call connect() first');
    const unreachable = broker.client({ pubPort: 1, connectTimeoutMs: 2_000 });
    await expect(unreachable.connect()).rejects.toThrow('cannot connect to 127.0.0.1:1: ECONNREFUSED');
  });
});

describe('queries', () => {
  test('answer what the user may read', async () => {
    const broker = await TestBroker.start();
    const client = await broker.connected();
    await client.publish('market', 'b', Buffer.from('x'));
    await client.publish('', 'a', Buffer.from('x'));
    expect(await client.queryTopics('market')).toEqual(['b']);
    expect(await client.queryTopics('')).toEqual(['a']);
    expect((await client.queryNamespaces()).map(({ name }) => name).sort()).toEqual(['default', 'market']);
    expect(await client.queryPermission()).toEqual({ type: 'super_admin', namespaces: {} });
  });
});

describe('a queue that is full', () => {
  const flood = async (onFull: 'dropOldest' | 'dropNewest' | 'pause') => {
    const broker = await TestBroker.start();
    const [client, writer] = [await broker.connected(), await broker.connected()];
    const slow: number[] = [];
    client.on('slow', ({ droppedCount }) => slow.push(droppedCount));
    const subscription = await client.subscribe('market', 't', { queueLimit: 10, onFull });
    const marker = await client.subscribe('market', 'marker');
    await writer.publishMany(
      'market',
      't',
      Array.from({ length: 100 }, (_, index) => Buffer.from([index])),
    );
    await writer.publish('market', 'marker', Buffer.from('x'));
    return { subscription, marker, slow };
  };

  test.each([
    ['dropOldest', 90],
    ['dropNewest', 0],
  ] as const)('drops by %s, counts, and emits slow once', async (onFull, first) => {
    const { subscription, marker, slow } = await flood(onFull);
    await marker.next();
    expect([subscription.queuedCount, subscription.droppedCount, slow]).toEqual([10, 90, [1]]);
    expect(((await subscription.next()).value!.data as Uint8Array)[0]).toBe(first);
  });

  test('pauses by `pause`, and loses nothing', async () => {
    const { subscription } = await flood('pause');
    for (let index = 0; index < 100; index++) {
      expect(((await subscription.next()).value!.data as Uint8Array)[0]).toBe(index);
    }
    expect(subscription.droppedCount).toBe(0);
  });
});

test('publishes without acknowledgement have arrived when flush() resolves', async () => {
  const broker = await TestBroker.start();
  const client = await broker.connected();
  let count = 0;
  await client.subscribe('market', '>', { onMessage: () => count++ });
  const marker = await client.subscribe('marker', 'end');
  for (let index = 0; index < 5_000; index++) void client.publish('market', 't', Buffer.alloc(100), { ack: false });
  await client.flush();
  await client.publish('marker', 'end', Buffer.from('x'));
  await marker.next();
  expect(count).toBe(5_000);
});
