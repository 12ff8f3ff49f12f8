import { describe, expect, onTestFinished, test } from 'vitest';
import { Client } from '../src/core/client.js';
import type { Platform } from '../src/core/platform.js';
import { nodePlatform } from '../src/transport/node-platform.js';
import { TestBroker } from './support/broker.js';

/** TCP with plain Uint8Arrays instead of Buffers, as another runtime would have them. */
const plainPlatform: Platform = {
  ...nodePlatform,
  allocate: (sizeBytes) => new Uint8Array(sizeBytes).fill(0xdd),
  openTransport: (target, listener) =>
    nodePlatform.openTransport(target, {
      onBytes: (buf, lengthBytes) => listener.onBytes(new Uint8Array(buf.buffer, buf.byteOffset), lengthBytes),
      onDrain: () => listener.onDrain(),
      onClose: (error) => listener.onClose(error),
    }),
};

async function connected(broker: TestBroker, platform: Platform): Promise<Client> {
  const { pubPort, subPort, token } = broker;
  const client = new Client({ host: '127.0.0.1', pubPort, subPort, username: 'admin', token }, platform);
  onTestFinished(() => client.close());
  await client.connect();
  return client;
}

/** How the broker delivers each subscription of its one client, in the order of their patterns. */
async function policies(broker: TestBroker, client: Client): Promise<string[]> {
  const lanes = await broker.lanes();
  const listed = (await client.querySubscriptions())!;
  const shown = listed.map(({ pattern, lane = 0 }) => {
    const { on_slow, max_rate } = lanes.find((one) => one.lane === lane)!;
    return `${pattern} ${on_slow} ${max_rate}`;
  });
  return shown.sort();
}

test('the core works without Buffers, for small and for split messages', async () => {
  const broker = await TestBroker.start();
  const client = await connected(broker, plainPlatform);
  const subscription = await client.subscribe('market', '>');
  for (const size of [0, 10, 100_000, 3_000_000]) {
    const sent = new Uint8Array(size).fill(7);
    await client.publish('market', 'bytes', sent);
    const message = (await subscription.receive())!;
    expect(Object.getPrototypeOf(message.payload)).toBe(Uint8Array.prototype);
    expect(Buffer.compare(message.payload, sent)).toBe(0);
    expect([message.username, message.payloadBytes]).toEqual(['admin', size]);
  }
  await client.publish('market', 'text', '价格', { format: 'string' });
  expect((await subscription.receive())!.data).toBe('价格');
});

describe('a platform with a usual policy', () => {
  const browserLike: Platform = { ...nodePlatform, usualPolicy: { onSlow: 'conflate', maxRate: 10 } };

  test('has it for subscriptions that ask for nothing else', async () => {
    const broker = await TestBroker.start();
    await broker.keepingNamespace('market');
    const client = await connected(broker, browserLike);
    await client.subscribe('market', 'usual');
    await client.subscribe('market', 'slower', { maxRate: 1 });
    await client.subscribe('market', 'every_message', { onSlow: 'dropOldest' });
    expect(await policies(broker, client)).toEqual([
      'every_message dropOldest null',
      'slower conflate 1',
      'usual conflate 10',
    ]);
  });

  test('delivers every message of a namespace that keeps no last values', async () => {
    const broker = await TestBroker.start();
    await broker.keepingNamespace('market', false);
    const client = await connected(broker, browserLike);
    const subscription = await client.subscribe('market', 'a');
    expect(await policies(broker, client)).toEqual(['a dropOldest null']);
    await expect(client.subscribe('market', 'b', { onSlow: 'conflate' })).rejects.toThrow('needs last values');
    await client.publishMany('market', 'a', ['1', '2', '3'], { format: 'string' });
    for (const text of ['1', '2', '3']) expect((await subscription.receive())!.data).toBe(text);
  });
});

test('payloads are Buffers on Node', async () => {
  const broker = await TestBroker.start();
  const client = await connected(broker, nodePlatform);
  const subscription = await client.subscribe('market', '>');
  await client.publish('market', 'bytes', new Uint8Array([0x61]));
  const { payload, data } = (await subscription.receive())!;
  expect([Buffer.isBuffer(payload), Buffer.isBuffer(data), String(payload)]).toEqual([true, true, 'a']);
});

test('an error without a listener is a warning of the platform', async () => {
  const broker = await TestBroker.start();
  let warn: Platform['warn'] = () => {};
  const warning = new Promise<Error>((resolve) => {
    warn = resolve;
  });
  const client = await connected(broker, { ...nodePlatform, warn });
  const onMessage = (): never => {
    throw new Error('from onMessage');
  };
  await client.subscribe('market', 'a', { onMessage });
  await client.publish('market', 'a', new Uint8Array(1));
  expect((await warning).message).toBe('from onMessage');
});
