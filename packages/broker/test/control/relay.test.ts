import { once } from 'node:events';
import { MessageType } from '@pulsemq/protocol';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ticketSubscription } from '../engine/engine-fixture.js';
import { answerTo, upgradeRequest } from '../engine/websocket-peer.js';
import { WirePeer } from '../engine/wire-peer.js';
import { adminSocket, answerOf, askingForHttp2, relayed, relayedSession } from './relay-peer.js';
import { RunningServer } from './running-server.js';

/** Each test leaves it as it found it. */
let shared: RunningServer;

beforeAll(async () => {
  shared = await RunningServer.open();
});

afterAll(() => shared.close());

const pub = { type: MessageType.pub, namespace: 'market', topic: 'a', payload: Buffer.from('x') };
const sub = { type: MessageType.sub, namespace: 'market', topic: '>' };

describe('a session through the relay', () => {
  test('and its lane reach the broker through the admin port alone', async () => {
    const reader = await relayedSession(shared);
    const lane = await WirePeer.over(await relayed(shared, '/ws/sub'), { socketType: 'XSUB' });
    lane.subscribe(ticketSubscription(reader.ticket));
    await lane.delivery();
    await reader.request(pub);
    await reader.request(sub);
    const payload = Buffer.alloc(3_000_000, 7);
    expect((await reader.request({ ...pub, payload })).type).toBe(MessageType.ack);
    expect(Buffer.compare((await lane.delivery()).payload, payload)).toBe(0);
  });

  test('beside a subscriber without a ticket: that one gets nothing', async () => {
    const reader = await relayedSession(shared);
    await reader.request(pub);
    await reader.request(sub);
    const lane = await WirePeer.over(await relayed(shared, '/ws/sub'), { socketType: 'SUB' });
    lane.subscribe('market:');
    await lane.pong();
    await reader.request(pub);
    await lane.pong();
    expect(lane.messages.size).toBe(0);
  });
});

test.each([
  ['a foreign origin', '/ws/', { Origin: 'https://evil.example' }, 403],
  ['a token in the URL', '/ws/?token=abc', {}, 404],
  ['another path', '/socket', {}, 404],
  ['a path below', '/ws/pub', {}, 404],
  ['no subprotocol', '/ws/', { 'Sec-WebSocket-Protocol': null }, 400],
  ['no upgrade', '/ws/', { Upgrade: null, Connection: null }, 426],
  ['a guess at the header of the relay', '/ws/', { 'X-PulseMQ-Relay': 'guess e30' }, 101],
  ['its own origin', '/ws/', { Origin: 'http://127.0.0.1:8080' }, 101],
  ['more cookies than the publisher port takes', '/ws/sub', { Cookie: 'x'.repeat(9_000) }, 101],
])('a request with %s is answered as it should be', async (_, path, lines, status) => {
  expect(await answerOf(shared, path, lines)).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
});

describe('a request that asks for another protocol', () => {
  test('is served as if it did not, with its body, and so are those behind it', async () => {
    const socket = adminSocket(shared);
    const { username, password } = shared.admin;
    const body = JSON.stringify({ username, password });
    const lengths = `Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`;
    socket.write(askingForHttp2('POST /login', lengths) + body.slice(0, 5));
    expect(await answerTo(socket, body.slice(5))).toMatch(/^HTTP\/1.1 200 /);
    expect(await answerTo(socket, askingForHttp2('GET /ready', '\r\n'))).toMatch(/^HTTP\/1.1 200 /);
    expect(await answerTo(socket, 'GET /ready HTTP/1.1\r\nHost: a\r\n\r\n')).toMatch(/^HTTP\/1.1 200 /);
  });

  test('ends the connection when a request before it has no answer yet', async () => {
    const socket = adminSocket(shared);
    socket.write(`GET /ready HTTP/1.1\r\nHost: a\r\n\r\n${upgradeRequest('/ws/')}`);
    await once(socket, 'close');
  });
});
