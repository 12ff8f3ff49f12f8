import { describe, expect, test } from 'vitest';
import type { ClientOptions } from '../src/core/client-options.js';
import { Servers, serverAddressOf } from '../src/core/servers.js';
import { PulseMQClient } from '../src/index.js';
import { TestBroker } from './support/broker.js';
import { nextEvent, topics } from './support/events.js';

const addressOf = ({ pubPort, subPort }: TestBroker): string => `127.0.0.1:${pubPort}/${subPort}`;

/** Two brokers that know the same user, and which of them a client is at. */
async function two() {
  const brokers = [await TestBroker.start(), await TestBroker.start()] as const;
  const servers = brokers.map(addressOf);
  const client = await brokers[0].connectedTo(servers);
  // A reader of each broker sees what the client publishes there.
  const readers = await Promise.all(brokers.map((broker) => broker.connected()));
  const heard: number[] = [];
  for (const [index, reader] of readers.entries()) {
    await reader.subscribe('market', 'where', { onMessage: () => heard.push(index) });
  }
  const where = async (): Promise<number> => {
    await client.publish('market', 'where', Buffer.from('x'));
    await Promise.all(readers.filter(({ isConnected }) => isConnected).map((reader) => reader.flush()));
    while (heard.length === 0) await new Promise((resolve) => setImmediate(resolve));
    return heard.pop()!;
  };
  return { brokers, client, servers, where };
}

describe('a list of servers', () => {
  test.each([
    ['a.example:5555', { host: 'a.example', pubPort: 5555, subPort: 5556, url: null }],
    ['10.0.0.1:1/7', { host: '10.0.0.1', pubPort: 1, subPort: 7, url: null }],
    ['[::1]:5555', { host: '::1', pubPort: 5555, subPort: 5556, url: null }],
    ['a.example', undefined],
    ['a:65535', undefined],
    ['a:0', undefined],
    ['::1:5555', undefined],
    ['', undefined],
  ])('reads %j', (text, address) => {
    expect(serverAddressOf(text)).toEqual(address);
  });

  test('is shuffled once, goes round, and takes what a broker names behind the others', () => {
    const given = ['a:1', 'b:1', 'c:1'].map((text) => serverAddressOf(text)!);
    // Always the first of those that are left.
    const servers = new Servers(given, () => 0);
    const round = (): string[] =>
      Array.from({ length: servers.count }, () => {
        const { host } = servers.current;
        servers.next();
        return host;
      });
    expect(round()).toEqual(['b', 'c', 'a']);
    servers.learn(['c:1', 'd:1', 'no address', 7, 'a:2']);
    expect(round()).toEqual(['b', 'c', 'a', 'a', 'd']);
  });

  test('is refused with the part that is wrong, and together with a host', () => {
    const make = (options: Partial<ClientOptions>) => () =>
      new PulseMQClient({ username: 'a', token: 't', ...options });
    expect(make({ servers: [] })).toThrow('servers is a list of 0 entries, expected a list of host:pubPort');
    expect(make({ servers: ['a'] })).toThrow('servers is "a", expected host:pubPort or host:pubPort/subPort');
    expect(make({ servers: ['a:1'], host: 'a' })).toThrow('give either servers, or host, pubPort and subPort');
  });
});

test('a first server that is away is passed over', async () => {
  const broker = await TestBroker.start();
  const servers = ['127.0.0.1:1', '127.0.0.1:2', addressOf(broker)];
  const client = await broker.connectedTo(servers);
  await client.publish('market', 'a', Buffer.from('x'));
});

test('after a loss the first retry goes to another server without a wait, with every subscription', async () => {
  const { brokers, client, where } = await two();
  const first = await where();
  const subscription = await client.subscribe('market', 'mine');
  const delays: number[] = [];
  client.on('reconnecting', ({ delayMs }) => delays.push(delayMs));
  const reconnected = nextEvent(client, 'reconnected');
  await brokers[first]!.stop();
  expect((await reconnected).tryCount).toBe(1);
  expect(delays).toEqual([0]);
  expect(await where()).toBe(1 - first);
  await client.publish('market', 'mine', Buffer.from('x'));
  expect(await topics(subscription, 1)).toEqual(['mine']);
});

test('a client that only publishes hears DRAIN and moves before the broker closes it, with every publish acknowledged', async () => {
  const { brokers, client, where } = await two();
  const first = await where();
  const disconnected = nextEvent(client, 'disconnected');
  const reconnected = nextEvent(client, 'reconnected');
  let hasMoved = false;
  const publishing = (async () => {
    while (!hasMoved) await client.publish('market', 'a', Buffer.from('x'));
  })();
  // An hour: it ends because its clients have gone.
  const drained = brokers[first]!.drain(3_600_000);
  expect((await disconnected).error.message).toContain('the broker is about to end');
  await reconnected;
  hasMoved = true;
  await publishing;
  expect(await where()).toBe(1 - first);
  // The reader of that broker knows no other.
  await brokers[first]!.stop();
  await drained;
});

test('servers that AUTH_OK names are used by a client that was given one', async () => {
  const other = await TestBroker.start();
  const named = await TestBroker.start({ cluster: { servers_for_clients: [addressOf(other)] } });
  const client = await named.connected();
  const reader = await other.connected();
  const subscription = await reader.subscribe('market', 'a');
  const reconnected = nextEvent(client, 'reconnected');
  await named.stop();
  expect((await reconnected).tryCount).toBe(1);
  await client.publish('market', 'a', Buffer.from('x'));
  expect(await topics(subscription, 1)).toEqual(['a']);
});
