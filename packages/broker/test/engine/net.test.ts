import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { PassThrough } from 'node:stream';
import { connect as connectTls, createServer as createTlsServer, type TLSSocket } from 'node:tls';
import { MessageType } from '@pulsemq/protocol';
import { describe, expect, onTestFinished, test } from 'vitest';
import { Listener } from '../../src/engine/net/listener.js';
import { type ReadListener, readIntoShared, readOrdinary } from '../../src/engine/net/raw-accept.js';
import { selfSigned } from '../encryption/certificates.js';
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

/** Everything a client sends by TLS, from the moment it connects. The server stops reading after each read and goes on in the next turn. */
async function throughTls(read: (socket: TLSSocket, onRead: ReadListener) => void, bytes: Buffer) {
  const { cert, key } = await selfSigned();
  const server = createTlsServer({ cert, key }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const reads: Buffer[] = [];
  const buffers = new Set<Buffer>();
  server.once('secureConnection', (socket) => {
    read(socket, (buf, lengthBytes) => {
      reads.push(Buffer.from(buf.subarray(0, lengthBytes)));
      buffers.add(buf);
      socket.pause();
      setImmediate(() => socket.resume());
    });
    socket.on('end', () => socket.end('all'));
  });
  const { port } = server.address() as AddressInfo;
  const client = connectTls({ port, host: '127.0.0.1', ca: cert, servername: 'localhost' });
  client.end(bytes);
  expect(String((await once(client, 'data'))[0])).toBe('all');
  await once(client, 'close');
  server.close();
  return { received: Buffer.concat(reads), readCount: reads.length, bufferCount: buffers.size };
}

describe('canary: TLS brings the same bytes into the shared buffer as in the ordinary way', () => {
  const bytes = Buffer.from(Uint8Array.from({ length: 1_000_000 }, (_, index) => (index * 31) % 256));

  test('shared', async () => {
    const shared = await throughTls((socket, onRead) => expect(readIntoShared(socket, onRead)).toBe(true), bytes);
    expect(Buffer.compare(shared.received, bytes)).toBe(0);
    // The end of the handshake may bring one read of its own.
    expect(shared.bufferCount).toBeLessThanOrEqual(2);
    expect(shared.readCount).toBeGreaterThan(10);
  });

  test('ordinary', async () => {
    const ordinary = await throughTls(readOrdinary, bytes);
    expect(Buffer.compare(ordinary.received, bytes)).toBe(0);
    expect(ordinary.bufferCount).toBe(ordinary.readCount);
  });

  test('a socket of another form is left alone', () => {
    expect(readIntoShared(new PassThrough(), () => {})).toBe(false);
  });
});

test('both ports 0 are two adjacent free ports', async () => {
  const { pubPort, subPort } = await startEngine();
  expect(subPort).toBe(pubPort + 1);
});

test('a port in use is reported with the code of the system', async () => {
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
  const { session, bound, engine, event, events } = await startEngine();
  const publisher = await session('publisher');
  const reader = await session('reader');
  const stream = await bound(reader.ticket);
  await reader.request({ type: MessageType.sub, namespace: 'market', topic: '>' });
  // More than the kernel holds, for a reader that begins to read in the middle of the drain.
  stream.socket.pause();
  const payload = Buffer.alloc(10_000_000, 'x');
  await publisher.request({ type: MessageType.pub, namespace: 'market', topic: 'a', username: 'publisher', payload });
  const secondsBefore = events.filter(({ kind }) => kind === 'counters').length;
  engine.command({ kind: 'drain', moveMs: 0, timeoutMs: 5_000 });
  await event('counters', () => events.filter(({ kind }) => kind === 'counters').length > secondsBefore);
  stream.socket.resume();
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

test('counters are reported every second', async () => {
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
