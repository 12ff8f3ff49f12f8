import { MessageType, PubFlag, WireError } from '@pulsemq/protocol';
import { encodeMessage } from '@pulsemq/zmtp';
import { describe, expect, test } from 'vitest';
import { startEngine, tokenOf, userOf } from './engine-fixture.js';
import { wirePublish } from './support.js';
import { WirePeer } from './wire-peer.js';

const query = (body: object | string): { type: typeof MessageType.query; format: number; payload: Buffer } => ({
  type: MessageType.query,
  format: 1,
  payload: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
});

const sub = (
  namespace: string,
  topic: string,
  payload = '',
): { type: typeof MessageType.sub; namespace: string; topic: string; payload: Buffer } => ({
  type: MessageType.sub,
  namespace,
  topic,
  payload: Buffer.from(payload),
});

const pub = (topic: string, more: object = {}) => ({
  type: MessageType.pub,
  namespace: 'market',
  topic,
  username: 'publisher',
  payload: Buffer.from('x'),
  ...more,
});

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

describe('PUB', () => {
  test.each([
    ['defect 20: four levels', { topic: 'a.b.c.d' }, WireError.badName, 'has 4 levels'],
    ['defect 19: a trailing newline', { topic: 'a\n' }, WireError.badName, 'only A-Z'],
    ['an empty topic', { topic: '' }, WireError.badName, 'topic is empty'],
    ['a wildcard', { topic: 'a.*' }, WireError.badName, 'only A-Z'],
    ['defect 18: namespace system', { namespace: 'system' }, WireError.badName, 'reserved'],
    ['defect 18: a namespace with blanks', { namespace: 'a b:c/é' }, WireError.badName, 'only A-Z'],
    ['no right', { namespace: 'other' }, WireError.permissionDenied, 'may not publish'],
    ['a namespace that does not exist', { namespace: 'unknown' }, WireError.permissionDenied, 'may not publish'],
    ['defect 22: another username', { username: 'root' }, WireError.permissionDenied, 'not "root"'],
    ['an unknown format', { format: 7 }, WireError.malformed, 'data format 7'],
    ['an unknown compression', { flags: 9 }, WireError.malformed, 'compression 9'],
    [
      'defect 21: a payload above the limit',
      { format: 1, payload: Buffer.alloc(8_193) },
      WireError.payloadTooLarge,
      '8193 bytes exceeds the string limit of 8192',
    ],
    [
      'defect 21: a large payload above the limit',
      { payload: Buffer.alloc(10_485_761) },
      WireError.payloadTooLarge,
      '10485761 bytes',
    ],
  ])('%s is refused with a clear error, and the next one goes through', async (_, more, code, text) => {
    const { session } = await startEngine();
    const peer = await session('publisher');
    const { type, body } = await peer.request(pub('a', more));
    expect(type).toBe(MessageType.error);
    expect(body.error_code).toBe(code);
    expect(body.error_message).toContain(text);
    expect((await peer.request(pub('a'))).body.status).toBe('PUB_OK');
  });

  test('exactly the limit passes, and a compressed payload may grow by what its algorithm can', async () => {
    const { session } = await startEngine();
    const peer = await session('publisher');
    expect((await peer.request(pub('a', { format: 1, payload: Buffer.alloc(8_192) }))).body.status).toBe('PUB_OK');
    expect((await peer.request(pub('a', { payload: Buffer.alloc(10_485_760) }))).body.status).toBe('PUB_OK');
    expect((await peer.request(pub('a', { format: 1, flags: 1, payload: Buffer.alloc(8_200) }))).body.status).toBe(
      'PUB_OK',
    );
    expect((await peer.request(pub('a', { format: 1, flags: 1, payload: Buffer.alloc(8_300) }))).body.error_code).toBe(
      WireError.payloadTooLarge,
    );
  });

  test('defect 22: a payload_length that is not the length is refused', async () => {
    const { session } = await startEngine();
    const peer = await session('publisher');
    const wire = wirePublish('a', 'abc', { username: 'publisher' });
    wire.writeUInt32BE(999, 2 + 4);
    peer.socket.write(wire);
    expect((await peer.reply()).body).toMatchObject({ error_code: WireError.malformed });
  });

  test('flag 0x20 wants no reply, whatever becomes of the message', async () => {
    const { session } = await startEngine();
    const peer = await session('publisher');
    peer.send(pub('a', { flags: PubFlag.noReply }));
    peer.send(pub('a.b.c.d', { flags: PubFlag.noReply }));
    peer.send(pub('a', { flags: PubFlag.noReply, payload: Buffer.alloc(10_485_761) }));
    expect((await peer.request({ type: MessageType.ping })).type).toBe(MessageType.pong);
    expect(peer.messages.size).toBe(0);
  });

  test('defect 14 at the broker: replies come one for one and in order', async () => {
    const { session } = await startEngine();
    const peer = await session('publisher');
    const requests = [
      pub('a'),
      pub('a.b.c.d'),
      query({ type: 'namespaces' }),
      pub('a'),
      { type: MessageType.ping },
      sub('market', 'a'),
      pub('b'),
    ];
    peer.socket.cork();
    for (const parts of requests) peer.send(parts);
    peer.socket.uncork();
    const answers: unknown[] = [];
    for (const _ of requests) {
      const { type, body } = await peer.reply();
      answers.push(body.status ?? body.error_code ?? type);
    }
    expect(answers).toEqual(['PUB_OK', WireError.badName, 'QUERY_OK', 'PUB_OK', MessageType.pong, 'SUB_OK', 'PUB_OK']);
  });

  test('twenty thousand at once are all acknowledged', async () => {
    const { session } = await startEngine();
    const peer = await session('publisher');
    const count = 20_000;
    peer.socket.write(
      Buffer.concat(Array.from({ length: count }, () => wirePublish('a', 'x'.repeat(100), { username: 'publisher' }))),
    );
    for (let reply = 0; reply < count; reply++) {
      const { body } = await peer.reply();
      if (body.status !== 'PUB_OK') expect(body.status).toBe('PUB_OK');
    }
    expect((await peer.request({ type: MessageType.ping })).type).toBe(MessageType.pong);
  });

  test('past the topic limit a new topic is refused, a known one is not', async () => {
    const { session } = await startEngine({ maxTopicsPerNamespace: 2 });
    const peer = await session('publisher');
    expect((await peer.request(pub('a'))).body.status).toBe('PUB_OK');
    expect((await peer.request(pub('b'))).body.status).toBe('PUB_OK');
    expect((await peer.request(pub('c'))).body).toMatchObject({ error_code: WireError.limitReached });
    expect((await peer.request(pub('b'))).body.status).toBe('PUB_OK');
  });

  test('a first publish of a user with all rights creates its namespace, and is reported to the control plane once', async () => {
    const { session, events } = await startEngine();
    const peer = await session('root');
    for (let turn = 0; turn < 3; turn++) {
      expect((await peer.request(pub('a', { namespace: 'fresh', username: 'root' }))).body.status).toBe('PUB_OK');
    }
    expect((await peer.request(query({ type: 'namespaces' }))).body.data).toContainEqual(
      expect.objectContaining({ name: 'fresh', topics: ['a'] }),
    );
    expect(events.filter((event) => event.kind === 'topicSeen')).toEqual([
      { kind: 'topicSeen', namespace: 'fresh', topic: 'a', userId: 1 },
    ]);
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

describe('QUERY', () => {
  test('defect 15: lists only what the user may see', async () => {
    const { session, engine } = await startEngine();
    const root = await session('root');
    await root.request(pub('sz1.kline', { username: 'root' }));
    await root.request(pub('a', { namespace: 'other', username: 'root' }));
    const listing = { name: 'market', topics: ['sz1.kline'], topic_count: 1 };
    const all = await root.request(query({ type: 'namespaces' }));
    expect(all.body.data).toEqual([listing, { name: 'other', topics: ['a'], topic_count: 1 }]);
    const reader = await session('reader');
    expect((await reader.request(query({ type: 'namespaces' }))).body.data).toEqual([listing]);
    expect((await reader.request(query({ type: 'topics', namespace: 'other' }))).body.data).toEqual([]);
    expect((await reader.request(query({ type: 'topics', namespace: 'market' }))).body.data).toEqual(['sz1.kline']);
    const nobody = await session('nobody');
    expect((await nobody.request(query({ type: 'namespaces' }))).body.data).toEqual([]);
    engine.command({ kind: 'topicRemoved', namespaceId: 1, name: 'sz1.kline' });
    expect((await reader.request(query({ type: 'topics', namespace: 'market' }))).body.data).toEqual([]);
  });

  test('permission', async () => {
    const { session } = await startEngine();
    const reader = await session('reader');
    const { body } = await reader.request(query({ type: 'permission', topic: 'x' }));
    expect(body.data).toEqual({ type: 'mq_normal', namespaces: { market: 'SUB' } });
    const root = await session('root');
    expect((await root.request(query({ type: 'permission', topic: 'x' }))).body.data).toEqual({
      type: 'super_admin',
      namespaces: {},
    });
  });

  test('subscriptions are those of this session, as it asked for them', async () => {
    const { session } = await startEngine();
    const [reader, other] = [await session('reader'), await session('reader')];
    for (const pattern of ['b.>', 'a', 'b.>', 'c']) await reader.request(sub('market', pattern));
    await other.request(sub('market', 'd'));
    await reader.request({ ...sub('market', 'c'), type: MessageType.unsub });
    expect((await reader.request(query({ type: 'subscriptions' }))).body.data).toEqual([
      { namespace: 'market', pattern: 'a' },
      { namespace: 'market', pattern: 'b.>' },
    ]);
  });

  test.each(['', 'nonsense', '[]', '{"type":"x"}', '{"type":"topics"}'])('%j is a bad query', async (text) => {
    const { session } = await startEngine();
    const peer = await session('reader');
    expect((await peer.request(query(text))).body.error_code).toBe(WireError.badQuery);
  });
});

describe('SUB and UNSUB', () => {
  test.each([
    ['defect 19: > in the middle', 'market', 'a.>.c', WireError.badName],
    ['defect 19: an empty level', 'market', 'a..b', WireError.badName],
    ['an empty pattern', 'market', '', WireError.badName],
    ['a wildcard inside a level', 'market', 'a*', WireError.badName],
    ['an empty namespace', '', 'a', WireError.badName],
    ['no right', 'other', 'a', WireError.permissionDenied],
    ['a namespace that does not exist', 'unknown', 'a', WireError.permissionDenied],
  ])('%s is refused', async (_, namespace, pattern, code) => {
    const { session } = await startEngine();
    const reader = await session('reader');
    expect((await reader.request(sub(namespace, pattern))).body.error_code).toBe(code);
  });

  test('the answer for an empty namespace says where its messages are', async () => {
    const { session } = await startEngine();
    const reader = await session('reader');
    expect((await reader.request(sub('', '>'))).body.error_message).toContain('"default"');
  });

  test('unknown options and values are refused, and the refusal lists what is allowed', async () => {
    const { session } = await startEngine();
    const reader = await session('reader');
    const textOf = async (options: string): Promise<unknown> =>
      (await reader.request(sub('market', 'a', options))).body.error_message;
    expect(await textOf('{"snapshot":1}')).toContain('"snapshot" cannot be "1"; allowed: true, false');
    expect(await textOf('{"onSlow":"wait"}')).toContain(
      'allowed: "dropOldest", "dropNewest", "conflate", "disconnect"',
    );
    expect(await textOf('{"onSlow":"conflate"}')).toContain(
      'needs last values, which namespace "market" does not keep',
    );
    expect(await textOf('{"maxRate":4}')).toContain('needs last values');
    expect(await textOf('{"maxRate":0}')).toContain('allowed: 0.01 to 1000 updates a second');
    expect(await textOf('{"lane":8}')).toContain('allowed: 0 to 7');
    expect(await textOf('{"speed":1}')).toContain('"speed" is unknown; allowed are lane, onSlow, maxRate');
    expect((await reader.request(sub('market', 'a', 'x'))).body.error_code).toBe(WireError.malformed);
    expect((await reader.request(sub('market', 'a', '{"onSlow":"dropOldest"}'))).body.status).toBe('SUB_OK');
  });

  test('defect 35: max_subscriptions_per_session holds, and the same again is not one more', async () => {
    const { session } = await startEngine({ maxSubscriptionsPerConnection: 2 });
    const reader = await session('reader');
    for (const pattern of ['a', 'b', 'a'])
      expect((await reader.request(sub('market', pattern))).body.status).toBe('SUB_OK');
    const refused = await reader.request(sub('market', 'c'));
    expect(refused.body.error_code).toBe(WireError.limitReached);
    expect(refused.body.error_message).toContain('2 subscriptions');
    await reader.request({ ...sub('market', 'a'), type: MessageType.unsub });
    expect((await reader.request(sub('market', 'c'))).body.status).toBe('SUB_OK');
  });

  test('UNSUB of what was never asked for succeeds', async () => {
    const { session } = await startEngine();
    const reader = await session('reader');
    expect((await reader.request({ ...sub('nowhere', 'a'), type: MessageType.unsub })).body.status).toBe('UNSUB_OK');
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

test('defect 17: a grant works on the very next publish, and a revocation too', async () => {
  const { session, engine } = await startEngine();
  const peer = await session('nobody');
  const mine = pub('a', { username: 'nobody' });
  expect((await peer.request(mine)).body.error_code).toBe(WireError.permissionDenied);
  engine.command({ kind: 'grant', userId: 4, namespaceId: 1, role: 'pub' });
  expect((await peer.request(mine)).body.status).toBe('PUB_OK');
  engine.command({ kind: 'grant', userId: 4, namespaceId: 1, role: 'sub' });
  expect((await peer.request(mine)).body.error_code).toBe(WireError.permissionDenied);
  engine.command({ kind: 'grant', userId: 4, namespaceId: 1, role: null });
  expect((await peer.request(mine)).body.error_code).toBe(WireError.permissionDenied);
});
