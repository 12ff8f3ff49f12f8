import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { MessageType } from '@pulsemq/protocol';
import { describe, expect, onTestFinished, test } from 'vitest';
import { Listener } from '../../src/engine/net/listener.js';
import { startEngine } from './engine-fixture.js';
import { testGuard } from './support.js';
import { WirePeer } from './wire-peer.js';

/** Everything a client sends, as the listener hands it on, in one piece. */
async function throughListener(mode: 'raw' | 'ordinary', bytes: Buffer): Promise<{ received: Buffer; isRaw: boolean }> {
  const chunks: Buffer[] = [];
  const sockets: Socket[] = [];
  let whole = (): void => {};
  const isWhole = new Promise<void>((resolve) => {
    whole = resolve;
  });
  let lengthBytes = 0;
  const acceptor = {
    accept: (makeSocket: (onRead: (buf: Buffer, length: number) => void) => Socket) => {
      const socket = makeSocket((buf, length) => {
        chunks.push(Buffer.from(buf.subarray(0, length)));
        lengthBytes += length;
        if (lengthBytes === bytes.length) whole();
      });
      socket.on('error', () => {});
      sockets.push(socket);
    },
  };
  const listener = await Listener.open(
    '127.0.0.1',
    0,
    acceptor,
    { guard: testGuard, onAcceptError: (error) => testGuard.caught('accept', error) },
    mode,
  );
  const client = connect(listener.port, '127.0.0.1');
  await once(client, 'connect');
  client.write(bytes);
  await isWhole;
  expect(sockets[0]!.remoteAddress).toBe('127.0.0.1');
  expect(sockets[0]!.remotePort).toBe(client.localPort);
  // Writing, its exact test for "the kernel took it all", and the end of the other side work on such a socket as on any.
  sockets[0]!.write('back');
  expect(sockets[0]!.writableLength).toBe(0);
  expect(String((await once(client, 'data'))[0])).toBe('back');
  const ended = once(sockets[0]!, 'close');
  sockets[0]!.on('end', () => sockets[0]!.destroy());
  client.end();
  await ended;
  listener.close();
  return { received: Buffer.concat(chunks), isRaw: listener.isRaw };
}

describe('canary: reading into one shared buffer, and the ordinary way, bring the same bytes', () => {
  const bytes = Buffer.from(Uint8Array.from({ length: 3_000_000 }, (_, index) => (index * 31) % 256));

  test('raw', async () => {
    const { received, isRaw } = await throughListener('raw', bytes);
    expect(isRaw).toBe(true);
    expect(Buffer.compare(received, bytes)).toBe(0);
  });

  test('ordinary', async () => {
    const { received, isRaw } = await throughListener('ordinary', bytes);
    expect(isRaw).toBe(false);
    expect(Buffer.compare(received, bytes)).toBe(0);
  });
});

test('both ports 0 are two adjacent free ports', async () => {
  const { pubPort, subPort } = await startEngine();
  expect(subPort).toBe(pubPort + 1);
});

test('a port in use is told with the code of the system', async () => {
  const holder = createServer();
  await new Promise<void>((resolve) => holder.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void holder.close());
  const { port } = holder.address() as { port: number };
  await expect(startEngine({ pubPort: port })).rejects.toThrow('EADDRINUSE');
});

describe('silence', () => {
  test('a handshake that is not finished in time ends the connection', async () => {
    const { pubPort } = await startEngine({ handshakeTimeoutMs: 100 });
    const socket = connect(pubPort, '127.0.0.1');
    socket.on('error', () => {});
    socket.resume();
    socket.write(Buffer.from('ff00000000000000017f', 'hex'));
    await once(socket, 'close');
  });

  test('a peer that answers PING stays, one that does not goes and its slot is free', async () => {
    const { session, pubPort, event } = await startEngine({ pingIntervalMs: 300, pingTimeoutMs: 300 });
    const alive = await session('reader');
    const dead = await session('publisher');
    // From here on nothing of this connection is read, so no PONG leaves: a link that swallows everything.
    dead.socket.pause();
    const closed = await event('sessionClosed');
    expect(closed).toMatchObject({ userId: 2, reason: 'no answer to a PING within 300 ms' });
    expect((await alive.request({ type: MessageType.ping })).type).toBe(MessageType.pong);
    await (await WirePeer.open(pubPort, { socketType: 'DEALER' })).close();
  });
});

test('draining writes what waits, then closes everything', async () => {
  const { session, bound, engine, event } = await startEngine();
  const publisher = await session('publisher');
  const reader = await session('reader');
  const stream = await bound(reader.ticket);
  await reader.request({ type: MessageType.sub, namespace: 'market', topic: '>' });
  const payload = Buffer.alloc(5_000_000, 'x');
  await publisher.request({ type: MessageType.pub, namespace: 'market', topic: 'a', username: 'publisher', payload });
  engine.command({ kind: 'drain', timeoutMs: 3_000 });
  expect((await stream.delivery()).payload.length).toBe(payload.length);
  await stream.closed;
  await event('stopped');
});

test('kicking a user or a session ends it with the reason', async () => {
  const { session, engine, events } = await startEngine();
  const first = await session('reader');
  const second = await session('publisher');
  engine.command({ kind: 'kickUser', userId: 3, reason: 'kicked by admin' });
  engine.command({ kind: 'kickSession', session: 2, reason: 'too slow' });
  await Promise.all([first.closed, second.closed]);
  const reasons = events.flatMap((one) => (one.kind === 'sessionClosed' ? [one.reason] : []));
  expect(reasons.sort()).toEqual(['kicked by admin', 'too slow']);
});

test('counters are told every second', async () => {
  const { session, event } = await startEngine();
  const publisher = await session('publisher');
  await publisher.request({
    type: MessageType.pub,
    namespace: 'market',
    topic: 'a',
    username: 'publisher',
    payload: Buffer.from('abc'),
  });
  const { counters } = await event('counters', ({ counters: { publishedCount } }) => publishedCount > 0);
  expect(counters).toMatchObject({
    connectionCount: 1,
    sessionCount: 1,
    publishedCount: 1,
    publishedBytes: 3,
    routeCount: 1,
    authOkCount: 1,
  });
});

test('a stopped reader loses only its own messages', async () => {
  const { session, bound, event } = await startEngine({ outboxBytes: 2_000_000, pacingMs: 0 });
  const publisher = await session('publisher');
  const [slow, healthy] = await Promise.all([session('reader'), session('reader')]);
  const [slowStream, stream] = await Promise.all([bound(slow!.ticket), bound(healthy!.ticket)]);
  for (const one of [slow!, healthy!]) await one.request({ type: MessageType.sub, namespace: 'market', topic: '>' });
  slowStream!.socket.pause();
  const payload = Buffer.alloc(10_000, 'x');
  const count = 2_000;
  for (let index = 0; index < count; index++) {
    await publisher.request({ type: MessageType.pub, namespace: 'market', topic: 'a', username: 'publisher', payload });
    expect((await stream!.delivery()).block!.sequence).toBe(index + 1);
  }
  await event('counters', ({ counters }) => counters.droppedCount > 0);
  slowStream!.socket.resume();
  let last = 0;
  let notices = 0;
  while (last < count) {
    const { sequence, bits } = (await slowStream!.delivery()).block!;
    expect((bits & 4) !== 0).toBe(sequence !== last + 1);
    if (bits & 4) notices++;
    last = sequence;
  }
  expect(notices).toBeGreaterThan(0);
});
