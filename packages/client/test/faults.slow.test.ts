import { getEventListeners, once } from 'node:events';
import type { LookupFunction } from 'node:net';
import { MessageChannel } from 'node:worker_threads';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { Client } from '../src/core/client.js';
import {
  DataFrame,
  Decimal,
  NotConnectedError,
  PermissionDeniedError,
  PreciseDate,
  type PublishOptions,
  ReceivedMessage,
} from '../src/index.js';
import { nodePlatform } from '../src/transport/node-platform.js';
import { openTcpBy } from '../src/transport/tcp.js';
import { TestBroker } from './support/broker.js';
import { PausingSource } from './support/pausing-source.js';

describe('fault F7: a message is a value', () => {
  const rows = [
    { at: PreciseDate.from('2026-11-24T09:29:00.123456789Z'), price: Decimal.from('10.50'), ids: [2n ** 60n] },
  ];

  async function received(data: unknown, options: PublishOptions): Promise<ReceivedMessage> {
    const broker = await TestBroker.start();
    const client = await broker.connected();
    const subscription = await client.subscribe('market', '>');
    await client.publish('market', 'a', Buffer.from('earlier'));
    await client.publish('market', 'a.b', data, options);
    await subscription.receive();
    return (await subscription.receive())!;
  }

  /** All properties of a message. A clone has its payload as a plain Uint8Array. */
  const propertiesOf = (message: ReceivedMessage) => ({ ...message.toJSON(), payload: [...message.payload] });

  test.each<[PublishOptions['format'], unknown]>([
    ['bytes', Buffer.from('10.55')],
    ['string', '价格'],
    ['df_msgpack', [{ at: rows[0]!.at, ids: [2n ** 60n] }]],
    ['df_pyarrow', rows],
  ])('structuredClone and postMessage keep a message of format %s', async (format, data) => {
    const message = await received(data, { format: format!, compress: 'zstd', doNotConflate: true });
    const { port1, port2 } = new MessageChannel();
    onTestFinished(() => port1.close());
    port1.postMessage(message);
    const [posted] = await once(port2, 'message');
    for (const clone of [structuredClone(message), posted]) {
      const revived = ReceivedMessage.from(clone);
      expect(propertiesOf(revived)).toEqual(propertiesOf(message));
      expect(revived.doNotConflate).toBe(true);
    }
  });

  test('what JSON.parse makes of a message is refused: its bytes are not in the JSON', async () => {
    const message = await received('x', { format: 'string' });
    for (const clone of [JSON.parse(JSON.stringify(message)), {}, { place: { bytes: 'x' } }]) {
      expect(() => ReceivedMessage.from(clone)).toThrow(
        expect.objectContaining({
          code: 'PMQ_BAD_OPTION',
          message: 'clone is of type object, expected a message from structuredClone or postMessage, not from JSON',
        }),
      );
    }
  });

  test('JSON has every property, and the decoded payload as data', async () => {
    const message = await received(rows, { format: 'df_pyarrow' });
    expect(JSON.parse(JSON.stringify(message))).toEqual({
      namespace: 'market',
      topic: 'a.b',
      sequence: 1,
      epoch: message.epoch,
      username: 'admin',
      format: 'df_pyarrow',
      compressed: null,
      timestamp: message.timestamp,
      receivedAt: message.receivedAt,
      afterDrop: false,
      isSnapshot: false,
      isRecovered: false,
      isReplayed: false,
      isConflated: false,
      conflatedCount: 1,
      doNotConflate: false,
      maybeDuplicate: false,
      data: [{ at: '2026-11-24T09:29:00.123456789Z', price: '10.50', ids: ['1152921504606846976'] }],
    });
  });

  test('a payload that cannot be decoded is in the JSON as base64, with the reason', async () => {
    const broker = await TestBroker.start();
    const client = await broker.connected();
    const subscription = await client.subscribe('market', '>');
    const { SerializedPayload } = await import('../src/index.js');
    await client.publish('market', 'a', new SerializedPayload(Buffer.from('x'), { format: 'df_pyarrow' }));
    const json = JSON.parse(JSON.stringify(await subscription.receive()));
    expect(json).toMatchObject({ data: null, problem: 'Arrow stream is cut short', payload: 'eA==' });
  });

  test('a clone of a DataFrame has its Arrow stream', () => {
    const clone = structuredClone(DataFrame.from(rows));
    expect(DataFrame.fromArrow(clone.arrow).rows()).toEqual(DataFrame.from(rows).rows());
  });
});

describe('fault F9: publishMany does not wait for a source that pauses', () => {
  test('when the user has no right', async () => {
    const broker = await TestBroker.start();
    const client = await broker.connected(await broker.reader('reader'));
    const source = new PausingSource([Buffer.from('1')]);
    await expect(client.publishMany('market', 'a', source)).rejects.toThrow(PermissionDeniedError);
    expect(source.isClosed).toBe(true);
  });

  test('when an item is too large', async () => {
    const client = await (await TestBroker.start()).connected();
    const source = new PausingSource([Buffer.from('1'), Buffer.alloc(10_485_761)]);
    const call = client.publishMany('market', 'a', source);
    await expect(call).rejects.toThrow('has 10485761 bytes, the limit is 10485760 bytes');
    expect(source.isClosed).toBe(true);
  });

  test('when its signal is aborted', async () => {
    const client = await (await TestBroker.start()).connected();
    const source = new PausingSource([Buffer.from('1')]);
    const abort = new AbortController();
    const call = client.publishMany('market', 'a', source, { signal: abort.signal });
    await source.paused;
    abort.abort();
    await expect(call).rejects.toMatchObject({ code: 'PMQ_ABORTED' });
    expect(source.isClosed).toBe(true);
    expect(getEventListeners(abort.signal, 'abort')).toEqual([]);
  });

  test('when the client is closed', async () => {
    const client = await (await TestBroker.start()).connected();
    const source = new PausingSource([Buffer.from('1')]);
    const call = client.publishMany('market', 'a', source);
    await Promise.all([expect(call).rejects.toThrow(NotConnectedError), source.paused.then(() => client.close())]);
    expect(source.isClosed).toBe(true);
  });

  test('when the client was never connected', async () => {
    const client = (await TestBroker.start()).client();
    const source = new PausingSource([]);
    await expect(client.publishMany('market', 'a', source)).rejects.toThrow('not connected: call connect() first');
    expect(source.isClosed).toBe(true);
  });

  test('an error of the source is the error of the call; what was sent before has arrived', async () => {
    const client = await (await TestBroker.start()).connected();
    const subscription = await client.subscribe('market', '>');
    async function* failing() {
      yield Buffer.from('1');
      throw new Error('no more data');
    }
    await expect(client.publishMany('market', 'a', failing())).rejects.toThrow('no more data');
    expect(String((await subscription.receive())!.payload)).toBe('1');
  });
});

test('fault F10: one signal for many calls has one listener while they wait, and none afterwards', async () => {
  const warnings = vi.fn();
  process.on('warning', warnings);
  onTestFinished(() => void process.off('warning', warnings));
  const client = await (await TestBroker.start()).connected();
  const { signal } = new AbortController();
  const listenerCount = (): number => getEventListeners(signal, 'abort').length;
  const subscriptions = await Promise.all(
    Array.from({ length: 12 }, (_, index) => client.subscribe('market', `a${index}`, { signal })),
  );
  expect(listenerCount()).toBe(1);
  const calls = [
    ...Array.from({ length: 20 }, () => client.publish('market', 'a0', Buffer.from('x'), { signal })),
    ...Array.from({ length: 20 }, () => client.queryTopics('market', { signal })),
    ...Array.from({ length: 20 }, () => client.publishMany('market', 'a1', [Buffer.from('x')], { signal })),
    ...subscriptions.slice(0, 2).map((one) => one.receive({ signal })),
    client.flush({ signal }),
  ];
  expect(listenerCount()).toBe(1);
  await Promise.all(calls);
  await Promise.all(subscriptions.map((one) => one.close({ signal })));
  expect(listenerCount()).toBe(0);
  // Node emits its warning in the next tick.
  await new Promise(setImmediate);
  expect(warnings).not.toHaveBeenCalled();
});

test('fault F10: an aborted signal ends every call that shares it', async () => {
  const client = await (await TestBroker.start()).connected();
  const abort = new AbortController();
  const { signal } = abort;
  const subscriptions = await Promise.all(
    Array.from({ length: 12 }, (_, index) => client.subscribe('market', `a${index}`, { signal })),
  );
  const waits = subscriptions.map((one) => one.next());
  abort.abort();
  for (const wait of waits) await expect(wait).rejects.toMatchObject({ code: 'PMQ_ABORTED' });
  expect(getEventListeners(signal, 'abort')).toEqual([]);
});

describe('fault F11: all addresses of a host name are tried', () => {
  const lookupOf =
    (...addresses: string[]): LookupFunction =>
    (_host, _options, callback) =>
      callback(
        null,
        addresses.map((address) => ({ address, family: 4 })),
      );

  function clientOf(broker: TestBroker, lookup: LookupFunction): Client {
    const { pubPort, subPort, token } = broker;
    const platform = { ...nodePlatform, openTransport: openTcpBy(lookup) };
    const client = new Client({ host: 'broker.test', pubPort, subPort, username: 'admin', token }, platform);
    onTestFinished(() => client.close());
    return client;
  }

  test('the first one refuses', async () => {
    const broker = await TestBroker.start();
    const client = clientOf(broker, lookupOf('127.0.0.2', '127.0.0.3', '127.0.0.1'));
    await client.connect();
    const subscription = await client.subscribe('market', '>');
    await client.publish('market', 'a', new Uint8Array([1]));
    expect([...(await subscription.receive())!.payload]).toEqual([1]);
  });

  test('all of them refuse: the error names them', async () => {
    const broker = await TestBroker.start();
    const client = clientOf(broker, lookupOf('127.0.0.2', '127.0.0.3'));
    await expect(client.connect()).rejects.toThrow(/: ECONNREFUSED \(127\.0\.0\.2, 127\.0\.0\.3\)$/);
  });
});
