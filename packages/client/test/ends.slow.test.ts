import { encodeMessage } from '@pulsemq/zmtp';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { PulseMQClient, PulseMQError, type Subscription, TimeoutError } from '../src/index.js';
import { badPeer, badPeers } from './support/bad-peer.js';
import { TestBroker } from './support/broker.js';
import { nextEvent } from './support/events.js';
import { TcpProxy } from './support/proxy.js';

/** No call waits for ever: each ends by its own time-out, with its own error. */

let broker: TestBroker;
beforeAll(async () => {
  broker = await TestBroker.open();
});
afterAll(() => broker.close());

const credentials = { host: '127.0.0.1', username: 'admin', token: 'x' };

describe.each(Object.keys(badPeers) as (keyof typeof badPeers)[])('a peer that %s', (name) => {
  test.each([
    ['connect', {}],
    ['connect with attempts from the start', { fromStart: true, maxTries: 2, baseDelayMs: 1, maxDelayMs: 1 }],
  ])('%s ends', async (_, reconnect) => {
    const port = await badPeer(name);
    const client = new PulseMQClient({
      ...credentials,
      pubPort: port,
      subPort: port,
      connectTimeoutMs: 150,
      reconnect,
    });
    const error = await client.connect().then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(PulseMQError);
    expect((error as PulseMQError).code).toMatch(/^PMQ_(TIMEOUT|NOT_CONNECTED)$/);
    await client.close();
  });

  test('calls that wait for its connection end with connect, and close() ends', async () => {
    const port = await badPeer(name);
    const options = { ...credentials, pubPort: port, subPort: port, connectTimeoutMs: 150, reconnect: false };
    const client = new PulseMQClient(options);
    const connecting = client.connect();
    const waiting = Object.values(calls).map((call) => call(client));
    const results = await Promise.allSettled([connecting, ...waiting]);
    for (const result of results)
      expect(result).toMatchObject({ status: 'rejected', reason: expect.any(PulseMQError) });
    await client.close();
  });
});

/** Every call of a client that asks the broker for something. */
const calls: Record<string, (client: PulseMQClient) => Promise<unknown>> = {
  publish: (client) => client.publish('market', 'a', Buffer.from('x')),
  publishMany: (client) => client.publishMany('market', 'a', [Buffer.from('x')]),
  'publishMany of an asynchronous source': (client) =>
    client.publishMany(
      'market',
      'a',
      (async function* () {
        yield Buffer.from('x');
      })(),
    ),
  flush: (client) => client.flush(),
  subscribe: (client) => client.subscribe('market', 'new.>'),
  queryNamespaces: (client) => client.queryNamespaces(),
  queryTopics: (client) => client.queryTopics('market'),
  queryPermission: (client) => client.queryPermission(),
  querySubscriptions: (client) => client.querySubscriptions(),
};

/** A reply with a payload that is not JSON. */
const badReply = encodeMessage([
  Buffer.from('0103010000000000000000000000000000000000', 'hex'),
  ...Array.from({ length: 3 }, () => new Uint8Array(0)),
  Buffer.from('not JSON'),
  new Uint8Array(0),
]);

/** What happens to a connected client whose broker goes wrong, and the codes of its calls. */
const failures: [string, (proxy: TcpProxy) => void, RegExp][] = [
  ['never answers', (proxy) => proxy.answerInstead(() => {}), /^PMQ_TIMEOUT$/],
  ['closes the connection', (proxy) => proxy.answerInstead((near) => void near.destroy()), /^PMQ_NOT_CONNECTED$/],
  [
    'sends garbage',
    (proxy) => proxy.answerInstead((near) => void near.write(Buffer.alloc(300, 0xff))),
    /^PMQ_(NOT_CONNECTED|PROTOCOL)$/,
  ],
  [
    'sends replies that are no JSON',
    (proxy) => proxy.answerInstead((near) => void near.write(badReply)),
    /^PMQ_(NOT_CONNECTED|PROTOCOL)$/,
  ],
];

async function throughProxy(options: object): Promise<{ client: PulseMQClient; proxy: TcpProxy; open: Subscription }> {
  const [proxy, deliveries] = [await TcpProxy.to(broker.pubPort), await TcpProxy.to(broker.subPort)];
  const client = new PulseMQClient({
    ...credentials,
    token: broker.token,
    pubPort: proxy.port,
    subPort: deliveries.port,
    // Also the limit of the subscribe below, which a busy machine must answer in time.
    requestTimeoutMs: 500,
    ...options,
  });
  onTestFinished(() => client.close());
  await client.connect();
  const open = await client.subscribe('market', 'a');
  return { client, proxy, open };
}

describe.each(failures)('a broker that %s', (_, fail, codes) => {
  test.each(Object.entries(calls))('%s ends', async (_name, call) => {
    const { client, proxy } = await throughProxy({ reconnect: false });
    fail(proxy);
    const error = await call(client).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(PulseMQError);
    // A publish that was sent, but not answered, may have arrived: its error has the cause.
    const { code, cause } = error as PulseMQError;
    expect((cause as PulseMQError | undefined)?.code ?? code).toMatch(codes);
  });

  test('the close of a subscription ends, its iteration throws, and close() ends', async () => {
    const { client, proxy, open } = await throughProxy({ reconnect: false });
    const other = await client.subscribe('market', 'b');
    fail(proxy);
    const iteration = expect(other.next()).rejects.toBeInstanceOf(PulseMQError);
    await open.close();
    await iteration;
    await client.close();
    expect([open.isClosed, other.isClosed]).toEqual([true, true]);
  });
});

describe('while the client reconnects for ever', () => {
  const reconnect = { maxTries: Number.POSITIVE_INFINITY, baseDelayMs: 1, maxDelayMs: 10 };

  test.each(Object.entries(calls))('%s waits at most offlineTimeoutMs', async (_, call) => {
    const { client, proxy } = await throughProxy({ reconnect, offlineTimeoutMs: 150 });
    const lost = nextEvent(client, 'disconnected');
    proxy.answerInstead((near) => void near.destroy());
    client.publish('market', 'a', Buffer.from('x')).catch(() => {});
    await lost;
    await expect(call(client)).rejects.toThrow(new TimeoutError('no connection within 150 ms (offlineTimeoutMs)'));
  });

  test('a publish that is sent again after losses does not wait anew', async () => {
    const { client, proxy } = await throughProxy({ reconnect, offlineTimeoutMs: 150, inFlight: 'retry' });
    proxy.answerInstead((near) => void near.destroy());
    await expect(client.publish('market', 'a', Buffer.from('x'))).rejects.toThrow(TimeoutError);
  });
});

test('a subscription does not wait for messages of a dead link', async () => {
  const deliveries = await TcpProxy.to(broker.subPort);
  const client = await broker.connected({
    subPort: deliveries.port,
    pingIntervalMs: 50,
    pingTimeoutMs: 100,
    reconnect: false,
  });
  const subscription = await client.subscribe('market', 'a');
  const next = subscription.next();
  deliveries.swallow();
  await expect(next).rejects.toThrow(/did not answer a PING within 100 ms/);
});
