import { MessageType } from '@pulsemq/protocol';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PostgresServer } from '../../../../test/postgres/postgres-server.mjs';
import { openPostgres } from '../../dist/control/store/postgres/open-postgres.js';
import { until } from '../control/until.js';
import { BrokerProcess, type FirstAdmin } from './broker-process.js';

/** Brokers, as processes, that share a real database. */

let server: PostgresServer;
let url: string;
let a: BrokerProcess;
let b: BrokerProcess;
let admin: FirstAdmin;

/** Two brokers that are started at once on an empty database. */
beforeAll(async () => {
  server = await PostgresServer.start();
  url = await server.database();
  [a, b] = (await Promise.all(['a', 'b'].map((name) => BrokerProcess.open(url, name)))) as [
    BrokerProcess,
    BrokerProcess,
  ];
  admin = (a.firstAdmin ?? b.firstAdmin)!;
  b.useLogIn(await a.logIn(admin));
});
afterAll(async () => {
  await Promise.all([a?.close(), b?.close()]);
  await server?.remove();
});

let sceneCount = 0;

/** A namespace and a user with the role `pub` in it, made at a broker. */
async function scene(broker: BrokerProcess) {
  sceneCount += 1;
  const [namespace, username] = [`market_${sceneCount}`, `feed_${sceneCount}`];
  const { id: namespaceId } = await broker.ok<{ id: number }>('POST', '/api/namespaces', { name: namespace });
  const { id: userId, token } = await broker.ok<{ id: number; token: string }>('POST', '/api/users', { username });
  await broker.ok('POST', `/api/namespaces/${namespaceId}/permissions`, { user_id: userId, role: 'pub' });
  const pub = { type: MessageType.pub, namespace, topic: 't', username, payload: Buffer.from('x') };
  return { namespaceId, namespace, userId, username, token, pub };
}

describe('brokers that start at once on an empty database', () => {
  test('make one first admin and one secret, whose log-ins count at each of them', async () => {
    expect([a.firstAdmin, b.firstAdmin].filter((made) => made !== undefined)).toHaveLength(1);
    // Both have the log-in that `a` gave.
    for (const broker of [a, b]) {
      expect(await broker.ok('GET', '/api/me')).toMatchObject({ username: 'admin' });
      expect(await broker.ok('GET', '/api/users')).toHaveLength(1);
      expect(broker.log).not.toContain('postgres://');
      // `pulsemq admin reset-password` works on a file.
      expect(broker.log).not.toContain('reset-password');
    }
    const other = a.firstAdmin === undefined ? a : b;
    expect(other.log).toContain('let another administrator run: pulsemq user password admin');
  });
});

describe('a change at one broker acts at the other', () => {
  test('a user, a grant, its revocation, and the end of the user', async () => {
    const { namespaceId, userId, username, token, pub } = await scene(a);
    const { peer, body } = await until(
      () => b.wire(username, token),
      ({ body }) => body.status === 'AUTH_OK',
    );
    expect(body.status).toBe('AUTH_OK');
    await until(
      () => peer.request(pub),
      ({ body }) => body.status === 'PUB_OK',
    );
    await a.ok('DELETE', `/api/namespaces/${namespaceId}/permissions/${userId}`);
    await until(
      () => peer.request(pub),
      ({ body }) => body.status !== 'PUB_OK',
    );
    await a.ok('PUT', `/api/users/${userId}`, { is_active: false });
    await peer.closed;
    expect((await b.wire(username, token)).body.status).not.toBe('AUTH_OK');
  });

  test('a new token ends sessions with the old one, and none with the new one', async () => {
    const { userId, username, token, pub } = await scene(a);
    const { peer: old } = await until(
      () => b.wire(username, token),
      ({ body }) => body.status === 'AUTH_OK',
    );
    const fresh = await a.ok<{ token: string }>('POST', `/api/users/${userId}/reset-token`);
    await old.closed;
    const { peer } = await until(
      () => b.wire(username, fresh.token),
      ({ body }) => body.status === 'AUTH_OK',
    );
    // The next change of the user must not end it.
    await a.ok('PUT', `/api/users/${userId}`, { username: 'renamed' });
    await until(
      async () => (await b.wire('renamed', fresh.token)).body.status,
      (status) => status === 'AUTH_OK',
    );
    await peer.pong();
    expect((await peer.request({ ...pub, username: 'renamed' })).body.status).toBe('PUB_OK');
  });

  test('a log-out, and a rule of alerts', async () => {
    const jwt = await a.logIn(admin);
    expect((await b.call('GET', '/api/me', undefined, jwt)).status).toBe(200);
    const rule = { name: 'disk', kind: 'disk', threshold: 90, for_s: 60 };
    const { id } = await a.ok<{ id: number }>('POST', '/api/alert-rules', rule);
    await until(
      () => b.ok<{ id: number }[]>('GET', '/api/alert-rules'),
      (rules) => rules.some((one) => one.id === id),
    );
    await a.ok('POST', '/logout');
    await until(
      () => b.call('GET', '/api/me', undefined, jwt),
      ({ status }) => status === 401,
    );
    b.useLogIn(await a.logIn(admin));
  });

  test('a topic that both publish to has one row and a history at each; deleted at one, the other forgets it', async () => {
    const { namespace, username, token, pub } = await scene(a);
    for (const broker of [a, b]) {
      const { peer } = await until(
        () => broker.wire(username, token),
        ({ body }) => body.status === 'AUTH_OK',
      );
      await until(
        () => peer.request(pub),
        ({ body }) => body.status === 'PUB_OK',
      );
    }
    type Topic = { id: number; name: string };
    const topics = (broker: BrokerProcess) => broker.ok<Topic[]>('GET', `/api/topics?namespace=${namespace}`);
    const [first] = await until(
      () => topics(b),
      ({ length }) => length === 1,
    );
    for (const broker of [a, b]) {
      await until(
        () => broker.ok<{ id: number | null }[]>('GET', '/api/stats/topics'),
        (rows) => rows.some(({ id }) => id === first!.id),
      );
    }
    await a.ok('DELETE', `/api/topics/${first!.id}`);
    await until(
      () => b.ok<{ id: number | null }[]>('GET', '/api/stats/topics'),
      (rows) => rows.every(({ id }) => id !== first!.id),
    );
  });
});

test('two super_admins who deactivate each other at two brokers at the same moment: one stays', async () => {
  const second = await a.ok<{ id: number; password: string }>('POST', '/api/users', {
    username: 'second',
    user_type: 'super_admin',
  });
  await a.logIn(admin);
  await b.logIn({ username: 'second', password: second.password });
  const answers = await Promise.all([
    a.call('PUT', `/api/users/${second.id}`, { user_type: 'mq_normal' }),
    b.call('PUT', '/api/users/1', { user_type: 'mq_normal' }),
  ]);
  const types = await server.query(
    new URL(url).pathname.slice(1),
    `select user_type from users where id in (1, ${second.id})`,
  );
  expect(types.filter(({ user_type }) => user_type === 'super_admin')).toHaveLength(1);
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
});

test('statistics of two brokers stand beside each other', async () => {
  const stores = await Promise.all(['a', 'b'].map((name) => openPostgres(url, name)));
  const [one, two] = stores.map(({ stats }) => stats);
  const user = {
    userId: 1,
    ts: 60,
    pubCount: 1,
    pubBytes: 2,
    subCount: 3,
    subBytes: 4,
    droppedCount: 5,
    errorCount: 6,
  };
  const row = (onlineMinutes: number) => ({ system: [], topics: [], users: [{ ...user, onlineMinutes }] });
  try {
    await one!.put('minute', row(1));
    await two!.put('minute', row(2));
    await one!.put('minute', row(3));
    expect(await one!.at('minute', 60)).toEqual(row(3));
    expect(await two!.at('minute', 60)).toEqual(row(2));
    expect(await one!.removeOldest('minute', 61)).toBe(2);
  } finally {
    await Promise.all(stores.map((store) => store.close()));
  }
});
