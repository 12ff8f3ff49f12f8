import { MessageType, PubFlag, WireError } from '@pulsemq/protocol';
import { describe, expect, test } from 'vitest';
import { startEngine } from './engine-fixture.js';
import { pub, query, sub } from './request-parts.js';
import { wirePublish } from './support.js';

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
