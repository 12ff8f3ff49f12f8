import { MessageType } from '@pulsemq/protocol';
import { expect, test } from 'vitest';
import { startEngine, tokenOf } from './engine-fixture.js';
import { WirePeer } from './wire-peer.js';

test('AUTH_OK names the brokers that are configured, and has no such field without them', async () => {
  const clientServers = ['a.example:5555', '[::1]:6000/6001'];
  const { pubPort } = await startEngine({ clientServers });
  const peer = await WirePeer.open(pubPort, { socketType: 'DEALER' });
  expect((await peer.auth('reader', tokenOf('reader'))).body.servers).toEqual(clientServers);
  const alone = await startEngine();
  const other = await WirePeer.open(alone.pubPort, { socketType: 'DEALER' });
  expect((await other.auth('reader', tokenOf('reader'))).body).not.toHaveProperty('servers');
});

test('DRAIN comes on lane 0 of every session that has bound it, and the ports accept no connection any more', async () => {
  const { session, bound, engine, pubPort, subPort } = await startEngine();
  const publisher = await session('publisher');
  const lane0 = await bound(publisher.ticket);
  const lane1 = await bound(publisher.ticket, 1);
  engine.command({ kind: 'drain', moveMs: 60_000, timeoutMs: 100 });
  const { header, payload } = await lane0.delivery();
  expect([header.type, JSON.parse(Buffer.from(payload).toString())]).toEqual([
    MessageType.drain,
    { within_ms: 60_000 },
  ]);
  for (const port of [pubPort, subPort]) {
    await expect(WirePeer.open(port, { socketType: 'DEALER' })).rejects.toThrow('ECONNREFUSED');
  }
  // The session goes on until its client leaves.
  const pub = {
    type: MessageType.pub,
    namespace: 'market',
    topic: 'a',
    username: 'publisher',
    payload: Buffer.from('x'),
  };
  expect((await publisher.request(pub)).body.status).toBe('PUB_OK');
  await lane1.pong();
  expect(lane1.messages.size).toBe(0);
  await publisher.close();
});

test('a drained broker ends when its last session has gone, and closes the rest when the time is over', async () => {
  const left = await startEngine();
  const leaving = await left.session('reader');
  left.engine.command({ kind: 'drain', moveMs: 3_600_000, timeoutMs: 100 });
  await leaving.close();
  await left.event('stopped');
  const late = await startEngine();
  const staying = await late.session('reader');
  late.engine.command({ kind: 'drain', moveMs: 20, timeoutMs: 100 });
  await staying.closed;
  await late.event('stopped');
  const hurried = await startEngine();
  const last = await hurried.session('reader');
  hurried.engine.command({ kind: 'drain', moveMs: 3_600_000, timeoutMs: 100 });
  hurried.engine.command({ kind: 'drain', moveMs: 0, timeoutMs: 100 });
  await last.closed;
  await hurried.event('stopped');
});
