import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { NotConnectedError, PulseMQClient, PulseMQError, TopicFormatError } from '../src/index.js';
import { TestBroker } from './support/broker.js';
import { nextEvent } from './support/events.js';

/** Any value, as a JavaScript program may pass it. */
const any = (value: unknown): never => value as never;
const x = Buffer.from('x');

/** The error that a call throws or rejects with. */
async function errorOf(call: () => unknown): Promise<PulseMQError> {
  try {
    await call();
  } catch (error) {
    if (error instanceof PulseMQError) return error;
    throw error;
  }
  throw new Error('the call did not fail');
}

describe('arguments of a wrong type are refused by name', () => {
  test.each<[string, string, (client: PulseMQClient) => Promise<unknown>]>([
    ['publish(null)', 'namespace is null, expected a string', (client) => client.publish(any(null), 'a', x)],
    ['a topic', 'topic is 5, expected a string', (client) => client.publish('market', any(5), x)],
    ['a pattern', 'pattern is undefined, expected a string', (client) => client.subscribe('market', any(undefined))],
    ['a namespace', 'namespace is of type object, expected a string', (client) => client.subscribe(any({}), 'a')],
  ])('%s: %s', async (_, text, call) => {
    const client = new PulseMQClient({ username: 'a', token: 'b' });
    const error = await errorOf(() => call(client));
    expect(error).toBeInstanceOf(TopicFormatError);
    expect(error.message).toBe(text);
  });

  test.each<[string, (client: PulseMQClient) => unknown]>([
    ['options is "df_pyarrow", expected an object', (client) => client.publish('m', 'a', x, any('df_pyarrow'))],
    ['options is null, expected an object', (client) => client.publish('m', 'a', x, any(null))],
    ['items is 5, expected an array', (client) => client.publishMany('m', 'a', any(5))],
    ['items is "abc", expected an array', (client) => client.publishMany('m', 'a', 'abc')],
    ['items is of type object', (client) => client.publishMany('m', 'a', any({ token: 'secret' }))],
    ['settings is null', (client) => client.subscribe('m', 'a', any(null))],
    ['queueLimit is 5, expected an integer', (client) => client.subscribe('m', 'a', { queueLimit: any(5n) })],
    ['event is "gaps", expected connected, disconnected', (client) => client.on(any('gaps'), () => {})],
    ['listener of gap is undefined, expected a function', (client) => client.on('gap', any(undefined))],
    ['options is of type undefined, expected an object', () => new PulseMQClient(any(undefined))],
    ['reconnect is "yes"', () => new PulseMQClient({ username: 'a', token: 'b', reconnect: any('yes') })],
    [
      'reconnect.fromStart is "x", expected true or false',
      () => new PulseMQClient({ username: 'a', token: 'b', reconnect: { fromStart: any('x') } }),
    ],
  ])('%s', async (text, call) => {
    const client = new PulseMQClient({ username: 'a', token: 'b' });
    const error = await errorOf(() => call(client));
    expect(error.code).toBe('PMQ_BAD_OPTION');
    expect(error.message).toContain(text);
    expect(error.message).not.toContain('secret');
  });
});

test('a server that does not speak ZMTP is reported as a failed connection', async () => {
  const server = createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
  server.listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const client = new PulseMQClient({ host: '127.0.0.1', pubPort: port, username: 'a', token: 'b' });
  const error = await errorOf(() => client.connect());
  expect(error).toBeInstanceOf(NotConnectedError);
  expect(error.message).toContain(`127.0.0.1:${port} is not a broker`);
});

test('a subscription with onMessage cannot be iterated', async () => {
  const broker = await TestBroker.start();
  const client = await broker.connected();
  const subscription = await client.subscribe('market', '>', { onMessage: () => {} });
  await expect(subscription.next()).rejects.toThrow('market:> has onMessage');
  await expect(subscription.receive()).rejects.toThrow('market:> has onMessage');
});

test('the rejection of a promise of another library goes to the event error', async () => {
  const broker = await TestBroker.start();
  const client = await broker.connected();
  const error = nextEvent(client, 'error');
  // biome-ignore lint/suspicious/noThenProperty: a promise of another library looks like this
  const strange = { then: (_: unknown, reject: (reason: Error) => void) => reject(new Error('no')) };
  await client.subscribe('market', 'a', { onMessage: () => strange });
  await client.publish('market', 'a', x);
  expect((await error).message).toBe('no');
});
