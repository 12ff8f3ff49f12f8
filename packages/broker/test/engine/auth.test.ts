import { MessageType, WireError } from '@pulsemq/protocol';
import { describe, expect, test } from 'vitest';
import { startEngine, tokenOf } from './engine-fixture.js';
import { pub } from './request-parts.js';
import { WirePeer } from './wire-peer.js';

describe('AUTH', () => {
  test('answers with what a session needs', async () => {
    const { pubPort } = await startEngine();
    const peer = await WirePeer.open(pubPort, { socketType: 'DEALER' });
    const { type, body } = await peer.auth('publisher', tokenOf('publisher'));
    expect(type).toBe(MessageType.ack);
    expect(body).toMatchObject({ status: 'AUTH_OK', user_id: 2, session: 1, server: 'pulsemq/test' });
    expect(body.ticket).toMatch(/^[0-9a-f]{32}$/);
    expect(body.features).toEqual(expect.arrayContaining(['ticket', 'subscriptions']));
    await peer.close();
  });

  test('may carry the name and version of the client, which the session keeps', async () => {
    const { pubPort, event } = await startEngine();
    const peer = await WirePeer.open(pubPort, { socketType: 'DEALER' });
    await peer.auth('publisher', tokenOf('publisher'), { client: 'desk-7/1.2' });
    expect(await event('sessionOpened')).toMatchObject({ client: 'ZMTP 3.1 DEALER', clientName: 'desk-7/1.2' });
    await peer.close();
  });

  test('without a name logs in, and has none', async () => {
    const { pubPort, event } = await startEngine();
    const peer = await WirePeer.open(pubPort, { socketType: 'DEALER' });
    expect((await peer.auth('publisher', tokenOf('publisher'))).type).toBe(MessageType.ack);
    expect((await event('sessionOpened')).clientName).toBeNull();
    await peer.close();
  });

  test.each([5, '', 'a'.repeat(65), 'two\nlines', '价格', ['x'], null])(
    'a name that is not 1 to 64 printable characters of ASCII is left out, and the log-in is accepted: %j',
    async (client) => {
      const { pubPort, event } = await startEngine();
      const peer = await WirePeer.open(pubPort, { socketType: 'DEALER' });
      expect((await peer.auth('publisher', tokenOf('publisher'), { client })).type).toBe(MessageType.ack);
      expect((await event('sessionOpened')).clientName).toBeNull();
      await peer.close();
    },
  );

  test.each([
    ['a wrong token', 'publisher', 'wrong'],
    ['an unknown user', 'stranger', 'wrong'],
    ['defect 16: an inactive user', 'gone', tokenOf('gone')],
    ['a user with no place on the wire', 'clerk', tokenOf('clerk')],
  ])('defect 40: %s gets the one text of all failures', async (_, username, token) => {
    const { pubPort } = await startEngine();
    const peer = await WirePeer.open(pubPort, { socketType: 'DEALER' });
    const { type, body } = await peer.auth(username, token);
    expect(type).toBe(MessageType.error);
    expect(body).toEqual({
      error_code: WireError.authFailed,
      error_message: 'authentication failed: unknown username or wrong token',
    });
    await peer.close();
  });

  test.each(['', '[]', '{"username":1}', '{"username":"publisher","token":5}', '\xff'])(
    'bad payload %j is an error',
    async (text) => {
      const { pubPort } = await startEngine();
      const peer = await WirePeer.open(pubPort, { socketType: 'DEALER' });
      const { body } = await peer.request({ type: MessageType.auth, payload: Buffer.from(text, 'latin1') });
      expect(body.error_code).toBe(WireError.authFailed);
      await peer.close();
    },
  );

  test('defect 40, fault T13: answers to wrong tokens are delayed, and the right token is not', async () => {
    const { pubPort } = await startEngine();
    const [guessing, rightful] = await Promise.all([1, 2].map(() => WirePeer.open(pubPort, { socketType: 'DEALER' })));
    for (let attempt = 0; attempt < 8; attempt++) await guessing!.auth('publisher', 'wrong');
    const refused: string[] = [];
    const guess = guessing!.auth('publisher', 'wrong').then(() => refused.push('refused'));
    // The next wrong answer is due in more than a second; the right one from the same address comes before it.
    expect((await rightful!.auth('publisher', tokenOf('publisher'))).body.status).toBe('AUTH_OK');
    expect(refused).toEqual([]);
    await guess;
    expect((await guessing!.auth('publisher', tokenOf('publisher'))).body.status).toBe('AUTH_OK');
    await Promise.all([guessing!.close(), rightful!.close()]);
  });

  test('again on the same connection keeps the session; as another user makes a new one', async () => {
    const { session } = await startEngine();
    const peer = await session('publisher');
    const again = await peer.auth('publisher', tokenOf('publisher'));
    expect(again.body).toMatchObject({ status: 'AUTH_OK', ticket: peer.ticket });
    const reader = await peer.auth('reader', tokenOf('reader'));
    expect(reader.body.user_id).toBe(3);
    expect((await peer.request(pub('a', { username: 'reader' }))).body.error_code).toBe(WireError.permissionDenied);
  });

  test('defect 9: a slot is free the moment its connection closes', async () => {
    const { session, pubPort, event } = await startEngine({ maxConnectionsPerUser: 2 });
    const first = await session('reader');
    await session('reader');
    const third = await WirePeer.open(pubPort, { socketType: 'DEALER' });
    const refused = await third.auth('reader', tokenOf('reader'));
    expect(refused.body.error_code).toBe(WireError.connectionLimit);
    expect(refused.body.error_message).toContain('2 connections');
    await first.close();
    await event('sessionClosed');
    expect((await third.auth('reader', tokenOf('reader'))).body.status).toBe('AUTH_OK');
    await third.close();
  });

  test('defect 10: the next connection with the same identity is not authenticated', async () => {
    const { session, pubPort } = await startEngine();
    await (await session('publisher')).close();
    const peer = await WirePeer.open(pubPort, { socketType: 'DEALER' });
    expect((await peer.request(pub('a'))).body.error_code).toBe(WireError.notAuthenticated);
    await peer.close();
  });
});
