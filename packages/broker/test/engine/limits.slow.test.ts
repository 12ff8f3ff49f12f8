import { once } from 'node:events';
import { connect } from 'node:net';
import { MessageType, WireError } from '@pulsemq/protocol';
import { encodeFrame, FrameFlag } from '@pulsemq/zmtp';
import { describe, expect, test } from 'vitest';
import type { EngineLimits } from '../../src/port-limits.js';
import { startEngine, testEntitlements, tokenOf, userOf } from './engine-fixture.js';
import { testConfig, wirePublish } from './support.js';
import { WirePeer } from './wire-peer.js';

/** Every limit of the engine: what happens when it is reached, and that others go on. */

const startWith = (limits: Partial<EngineLimits>, config = {}) =>
  startEngine({ ...config, limits: { ...testConfig.limits, ...limits } });

type Running = Awaited<ReturnType<typeof startEngine>>;

/** How often a limit was reached, by the counters of the next second. */
async function hits({ events, event }: Running, name: keyof EngineLimits | string): Promise<number> {
  events.splice(0);
  const { counters } = await event('counters');
  return counters.limitHits[name as never] as number;
}

/** Greets and then says nothing. */
async function halfOpen(port: number) {
  const socket = connect({ port, host: '127.0.0.1' });
  await once(socket, 'connect');
  socket.on('error', () => {});
  const closed = once(socket, 'close');
  // The broker answers the first byte of a greeting with its own.
  socket.write(Buffer.from([0xff]));
  await once(socket, 'data');
  return { socket, closed };
}

const pub = (topic: string, more = {}) => ({
  type: MessageType.pub,
  namespace: 'market',
  topic,
  username: 'publisher',
  payload: Buffer.from('x'),
  ...more,
});

/** The beginning of a PUB of `payloadBytes`, without its payload. */
function begun(payloadBytes: number): Buffer {
  const whole = wirePublish('big', Buffer.alloc(payloadBytes), { username: 'publisher' });
  return whole.subarray(0, whole.length - payloadBytes - 2);
}

describe('connections', () => {
  test('fault T1: past the connections without a log-in the oldest gives way, and a log-in still works', async () => {
    const running = await startWith({ pendingCount: 5, pendingPerAddress: 5 });
    const first = await halfOpen(running.pubPort);
    const others = await Promise.all([1, 2, 3, 4].map(() => halfOpen(running.pubPort)));
    const publisher = await running.session('publisher');
    await first.closed;
    expect(others.every(({ socket }) => !socket.destroyed)).toBe(true);
    expect((await publisher.request(pub('a'))).body.status).toBe('PUB_OK');
    expect((await running.event('incident')).text).toContain('5 connections of one address without a log-in are open');
    expect(await hits(running, 'pendingPerAddress')).toBe(1);
    for (const { socket } of others) socket.destroy();
  });

  test('past all connections one without a log-in gives way; without any the new one is refused', async () => {
    const running = await startWith({ connectionCount: 2 });
    const idle = await halfOpen(running.pubPort);
    await running.session('publisher');
    const reader = await running.session('reader');
    await idle.closed;
    await running.event('sessionOpened');
    await expect(WirePeer.open(running.pubPort, { socketType: 'DEALER' })).rejects.toThrow('closed');
    expect((await reader.request({ type: MessageType.ping })).type).toBe(MessageType.pong);
    expect(await hits(running, 'connections')).toBe(2);
  });

  test('one address has its own limit, another is not concerned', async () => {
    const running = await startWith({ connectionsPerAddress: 1 });
    await running.session('publisher');
    await expect(WirePeer.open(running.pubPort, { socketType: 'DEALER' })).rejects.toThrow('closed');
    const elsewhere = await WirePeer.open(running.pubPort, { socketType: 'DEALER' }, '127.0.0.2');
    expect((await elsewhere.auth('reader', tokenOf('reader'))).body.status).toBe('AUTH_OK');
    await elsewhere.close();
  });

  test('a connection that does not log in is closed after its time', async () => {
    const running = await startWith({ loginTimeoutMs: 500 });
    const peer = await WirePeer.open(running.pubPort, { socketType: 'DEALER' });
    await peer.closed;
    expect(await hits(running, 'loginTimeout')).toBe(1);
  });
});

describe('messages that have begun to arrive', () => {
  test('fault T8: the fifth of five half-sent messages of one user is refused, and the bytes come back', async () => {
    const running = await startWith({ inboundBytesPerUser: 4_100_000 });
    const peers = await Promise.all(Array.from({ length: 5 }, () => running.session('publisher')));
    for (const peer of peers) peer.socket.write(begun(1_000_000));
    const replies = peers.map((peer) => peer.reply());
    peers[4]!.socket.write(Buffer.concat([Buffer.alloc(1_000_000), encodeFrame(Buffer.alloc(0))]));
    const { body } = await Promise.race(replies);
    expect(body.error_code).toBe(WireError.limitReached);
    expect(body.error_message).toContain('exceed 4100000');
    for (const peer of peers.slice(0, 4)) {
      peer.socket.write(Buffer.concat([Buffer.alloc(1_000_000), encodeFrame(Buffer.alloc(0))]));
    }
    expect((await Promise.all(replies)).map((reply) => reply.body.status).sort()).toEqual([
      'PUB_OK',
      'PUB_OK',
      'PUB_OK',
      'PUB_OK',
      undefined,
    ]);
    running.events.splice(0);
    expect((await running.event('counters')).counters.inboundBytes).toBe(0);
  });

  test('what a connection had begun to send is given back when it closes', async () => {
    const running = await startWith({});
    const [large, small] = [await running.session('publisher'), await running.session('publisher')];
    large.socket.write(begun(1_000_000));
    small.socket.write(begun(100_000));
    await running.session('reader');
    running.events.splice(0);
    expect((await running.event('counters')).counters.inboundBytes).toBeGreaterThan(1_100_000 - 100_000);
    await Promise.all([large.close(), small.close()]);
    running.events.splice(0);
    expect((await running.event('counters')).counters.inboundBytes).toBe(0);
  });

  test('a half-sent small message past the limit of its user ends the connection', async () => {
    const running = await startWith({ inboundBytesPerUser: 1_048_576 - 1 });
    const peer = await running.session('publisher');
    peer.socket.write(begun(900_000));
    const others = await Promise.all(Array.from({ length: 4 }, () => running.session('publisher')));
    for (const other of others) {
      const wire = wirePublish('a', Buffer.alloc(100_000), { username: 'publisher' });
      other.socket.write(wire.subarray(0, 90_000));
    }
    await Promise.race(others.map((other) => other.closed));
    expect(await hits(running, 'inboundBytesPerUser')).toBeGreaterThan(0);
  });
});

test('fault T8: a connection that never reads its replies is closed, and not read from meanwhile', async () => {
  const running = await startWith({ unreadReplyBytes: 65_536 }, { pingIntervalMs: 1_000, pingTimeoutMs: 500 });
  const peer = await running.session('publisher');
  peer.socket.pause();
  const ping = Buffer.from(encodePings(20_000));
  peer.socket.write(ping);
  const closed = running.event('sessionClosed');
  for (let more = 0; more < 30; more++) peer.socket.write(ping);
  expect((await closed).reason).toContain('has not read its replies');
  expect(await hits(running, 'unreadReplies')).toBe(1);
});

function encodePings(count: number): Uint8Array {
  const one = wirePublish('a', 'x', { type: MessageType.ping, username: 'publisher' });
  return Buffer.concat(Array.from({ length: count }, () => one));
}

describe('names and subscriptions', () => {
  test.each([
    ['namespaces', { namespaceCount: 2 }, { namespace: 'third', username: 'root' }, 'limits.max_namespaces'],
    ['topics', { topicCount: 1 }, { username: 'root' }, 'limits.max_topics'],
    ['topicsPerUser', { topicsPerUser: 1 }, { username: 'root' }, 'limits.topics_per_user'],
  ] as const)(
    'past the limit of %s a new topic is refused and a known one goes on',
    async (name, limits, more, key) => {
      const running = await startWith(limits);
      const root = await running.session('root');
      expect((await root.request(pub('a', { username: 'root' }))).body.status).toBe('PUB_OK');
      const { body } = await root.request(pub('b', more));
      expect(body.error_code).toBe(WireError.limitReached);
      expect(body.error_message).toContain(key);
      expect((await root.request(pub('a', { username: 'root' }))).body.status).toBe('PUB_OK');
      expect(await hits(running, name)).toBe(1);
    },
  );

  test('past the subscriptions of all sessions a SUB is refused, and UNSUB makes room', async () => {
    const running = await startWith({ subscriptionCount: 2 });
    const [first, second] = [await running.session('reader'), await running.session('reader')];
    const sub = (topic: string, type: MessageType = MessageType.sub) => ({ type, namespace: 'market', topic });
    for (const pattern of ['a', 'b']) expect((await first.request(sub(pattern))).body.status).toBe('SUB_OK');
    expect((await second.request(sub('a'))).body.error_message).toContain('limits.max_subscriptions)');
    await first.request(sub('a', MessageType.unsub));
    expect((await second.request(sub('a'))).body.status).toBe('SUB_OK');
    await first.close();
    await running.event('sessionClosed');
    expect((await second.request(sub('c'))).body.status).toBe('SUB_OK');
  });
});

test('a user that publishes faster than its rate waits, and loses nothing', async () => {
  const running = await startWith({ publishRatePerUser: 1_000 });
  const publisher = await running.session('publisher');
  const one = wirePublish('a', 'x', { username: 'publisher' });
  const beganMs = performance.now();
  publisher.socket.write(Buffer.concat(Array.from({ length: 500 }, () => one)));
  for (let count = 0; count < 500; count++) expect((await publisher.reply()).body.status).toBe('PUB_OK');
  publisher.socket.write(one);
  expect((await publisher.reply()).body.status).toBe('PUB_OK');
  // 500 messages at 1,000 a second, less the burst of a tenth of a second: the last one comes 400 ms later.
  expect(performance.now() - beganMs).toBeGreaterThan(390);
  expect(await hits(running, 'publishRatePerUser')).toBeGreaterThan(0);
});

describe('PLAIN', () => {
  const plain = (name: string, password = tokenOf(name)) => ({
    socketType: 'SUB' as const,
    plain: { username: name, password },
  });

  test('fault T12: a wrong token is reported with its name, and not as bytes that are not ZMTP', async () => {
    const running = await startEngine();
    await expect(WirePeer.open(running.subPort, plain('reader', 'wrong'))).rejects.toThrow();
    await running.session('reader');
    const text = 'PLAIN log-in of "reader" refused';
    expect(running.events.filter((event) => event.kind === 'incident')).toMatchObject([
      { incident: 'authFailed', text },
    ]);
  });

  test('fault T12: sessions and PLAIN subscribers together keep the connection limit of their user', async () => {
    const running = await startEngine({ maxConnectionsPerUser: 2 });
    await running.session('reader');
    const first = await WirePeer.open(running.subPort, plain('reader'));
    await expect(WirePeer.open(running.subPort, plain('reader'))).rejects.toThrow();
    await first.close();
    await running.event('subscriberClosed');
    await (await WirePeer.open(running.subPort, plain('reader'))).close();
    expect(await hits(running, 'connectionsPerUser')).toBe(1);
  });

  test('fault T12: after wrong tokens the next handshake of that address waits', async () => {
    const running = await startEngine();
    for (let attempt = 0; attempt < 8; attempt++) {
      await expect(WirePeer.open(running.subPort, plain('reader', 'wrong'))).rejects.toThrow();
    }
    const beganMs = performance.now();
    await (await WirePeer.open(running.subPort, plain('reader'))).close();
    expect(performance.now() - beganMs).toBeGreaterThan(390);
  });

  test('fault T11: a token that is reset between HELLO and INITIATE is refused', async () => {
    const running = await startEngine();
    const socket = connect({ port: running.subPort, host: '127.0.0.1', noDelay: true });
    const received: Buffer[] = [];
    socket.on('data', (chunk) => received.push(chunk));
    const welcome = new Promise<void>((resolve) =>
      socket.on('data', () => {
        if (Buffer.concat(received).includes('WELCOME')) resolve();
      }),
    );
    const greeting = Buffer.alloc(64);
    greeting.set([0xff, 0, 0, 0, 0, 0, 0, 0, 0, 0x7f, 3, 1]);
    greeting.write('PLAIN', 12);
    const text = (value: string): Buffer => Buffer.concat([Buffer.from([value.length]), Buffer.from(value)]);
    const command = (name: string, body: Buffer): Uint8Array =>
      encodeFrame(Buffer.concat([text(name), body]), FrameFlag.command);
    socket.write(greeting);
    socket.write(command('HELLO', Buffer.concat([text('reader'), text(tokenOf('reader'))])));
    await welcome;
    const reset = userOf(3, 'reader', { tokenHash: '0'.repeat(64) });
    running.engine.command({ kind: 'user', user: reset });
    const closed = once(socket, 'close');
    socket.write(command('INITIATE', Buffer.from('\x0bSocket-Type\0\0\0\x03SUB', 'latin1')));
    await closed;
    expect(running.events.some((event) => event.kind === 'subscriberOpened')).toBe(false);
    expect(testEntitlements.users.some(({ id }) => id === 3)).toBe(true);
  });
});
