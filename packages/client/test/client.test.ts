import { AuthFailedError, PayloadTooLargeError, PulseMQError, TopicFormatError } from '@pulsemq/protocol';
import { describe, expect, test } from 'vitest';
import { DataFrame, PulseMQClient, type Subscription } from '../src/index.js';
import { TestBroker } from './support/broker.js';
import { topics } from './support/events.js';

describe('publish and subscribe', () => {
  test('work with every format and compression, and set all properties of a message', async () => {
    const broker = await TestBroker.start();
    const client = await broker.connected();
    const subscription = await client.subscribe('market', '>');
    const rows = Array.from({ length: 200 }, (_, index) => ({
      symbol: 'sz000651',
      price: 10.5 + index,
      volume: index,
    }));
    const payloads = { bytes: Buffer.alloc(3_000, 7), string: '价格 '.repeat(500), df_msgpack: rows, df_pyarrow: rows };
    const before = Date.now();
    for (const compress of [undefined, 'zlib', 'lz4', 'zstd'] as const) {
      for (const [format, data] of Object.entries(payloads)) {
        await client.publish('market', format, data, { format: format as 'bytes', ...(compress && { compress }) });
        const { value: message } = await subscription.next();
        expect(message).toMatchObject({ namespace: 'market', topic: format, format, username: 'admin' });
        expect(message!.compressed).toBe(compress ?? null);
        const got = message!.data;
        expect(got instanceof DataFrame ? got.rows() : got).toEqual(data);
        expect(message!.timestamp).toBeGreaterThanOrEqual(before);
        expect(message!.receivedAt).toBeGreaterThanOrEqual(before - 1);
      }
    }
    const { value: last } = await client.publish('market', 'bytes', Buffer.alloc(1)).then(() => subscription.next());
    expect(last).toMatchObject({ sequence: 5, afterDrop: false, isSnapshot: false, maybeDuplicate: false });
  });

  test('defect 36: a message published right after subscribe() arrives', async () => {
    const broker = await TestBroker.start();
    const [reader, writer] = [await broker.connected(), await broker.connected()];
    for (let round = 0; round < 20; round++) {
      const subscription = await reader.subscribe('market', `t${round}`);
      await writer.publish('market', `t${round}`, Buffer.from('first'));
      expect(await topics(subscription, 1)).toEqual([`t${round}`]);
      await subscription.close();
    }
  });

  test('defect 7: subscriptions of one client receive only their own messages', async () => {
    const broker = await TestBroker.start();
    const client = await broker.connected();
    const a = await client.subscribe('market', 'aaa.*');
    const b = await client.subscribe('market', 'bbb.*');
    const all = await client.subscribe('market', '>');
    for (const topic of ['aaa.x', 'bbb.y', 'ccc.z', 'aaa.end', 'bbb.end']) {
      await client.publish('market', topic, Buffer.from('x'));
    }
    expect(await topics(a, 2)).toEqual(['aaa.x', 'aaa.end']);
    expect(await topics(b, 2)).toEqual(['bbb.y', 'bbb.end']);
    expect(await topics(all, 5)).toEqual(['aaa.x', 'bbb.y', 'ccc.z', 'aaa.end', 'bbb.end']);
    expect([a.queuedCount, b.queuedCount]).toEqual([0, 0]);
  });

  test('two subscriptions to one pattern are independent; closing one keeps the other', async () => {
    const broker = await TestBroker.start();
    const client = await broker.connected();
    const first = await client.subscribe('market', 't');
    const second = await client.subscribe('market', 't');
    await client.publish('market', 't', Buffer.from('1'));
    expect(await topics(second, 1)).toEqual(['t']);
    await first.close();
    await client.publish('market', 't', Buffer.from('2'));
    expect(await topics(first, 9)).toEqual(['t']);
    expect(await topics(second, 1)).toEqual(['t']);
    await second.close();
    await client.publish('market', 't', Buffer.from('3'));
    await client.flush();
    expect(second.queuedCount).toBe(0);
  });

  test('leaving a loop closes the subscription; an onMessage that throws is called again', async () => {
    const broker = await TestBroker.start();
    const client = await broker.connected();
    const errors: string[] = [];
    client.on('error', (error) => errors.push(error.message));
    let count = 0;
    await client.subscribe('market', '>', {
      onMessage: () => {
        count++;
        throw new Error('no');
      },
    });
    const subscription = await client.subscribe('market', '>');
    await client.publishMany('market', 't', [Buffer.from('1'), Buffer.from('2'), Buffer.from('3')]);
    for await (const message of subscription) if (message.sequence === 3) break;
    expect(subscription.isClosed).toBe(true);
    expect([count, errors]).toEqual([3, ['no', 'no', 'no']]);
  });

  test('a subscription that another one ends in its callback is not called any more', async () => {
    const broker = await TestBroker.start();
    const client = await broker.connected();
    const counts = [0, 0, 0, 0];
    const subscriptions: Subscription[] = [];
    // Each ends one of the others at its first message, in any order of calls.
    for (const index of counts.keys()) {
      const onMessage = () => (counts[index]!++ === 0 ? subscriptions[(index + 2) % 4]?.close() : undefined);
      subscriptions.push(await client.subscribe('market', 't', { onMessage }));
    }
    const marker = await client.subscribe('market', 'end');
    await client.publish('market', 't', Buffer.from('1'));
    await client.publish('market', 'end', Buffer.from('x'));
    await marker.next();
    expect(counts.reduce((sum, count) => sum + count)).toBe(2);
    expect(Math.max(...counts)).toBe(1);
  });

  test('large payloads arrive whole between small ones', async () => {
    const broker = await TestBroker.start();
    const client = await broker.connected();
    const subscription = await client.subscribe('market', '>');
    const sizes = [1, 65_535, 65_536, 300_000, 5_000_000, 2, 10_485_760];
    const sent = sizes.map((size, index) => Buffer.alloc(size, index + 1));
    await Promise.all(sent.map((data, index) => client.publish('market', `t${index}`, data)));
    for (const data of sent) {
      const { value } = await subscription.next();
      expect(Buffer.compare(value!.data as Uint8Array, data)).toBe(0);
    }
  });
});

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
