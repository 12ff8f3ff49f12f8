import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { MessageType } from '@pulsemq/protocol';
import { describe, expect, onTestFinished, test } from 'vitest';
import { relayHeader, relayValue } from '../../src/relay-pass.js';
import { selfSigned } from '../encryption/certificates.js';
import { type RunningEngine, startEngine, ticketSubscription, tokenOf } from './engine-fixture.js';
import { testConfig } from './support.js';
import { answerTo, clientFrame, ServerFrames, upgradeRequest, WebSocketStream } from './websocket-peer.js';
import { WirePeer } from './wire-peer.js';

const pub = (topic: string, payload: Uint8Array) => ({ type: MessageType.pub, namespace: 'market', topic, payload });
const sub = { type: MessageType.sub, namespace: 'market', topic: '>' };

function ending<Kind extends Socket>(socket: Kind): Kind {
  onTestFinished(() => void socket.destroy());
  socket.on('error', () => {});
  return socket;
}

const socketTo = ({ pubPort }: RunningEngine): Socket => ending(connect(pubPort, '127.0.0.1'));

async function session(running: RunningEngine, name: string, socket?: Socket) {
  const stream = ending(socket ?? (await WebSocketStream.open(running.pubPort)));
  const peer = await WirePeer.over(stream, { socketType: 'DEALER' });
  const { body } = await peer.auth(name, tokenOf(name));
  expect(body.status).toBe('AUTH_OK');
  return Object.assign(peer, { ticket: body.ticket as string });
}

describe('a WebSocket', () => {
  test('logs in, binds a lane, and receives messages of any size', async () => {
    const running = await startEngine();
    const reader = await session(running, 'reader');
    const lane = await WirePeer.over(ending(await WebSocketStream.open(running.pubPort, '/sub')), {
      socketType: 'XSUB',
    });
    lane.subscribe(ticketSubscription(reader.ticket));
    await lane.delivery();
    await reader.request(sub);
    const publisher = await session(running, 'publisher');
    for (const size of [0, 1, 125, 126, 65_535, 65_536, 3_000_000]) {
      const payload = Buffer.alloc(size, size & 0xff);
      expect((await publisher.request(pub('a', payload))).type).toBe(MessageType.ack);
      expect(Buffer.compare((await lane.delivery()).payload, payload)).toBe(0);
    }
    const opened = await running.event('sessionOpened');
    expect(JSON.stringify(opened)).toContain('DEALER WS');
  });

  test('without a ticket gets nothing, also beside a session of its address', async () => {
    const running = await startEngine();
    const reader = await running.session('reader');
    await reader.request(sub);
    const legacy = await running.raw('market:');
    const lane = await WirePeer.over(ending(await WebSocketStream.open(running.pubPort, '/sub')), {
      socketType: 'SUB',
    });
    lane.subscribe('market:');
    await lane.pong();
    const publisher = await running.session('publisher');
    await publisher.request(pub('a', Buffer.from('x')));
    expect((await legacy.delivery()).key).toBe('market:a');
    await lane.pong();
    expect(lane.messages.size).toBe(0);
  });

  test('works over TLS, where it counts as encrypted', async () => {
    const tls = { ...(await selfSigned()), clientCa: null };
    const running = await startEngine({ encryption: { mode: 'always', curve: null, tls } });
    const socket = connectTls({ port: running.pubPort, host: '127.0.0.1', ca: tls.cert });
    await once(ending(socket), 'secureConnect');
    await session(running, 'reader', await WebSocketStream.over(socket));
    const opened = await running.event('sessionOpened');
    expect(JSON.stringify(opened)).toContain('DEALER WSS');
  });

  test('in clear text is refused where auth.encryption says so', async () => {
    const tls = { ...(await selfSigned()), clientCa: null };
    const running = await startEngine({ encryption: { mode: 'always', curve: null, tls } });
    const stream = ending(await WebSocketStream.open(running.pubPort));
    await expect(WirePeer.over(stream, { socketType: 'DEALER' })).rejects.toThrow('closed before');
  });
});

describe('the upgrade', () => {
  test.each([
    ['a foreign origin', '/', { Origin: 'https://evil.example' }, 403],
    ['an origin that is none', '/', { Origin: 'null' }, 403],
    ['another path', '/other', {}, 404],
    ['a token in the URL', '/?token=abc', {}, 404],
    ['no subprotocol', '/', { 'Sec-WebSocket-Protocol': null }, 400],
    ['another subprotocol', '/', { 'Sec-WebSocket-Protocol': 'mqtt' }, 400],
    ['another version', '/', { 'Sec-WebSocket-Version': '8' }, 426],
    ['a short key', '/', { 'Sec-WebSocket-Key': 'abcd' }, 400],
    ['no Host', '/', { Host: null }, 400],
    ['no upgrade', '/', { Upgrade: null, Connection: null }, 426],
    ['a pass that is not that of the relay', '/', { [relayHeader]: 'guess e30' }, 400],
    ['more than 8,192 bytes', '/', { Cookie: 'x'.repeat(9_000) }, 431],
  ])('with %s is refused', async (_, path, lines, status) => {
    const running = await startEngine();
    const socket = socketTo(running);
    expect(await answerTo(socket, upgradeRequest(path, lines))).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    await once(socket, 'close');
    await running.event('incident', ({ incident }) => incident === 'badBytes');
  });

  test.each([
    ['no Origin', {}],
    ['the origin of its own host, on another port', { Origin: 'https://127.0.0.1:8080' }],
    ['an origin that is allowed', { Origin: 'https://desk.example' }],
  ])('with %s is allowed, and answered as RFC 6455 says', async (_, lines) => {
    const running = await startEngine({ webSocket: { allowedOrigins: ['https://desk.example'], relayPass: '' } });
    const answer = await answerTo(socketTo(running), upgradeRequest('/', lines));
    expect(answer).toMatch(/^HTTP\/1.1 101 /);
    expect(answer).toContain('Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=');
    expect(answer).toContain('Sec-WebSocket-Protocol: pulsemq.zmtp');
  });

  test('that does not end in time ends the connection', async () => {
    const running = await startEngine({ handshakeTimeoutMs: 100 });
    const socket = socketTo(running);
    socket.write('GET / HTTP/1.1\r\n');
    await once(socket, 'close');
  });

  test('of the relay brings the address of its caller, and its limits', async () => {
    const running = await startEngine({
      webSocket: { allowedOrigins: [], relayPass: 'the-pass' },
      limits: { ...testConfig.limits, connectionsPerAddress: 1 },
    });
    const lines = (address: string) => {
      const caller = { address, port: 4711, isLocal: false, isEncrypted: true };
      return { [relayHeader]: relayValue('the-pass', caller) };
    };
    const stream = await WebSocketStream.open(running.pubPort, '/', lines('192.0.2.7'));
    await session(running, 'reader', stream);
    const opened = (await running.event('sessionOpened')) as { address: string; client: string };
    expect([opened.address, opened.client]).toEqual(['192.0.2.7', 'ZMTP 3.1 DEALER WSS']);
    const second = socketTo(running);
    second.write(upgradeRequest('/', lines('192.0.2.7')));
    await once(second, 'close');
    await session(running, 'reader', await WebSocketStream.open(running.pubPort, '/', lines('192.0.2.8')));
  });

  test('of the relay that is refused is reported with the address of its caller', async () => {
    const running = await startEngine({ webSocket: { allowedOrigins: [], relayPass: 'the-pass' } });
    const caller = { address: '192.0.2.7', port: 4711, isLocal: false, isEncrypted: true };
    const lines = { [relayHeader]: relayValue('the-pass', caller), Origin: 'https://evil.example' };
    expect(await answerTo(socketTo(running), upgradeRequest('/', lines))).toMatch(/^HTTP\/1.1 403 /);
    const { address } = await running.event('incident', ({ incident }) => incident === 'badBytes');
    expect(address).toBe('192.0.2.7');
  });
});

describe('frames', () => {
  test('may be cut at any byte, as the request may', async () => {
    const running = await startEngine();
    const request = Buffer.from(upgradeRequest());
    const { ping, bytes } = await recorded(running);
    const all = Buffer.concat([request, ...bytes, ping]);
    for (let cut = 1; cut < all.length; cut++) {
      const socket = socketTo(running);
      socket.setNoDelay(true);
      const done = untilPong(socket);
      socket.write(all.subarray(0, cut));
      // The broker has read the first part when it answers on another connection that was made later.
      if (cut % 16 === 0) await (await running.raw()).pong();
      socket.write(all.subarray(cut));
      expect(await done).toContain('AUTH_OK');
      socket.destroy();
    }
  });

  test.each([
    ['without a mask', Buffer.from([0x82, 0x01, 0x00]), 1002],
    ['with reserved bits', clientFrame(Buffer.from('x'), 0xc2), 1002],
    ['of text', clientFrame(Buffer.from('x'), 0x81), 1003],
    ['of an unknown type', clientFrame(Buffer.from('x'), 0x83), 1002],
    ['that continue nothing', clientFrame(Buffer.from('x'), 0x80), 1002],
    ['that begin inside another message', Buffer.concat([clientFrame(empty(), 0x02), clientFrame(empty())]), 1002],
    ['of control that are cut', clientFrame(empty(), 0x09), 1002],
    ['of control that are long', clientFrame(Buffer.alloc(126), 0x89), 1002],
    ['past the limit', Buffer.from([0x82, 0xff, 0, 0, 0, 1, 0, 0, 0, 0, 1, 2, 3, 4]), 1009],
  ])('%s end the connection with a code', async (_, bytes, code) => {
    const running = await startEngine();
    const socket = socketTo(running);
    await answerTo(socket, upgradeRequest());
    socket.write(bytes);
    const [frame] = new ServerFrames().take((await once(socket, 'data'))[0] as Buffer);
    expect([frame!.first, frame!.payload.readUInt16BE(0)]).toEqual([0x88, code]);
    await once(socket, 'close');
    await running.event('incident', ({ incident }) => incident === 'badBytes');
  });

  test('of control are answered, also between the frames of a message', async () => {
    const running = await startEngine();
    const socket = socketTo(running);
    await answerTo(socket, upgradeRequest());
    const frames = new ServerFrames();
    socket.write(Buffer.concat([clientFrame(empty(), 0x02), clientFrame(Buffer.from('abc'), 0x89)]));
    const [pong] = frames.take((await once(socket, 'data'))[0] as Buffer);
    expect([pong!.first, String(pong!.payload)]).toEqual([0x8a, 'abc']);
    socket.write(clientFrame(Buffer.from([0x03, 0xe8]), 0x88));
    const [close] = frames.take((await once(socket, 'data'))[0] as Buffer);
    expect([close!.first, close!.payload.readUInt16BE(0)]).toEqual([0x88, 1000]);
    await once(socket, 'close');
  });
});

function empty(): Buffer {
  return Buffer.alloc(0);
}

/** What a client sends to log in and to be answered, as frames. */
async function recorded(running: RunningEngine): Promise<{ bytes: Buffer[]; ping: Buffer }> {
  const bytes: Buffer[] = [];
  const stream = ending(await WebSocketStream.open(running.pubPort));
  const write = stream.write.bind(stream) as (chunk: Uint8Array) => boolean;
  stream.write = ((chunk: Uint8Array) => {
    bytes.push(clientFrame(chunk));
    return write(chunk);
  }) as typeof stream.write;
  const peer = await WirePeer.over(stream, { socketType: 'DEALER' });
  await peer.auth('reader', tokenOf('reader'));
  return { bytes, ping: clientFrame(Buffer.from('end'), 0x89) };
}

/** Everything that comes up to the PONG. */
function untilPong(socket: Socket): Promise<string> {
  return new Promise((resolve, reject) => {
    let got = Buffer.alloc(0);
    socket.on('close', () => reject(new Error(`closed after ${got}`)));
    socket.on('data', (chunk) => {
      got = Buffer.concat([got, chunk]);
      if (got.includes('AUTH_OK') && got.includes(Buffer.from([0x8a, 0x03]))) resolve(got.toString('latin1'));
    });
  });
}
