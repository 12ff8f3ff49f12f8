import { MessageType, WireError } from '@pulsemq/protocol';
import { encodeMessage } from '@pulsemq/zmtp';
import { describe, expect, test } from 'vitest';
import { startEngine, userOf } from './engine-fixture.js';
import { pub, query, sub } from './request-parts.js';
import { wirePublish } from './support.js';
import { WirePeer } from './wire-peer.js';

describe('before AUTH', () => {
  test.each([
    ['PUB', pub('a')],
    ['SUB', sub('market', 'a')],
    ['UNSUB', { ...sub('market', 'a'), type: MessageType.unsub }],
    ['QUERY', query({ type: 'namespaces' })],
  ])('%s is refused', async (_, parts) => {
    const { pubPort } = await startEngine();
    const peer = await WirePeer.open(pubPort, { socketType: 'DEALER' });
    expect((await peer.request(parts)).body.error_code).toBe(WireError.notAuthenticated);
    await peer.close();
  });

  test('defect 21: a large payload is refused before anything of it is kept', async () => {
    const { pubPort } = await startEngine();
    const peer = await WirePeer.open(pubPort, { socketType: 'DEALER' });
    const { body } = await peer.request(pub('a', { payload: Buffer.alloc(5_000_000) }));
    expect(body.error_code).toBe(WireError.notAuthenticated);
    await peer.close();
  });

  test('PING is answered', async () => {
    const { pubPort } = await startEngine();
    const peer = await WirePeer.open(pubPort, { socketType: 'DEALER' });
    expect((await peer.request({ type: MessageType.ping })).type).toBe(MessageType.pong);
    await peer.close();
  });
});

describe('what is no request', () => {
  test('defect 11: PONG and STATUS are swallowed', async () => {
    const { session } = await startEngine();
    const peer = await session('publisher');
    peer.send({ type: MessageType.pong });
    peer.send({ type: MessageType.status, payload: Buffer.from('{}') });
    expect((await peer.request({ type: MessageType.ping })).type).toBe(MessageType.pong);
  });

  test.each([MessageType.msg, MessageType.ack, MessageType.error, 77])(
    'defect 13: type %i is an error',
    async (type) => {
      const { session } = await startEngine();
      const peer = await session('publisher');
      expect((await peer.request({ type: type as 5 })).body).toMatchObject({ error_code: WireError.unsupportedType });
    },
  );

  test.each([1, 2, 5, 7, 12])('defect 13: %i frames are answered with an error', async (count) => {
    const { session } = await startEngine();
    const peer = await session('publisher');
    peer.socket.write(encodeMessage(Array.from({ length: count }, () => Buffer.from('frame'))));
    const { body } = await peer.reply();
    expect(body.error_code).toBe(WireError.malformed);
    expect(body.error_message).toContain(`this one ${count}`);
    expect((await peer.request(pub('a'))).body.status).toBe('PUB_OK');
  });

  test('defect 13: a header of the wrong size and names that are no UTF-8 are answered', async () => {
    const { session } = await startEngine();
    const peer = await session('publisher');
    peer.socket.write(encodeMessage(Array.from({ length: 6 }, () => Buffer.from('frame'))));
    expect((await peer.reply()).body.error_code).toBe(WireError.malformed);
    const wire = wirePublish('aa', 'x', { username: 'publisher' });
    wire[wire.indexOf('aa')] = 0xff;
    peer.socket.write(wire);
    expect((await peer.reply()).body.error_code).toBe(WireError.malformed);
  });

  test('bytes that are no ZMTP close the connection with one incident', async () => {
    const { pubPort, event, events } = await startEngine();
    const peer = await WirePeer.open(pubPort, { socketType: 'DEALER' });
    peer.socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    await peer.closed;
    expect((await event('incident')).incident).toBe('badBytes');
    expect(events.filter((one) => one.kind === 'incident').length).toBe(1);
  });
});

test('defect 43: a request after a second of silence is answered', async () => {
  const { session } = await startEngine();
  const peers = await Promise.all(Array.from({ length: 8 }, () => session('publisher')));
  // The original lost what arrived at the moment its one-second poll ended; the silence is what is tested here.
  const silence = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
  for (let round = 0; round < 2; round++) {
    const answers = peers.map(async (peer, index) => {
      await silence(996 + index);
      return (await peer.request({ type: MessageType.ping })).type;
    });
    expect(await Promise.all(answers)).toEqual(peers.map(() => MessageType.pong));
  }
});

test('a user that is deactivated or deleted loses its sessions at once', async () => {
  const { session, engine } = await startEngine();
  const reader = await session('reader');
  engine.command({ kind: 'user', user: userOf(3, 'reader', { isActive: false }) });
  await reader.closed;
  const publisher = await session('publisher');
  engine.command({ kind: 'userRemoved', userId: 2 });
  await publisher.closed;
});
