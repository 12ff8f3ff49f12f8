import { MessageType, WireError } from '@pulsemq/protocol';
import { describe, expect, onTestFinished, test } from 'vitest';
import { WirePeer } from '../engine/wire-peer.js';
import { lateEngine } from './late-engine.js';
import { RunningServer } from './running-server.js';

const pub = (namespace: string, topic: string, payload = 'x') => ({
  type: MessageType.pub,
  namespace,
  topic,
  payload: Buffer.from(payload),
});
const sub = (namespace: string, topic: string) => ({ type: MessageType.sub, namespace, topic });
const query = (body: object) => ({
  type: MessageType.query,
  format: 1,
  payload: Buffer.from(JSON.stringify(body)),
});

/** `ok`, or the number of the refusal. */
const verdict = async (peer: WirePeer, request: Parameters<WirePeer['request']>[0]) => {
  const { type, body } = await peer.request(request);
  return type === MessageType.ack ? 'ok' : body.error_code;
};

/** A broker with the namespaces `market` (1) and `other` (2). */
async function withNamespaces(config?: Parameters<typeof RunningServer.start>[0]): Promise<RunningServer> {
  const running = await RunningServer.start(config);
  for (const name of ['market', 'other']) await running.ok('POST', '/api/namespaces', { name });
  return running;
}

describe('defect 17: what is granted works on the very next message', () => {
  test('publishing', async () => {
    const running = await withNamespaces();
    const { id, token } = await running.user('bot');
    const wire = await running.wire('bot', token);
    const grant = (role: string) => running.ok('POST', '/api/namespaces/1/permissions', { user_id: id, role });
    expect(await verdict(wire, pub('market', 'a'))).toBe(WireError.permissionDenied);
    for (let round = 0; round < 20; round++) {
      await grant('pub');
      expect(await verdict(wire, pub('market', 'a'))).toBe('ok');
      expect(await verdict(wire, pub('other', 'a'))).toBe(WireError.permissionDenied);
      await grant('sub');
      expect(await verdict(wire, pub('market', 'a'))).toBe(WireError.permissionDenied);
      await grant('admin');
      expect(await verdict(wire, pub('market', 'a'))).toBe('ok');
      await running.ok('DELETE', `/api/namespaces/1/permissions/${id}`);
      expect(await verdict(wire, pub('market', 'a'))).toBe(WireError.permissionDenied);
    }
  });

  test('publishing, to an engine that learns of everything late', async () => {
    const running = await RunningServer.start({}, undefined, { engine: lateEngine });
    await running.ok('POST', '/api/namespaces', { name: 'market' });
    const { id, token } = await running.user('bot');
    const wire = await running.wire('bot', token);
    await running.ok('POST', '/api/namespaces/1/permissions', { user_id: id, role: 'pub' });
    expect(await verdict(wire, pub('market', 'a'))).toBe('ok');
    await running.ok('DELETE', `/api/namespaces/1/permissions/${id}`);
    expect(await verdict(wire, pub('market', 'a'))).toBe(WireError.permissionDenied);
  });

  test('subscribing', async () => {
    const running = await withNamespaces();
    const { id, token } = await running.user('bot');
    const wire = await running.wire('bot', token);
    expect(await verdict(wire, sub('market', '>'))).toBe(WireError.permissionDenied);
    await running.ok('POST', '/api/namespaces/1/permissions', { user_id: id });
    expect(await verdict(wire, sub('market', '>'))).toBe('ok');
  });

  test('a new user, its type, its name and its token', async () => {
    const running = await withNamespaces();
    const { id, token } = await running.user('bot');
    const wire = await running.wire('bot', token);
    await running.ok('PUT', `/api/users/${id}`, { user_type: 'mq_super' });
    expect(await verdict(wire, pub('market', 'a'))).toBe('ok');
    await running.ok('PUT', `/api/users/${id}`, { user_type: 'mq_normal', username: 'renamed' });
    expect(await verdict(wire, pub('market', 'a'))).toBe(WireError.permissionDenied);
    await running.wire('renamed', token);
    await expect(running.wire('bot', token)).rejects.toThrow('authentication failed');
    const fresh = await running.ok<{ token: string }>('POST', `/api/users/${id}/reset-token`);
    await wire.closed;
    await expect(running.wire('renamed', token)).rejects.toThrow('authentication failed');
    await running.wire('renamed', fresh.token);
  });

  test('a namespace that was just made, and one that was switched off', async () => {
    const running = await RunningServer.start();
    const wire = await running.wire('admin', running.admin.token);
    await running.ok('POST', '/api/namespaces', { name: 'fresh' });
    expect(await verdict(wire, pub('fresh', 'a'))).toBe('ok');
    await running.ok('PUT', '/api/namespaces/1', { is_active: false });
    expect(await verdict(wire, pub('fresh', 'a'))).toBe(WireError.permissionDenied);
    await running.ok('PUT', '/api/namespaces/1', { is_active: true });
    expect(await verdict(wire, pub('fresh', 'a'))).toBe('ok');
  });
});

describe('defect 16: what is taken away ends', () => {
  test('deliveries of a namespace, while the others go on', async () => {
    const running = await withNamespaces();
    const { id, token } = await running.user('reader', 1, 'sub');
    await running.ok('POST', '/api/namespaces/2/permissions', { user_id: id });
    const reader = await running.wire('reader', token);
    const deliveries = await running.bound(reader);
    for (const namespace of ['market', 'other']) expect(await verdict(reader, sub(namespace, '>'))).toBe('ok');
    const publisher = await running.wire('admin', running.admin.token);
    await publisher.request(pub('market', 'a', 'before'));
    expect((await deliveries.delivery()).key).toBe('market:a');
    await running.ok('DELETE', `/api/namespaces/1/permissions/${id}`);
    await publisher.request(pub('market', 'a', 'after'));
    await publisher.request(pub('other', 'a', 'after'));
    expect((await deliveries.delivery()).key).toBe('other:a');
    expect(await verdict(reader, pub('market', 'a'))).toBe(WireError.permissionDenied);
  });

  test.each<[string, (running: RunningServer, id: number) => Promise<unknown>]>([
    ['deactivated', (running, id) => running.ok('PUT', `/api/users/${id}`, { is_active: false })],
    ['deleted', (running, id) => running.ok('DELETE', `/api/users/${id}`)],
    [
      'given a type without the wire',
      (running, id) => running.ok('PUT', `/api/users/${id}`, { user_type: 'admin_only' }),
    ],
  ])('sessions and subscribers of a user that is %s, who cannot come back', async (_, end) => {
    const running = await withNamespaces();
    const { id, token } = await running.user('reader', 1, 'sub');
    const reader = await running.wire('reader', token);
    const deliveries = await running.bound(reader);
    await reader.request(sub('market', '>'));
    await end(running, id);
    await reader.closed;
    await expect(running.wire('reader', token)).rejects.toThrow('authentication failed');
    const publisher = await running.wire('admin', running.admin.token);
    expect(await verdict(publisher, pub('market', 'a'))).toBe('ok');
    await deliveries.pong();
    expect(deliveries.messages.size).toBe(0);
  });

  test.each<[string, (running: RunningServer, id: number) => Promise<unknown>]>([
    ['deactivated', (running, id) => running.ok('PUT', `/api/users/${id}`, { is_active: false })],
    ['deleted', (running, id) => running.ok('DELETE', `/api/users/${id}`)],
    ['given another token', (running, id) => running.ok('POST', `/api/users/${id}/reset-token`)],
    ['disconnected', (running, id) => running.ok('POST', '/api/connections/disconnect-user', { user_id: id })],
    [
      'deactivated by an import',
      (running) =>
        running.ok('POST', '/api/definitions', {
          version: 1,
          namespaces: [],
          grants: [],
          users: [{ username: 'reader', user_type: 'mq_normal', is_active: false }],
        }),
    ],
  ])('subscribers without a session, by PLAIN, of a user that is %s', async (_, end) => {
    const running = await withNamespaces();
    const { id, token } = await running.user('reader', 1, 'sub');
    const plain = { username: 'reader', password: token };
    const reader = await WirePeer.open(running.server.addresses.subPort, { socketType: 'SUB', plain });
    onTestFinished(async () => {
      await reader.close();
    });
    reader.subscribe('market:');
    await reader.pong();
    await end(running, id);
    await reader.closed;
  });

  test('a user that is active again comes back', async () => {
    const running = await withNamespaces();
    const { id, token } = await running.user('bot', 1, 'pub');
    await running.ok('PUT', `/api/users/${id}`, { is_active: false });
    await expect(running.wire('bot', token)).rejects.toThrow('authentication failed');
    await running.ok('PUT', `/api/users/${id}`, { is_active: true });
    expect(await verdict(await running.wire('bot', token), pub('market', 'a'))).toBe('ok');
  });
});

test('defect 15: a query tells what its user may read, and what the API changed', async () => {
  const running = await withNamespaces();
  const { id, token } = await running.user('bot');
  const wire = await running.wire('bot', token);
  await (await running.wire('admin', running.admin.token)).request(pub('market', 'a'));
  const data = async (body: object) => (await wire.request(query(body))).body.data;
  expect(await data({ type: 'namespaces' })).toEqual([]);
  expect(await data({ type: 'topics', namespace: 'market' })).toEqual([]);
  await running.ok('POST', '/api/namespaces/1/permissions', { user_id: id, role: 'pub' });
  expect(await data({ type: 'namespaces' })).toEqual([{ name: 'market', topics: ['a'], topic_count: 1 }]);
  expect(await data({ type: 'permission', topic: 'a' })).toEqual({ type: 'mq_normal', namespaces: { market: 'PUB' } });
  await running.ok('DELETE', '/api/namespaces/1?force=true');
  expect(await data({ type: 'namespaces' })).toEqual([]);
});

test('defect 18: names that break the rules are neither published to nor stored', async () => {
  const running = await withNamespaces();
  const wire = await running.wire('admin', running.admin.token);
  for (const namespace of ['system', 'a b:c/é', 'ns\n', 'x'.repeat(33), "'; DROP TABLE users; --"]) {
    expect(await verdict(wire, pub(namespace, 'a'))).toBe(WireError.badName);
  }
  // An empty namespace is `default`, which comes last: what was refused before it is not there.
  expect(await verdict(wire, pub('', 'a'))).toBe('ok');
  const names = async () => (await running.ok<{ name: string }[]>('GET', '/api/namespaces')).map(({ name }) => name);
  while (!(await names()).includes('default'));
  expect(await names()).toEqual(['market', 'other', 'default']);
});

test('defect 20: a topic that breaks the rules is refused with its reason, and is not an error of the broker', async () => {
  const running = await withNamespaces();
  const wire = await running.wire('admin', running.admin.token);
  for (const topic of ['', 'a..b', 'a.*', '>', 'a.b.c.d', 'a b', '<script>', 'a\n']) {
    const { body } = await wire.request(pub('market', topic));
    expect([topic, body.error_code, body.error_message]).toEqual([topic, WireError.badName, expect.any(String)]);
  }
  expect(running.log.filter((line) => line.includes(' ERROR '))).toEqual([]);
});

describe('defect 35: limits of the configuration hold', () => {
  test('max_sessions_per_user, and defect 9: a closed connection gives its place back', async () => {
    const running = await withNamespaces({ limits: { max_sessions_per_user: 2 } });
    const { token } = await running.user('bot');
    const first = await running.wire('bot', token);
    await running.wire('bot', token);
    await expect(running.wire('bot', token)).rejects.toThrow(
      /"error_code":7,.*connection limit reached: .*bot.* has 2 connections/,
    );
    await running.wire('admin', running.admin.token);
    await first.close();
    let error: unknown;
    do {
      error = await running.wire('bot', token).then(
        () => undefined,
        (reason: Error) => reason.message,
      );
    } while (error !== undefined);
  });

  test('max_subscriptions_per_session and topics_per_namespace', async () => {
    const running = await withNamespaces({ limits: { max_subscriptions_per_session: 2, topics_per_namespace: 2 } });
    const wire = await running.wire('admin', running.admin.token);
    expect(await Promise.all(['a', 'b', 'c'].map((topic) => verdict(wire, sub('market', topic))))).toEqual([
      'ok',
      'ok',
      WireError.limitReached,
    ]);
    expect(await Promise.all(['a', 'b', 'c'].map((topic) => verdict(wire, pub('market', topic))))).toEqual([
      'ok',
      'ok',
      WireError.limitReached,
    ]);
  });
});

test('known topics and rights are there after a restart', async () => {
  const running = await withNamespaces();
  const { token } = await running.user('bot', 1, 'sub');
  await (await running.wire('admin', running.admin.token)).request(pub('market', 'a'));
  await running.server.stop();
  await running.server.start();
  const wire = await running.wire('bot', token);
  const { body } = await wire.request(query({ type: 'topics', namespace: 'market' }));
  expect(body.data).toEqual(['a']);
  expect(await verdict(wire, sub('market', '>'))).toBe('ok');
  expect(await verdict(wire, pub('market', 'a'))).toBe(WireError.permissionDenied);
});
