import { expect, test } from 'vitest';
import { DataFrame, type Subscription } from '../../src/index.js';
import { TestBroker } from '../support/broker.js';
import { topics } from '../support/events.js';
import type { TransportName } from '../support/transports.js';

/** What a client does on every transport. */
export function publishAndSubscribe(transport: TransportName): void {
  test('work with every format and compression, and set all properties of a message', async () => {
    const broker = await TestBroker.start({}, transport);
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
        // The broker follows the wall clock once a second: a clock that is set during the test may be ahead of it.
        expect(Math.abs(message!.receivedAt! - message!.timestamp)).toBeLessThan(1_000);
      }
    }
    const { value: last } = await client.publish('market', 'bytes', Buffer.alloc(1)).then(() => subscription.next());
    expect(last).toMatchObject({ sequence: 5, afterDrop: false, isSnapshot: false, maybeDuplicate: false });
  });

  test('defect 36: a message published right after subscribe() arrives', async () => {
    const broker = await TestBroker.start({}, transport);
    const [reader, writer] = [await broker.connected(), await broker.connected()];
    for (let round = 0; round < 20; round++) {
      const subscription = await reader.subscribe('market', `t${round}`);
      await writer.publish('market', `t${round}`, Buffer.from('first'));
      expect(await topics(subscription, 1)).toEqual([`t${round}`]);
      await subscription.close();
    }
  });

  test('defect 7: subscriptions of one client receive only their own messages', async () => {
    const broker = await TestBroker.start({}, transport);
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
    const broker = await TestBroker.start({}, transport);
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
    const broker = await TestBroker.start({}, transport);
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
    const broker = await TestBroker.start({}, transport);
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
    const broker = await TestBroker.start({}, transport);
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
}
