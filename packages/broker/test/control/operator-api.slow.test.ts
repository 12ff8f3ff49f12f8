import { once } from 'node:events';
import { connect } from 'node:net';
import { MessageType } from '@pulsemq/protocol';
import { expect, test } from 'vitest';
import { ticketSubscription } from '../engine/engine-fixture.js';
import { WirePeer } from '../engine/wire-peer.js';
import { RunningServer } from './running-server.js';
import { until } from './until.js';

const publish = (topic: string) =>
  ({ type: MessageType.pub, namespace: 'market', topic, payload: Buffer.from('12345') }) as const;

test('defects 25 and 26: after a known run the figures are what the clients counted, however often they are read', async () => {
  const running = await RunningServer.start();
  await running.ok('POST', '/api/namespaces', { name: 'market' });
  const rules = [{ pattern: '>', max_age_ms: 86_400_000, calendar: null }];
  await running.ok('PUT', '/api/namespaces/1/freshness', { rules });
  const writer = await running.user('writer', 1, 'pub');
  const reader = await running.user('reader', 1, 'sub');
  const [publisher, session] = [await running.wire('writer', writer.token), await running.wire('reader', reader.token)];
  const subscriber = await WirePeer.open(running.server.addresses.subPort, { socketType: 'XSUB' });
  subscriber.subscribe(ticketSubscription(session.ticket));
  await subscriber.delivery();
  await session.request({ type: MessageType.sub, namespace: 'market', topic: 'a' });
  const minute = (): number => Math.floor(Date.now() / 60_000);
  const startMinute = minute();
  for (let count = 0; count < 30; count++) await publisher.request(publish(count % 3 === 0 ? 'a' : 'b'));
  for (let count = 0; count < 10; count++) await subscriber.delivery();

  type Stats = {
    name: string;
    msg_total: number;
    byte_total: number;
    delivered_total: number;
    dropped_total: number;
    subscriber_count: number;
  };
  const stats = () => running.ok<Stats[]>('GET', '/api/stats/topics');
  await until(stats, (topics) => topics.reduce((sum, one) => sum + one.msg_total, 0) === 30);
  const topics = new Map((await stats()).map((one) => [one.name, one]));
  expect(topics.get('a')).toMatchObject({
    msg_total: 10,
    byte_total: 50,
    delivered_total: 10,
    dropped_total: 0,
    subscriber_count: 1,
  });
  expect(topics.get('b')).toMatchObject({ msg_total: 20, byte_total: 100, delivered_total: 0, subscriber_count: 0 });
  // Delays are those of one minute: of the last one, where it has changed in the meantime.
  const count = minute() === startMinute ? 10 : expect.any(Number);
  expect(topics.get('a')).toMatchObject({
    last_publisher: 'writer',
    is_stale: false,
    latency: { publisher_to_broker_ms: { count }, broker_to_socket_us: { count } },
  });

  const system = await running.ok('GET', '/api/stats/system');
  expect(system).toMatchObject({
    msg_total: 30,
    byte_total: 150,
    delivered_total: 10,
    dropped_total: 0,
    sessions: 2,
    online_users: 2,
    topics: 2,
  });

  type Connection = {
    connection_id: string;
    username: string;
    msg_total_in: number;
    msg_total_out: number;
    kind: string;
  };
  const connections = () => running.ok<Connection[]>('GET', '/api/connections');
  const byName = new Map((await connections()).map((one) => [one.username, one]));
  expect(byName.get('writer')).toMatchObject({ kind: 'session', client: 'ZMTP 3.1 DEALER', address: '127.0.0.1' });
  await until(
    connections,
    (list) => list.some((one) => one.msg_total_in === 30) && list.some((one) => one.msg_total_out === 10),
  );

  await publisher.close();
  await until(
    () => running.ok<{ live: { is_stale: boolean } }>('GET', '/api/topics/1'),
    ({ live }) => live.is_stale,
  );
  type Closed = { username: string; close_reason: string; msg_total_in: number }[];
  const closed = await until(
    () => running.ok<Closed>('GET', '/api/connections?state=closed'),
    (list) => list.length === 1,
  );
  expect(closed[0]).toMatchObject({ username: 'writer', close_reason: 'closed by peer', msg_total_in: 30 });
  await subscriber.close();
});

test('defect 30: a user and a single connection can be disconnected', async () => {
  const running = await RunningServer.start();
  const user = await running.user('bot');
  const first = await running.wire('bot', user.token);
  const second = await running.wire('bot', user.token);
  const list = () => running.ok<{ connection_id: string; username: string }[]>('GET', '/api/connections');
  const open = await until(list, (connections) => connections.length === 2);
  const ids = open.map(({ connection_id }) => connection_id).sort();
  expect(await running.ok('GET', `/api/connections/${ids[0]}`)).toMatchObject({
    connection_id: ids[0],
    closed_at: null,
  });
  await running.ok('POST', `/api/connections/${ids[0]}/disconnect`);
  await first.closed;
  expect(await running.ok('POST', '/api/connections/disconnect-user', { user_id: user.id })).toMatchObject({
    status: 'disconnected',
  });
  await second.closed;
  expect((await running.call('POST', `/api/connections/${ids[0]}/disconnect`)).status).toBe(409);
  expect((await running.call('POST', '/api/connections/s999/disconnect')).status).toBe(404);
  expect((await running.call('GET', '/api/connections/s999')).status).toBe(404);
  expect((await running.call('POST', '/api/connections/disconnect-user', { user_id: 99 })).status).toBe(400);
});

test('defect 31: a deleted topic is gone from queries, and comes back when it is published to', async () => {
  const running = await RunningServer.start();
  const wire = await running.wire('admin', running.admin.token);
  const topics = () => running.ok<{ id: number; name: string }[]>('GET', '/api/topics?namespace=market');
  await wire.request(publish('a'));
  const [topic] = await until(topics, (list) => list.length === 1);
  await running.ok('DELETE', `/api/topics/${topic!.id}`);
  expect(await topics()).toEqual([]);
  expect(await running.ok('GET', '/api/stats/topics')).toEqual([]);
  await wire.request(publish('a'));
  await until(topics, (list) => list.length === 1);
  const stats = () => running.ok<{ id: number; msg_total: number }[]>('GET', '/api/stats/topics');
  expect((await until(stats, (list) => list.length === 1))[0]).toMatchObject({ id: 2, msg_total: 1 });
  expect(await running.ok('GET', '/api/topics?namespace=nothing')).toEqual([]);
});

test('defect 32: every change leaves one row that says who, where, what, before and after', async () => {
  const running = await RunningServer.start();
  await running.ok('POST', '/api/namespaces', { name: 'market' });
  const user = await running.user('bot', 1, 'sub');
  await running.ok('POST', '/api/namespaces/1/permissions', { user_id: user.id, role: 'pub' });
  await running.call('POST', '/api/namespaces', { name: 'system' });
  await running.ok('POST', `/api/users/${user.id}/reset-token`);
  const rows = await running.ok<Record<string, unknown>[]>('GET', '/api/audit-logs?limit=20');
  expect(rows.map((row) => `${row.op_type} ${row.target} ${row.result}`)).toEqual([
    'reset_token bot ok',
    'namespace.create system BAD_INPUT',
    'grant bot ok',
    'grant bot ok',
    'user.create bot ok',
    'namespace.create market ok',
    'login admin ok',
  ]);
  expect(rows[2]).toMatchObject({
    target_type: 'namespace_permission',
    namespace: 'market',
    old_value: '"sub"',
    new_value: '"pub"',
    operator: 'admin',
    address: '127.0.0.1',
  });
  expect(await running.ok('GET', '/api/audit-logs?op_type=grant&limit=1')).toHaveLength(1);
});

test('a call leaves its row with the address, although its caller hangs up before the answer', async () => {
  const running = await RunningServer.start();
  const hangUp = async (path: string, body: object) => {
    const json = JSON.stringify(body);
    const socket = connect(running.server.addresses.adminPort, '127.0.0.1');
    socket.write(
      `POST ${path} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${running.jwt}\r\nexpect: 100-continue\r\n` +
        `content-type: application/json\r\ncontent-length: ${json.length}\r\n\r\n`,
    );
    await once(socket, 'data');
    socket.end(json);
    // The broker has read the body and the end behind it, and the password is being hashed.
    await once(socket, 'close');
  };
  await hangUp('/api/users', { username: 'clerk', user_type: 'admin_only' });
  await hangUp('/login', { username: 'admin', password: running.admin.password });
  const rows = () => running.ok<{ op_type: string }[]>('GET', '/api/audit-logs');
  const told = await until(rows, ({ length }) => length === 3);
  expect(told.map(({ op_type }) => op_type).sort()).toEqual(['login', 'login', 'user.create']);
  for (const row of told) expect(row).toMatchObject({ address: '127.0.0.1', operator: 'admin', result: 'ok' });
  expect(running.log.filter((line) => line.includes(' ERROR '))).toEqual([]);
});

test('who may do what, and why', async () => {
  const running = await RunningServer.start();
  await running.ok('POST', '/api/namespaces', { name: 'market' });
  const user = await running.user('bot', 1, 'sub');
  const check = (query: string) =>
    running.ok<Record<string, { allowed: boolean; code: string }>>('GET', `/api/permissions/check?${query}`);
  expect(await check(`user_id=${user.id}&namespace=market&topic=a`)).toMatchObject({
    publish: { allowed: false, code: 'ROLE_TOO_LOW' },
    subscribe: { allowed: true, code: 'GRANTED' },
  });
  expect(await check(`user_id=${user.id}&namespace=other`)).toMatchObject({ subscribe: { code: 'NAMESPACE_UNKNOWN' } });
  expect(await check('user_id=1&namespace=other&topic=a.%3E')).toMatchObject({
    publish: { code: 'BAD_NAME' },
    subscribe: { allowed: true, code: 'ALL_RIGHTS' },
  });
  // As the engine refuses it: limits.topic_levels is 3.
  const tooDeep = `user_id=${user.id}&namespace=market&topic=a.b.c.d`;
  expect(await check(tooDeep)).toMatchObject({ publish: { code: 'BAD_NAME' }, subscribe: { code: 'BAD_NAME' } });
});

test('settings show where each value came from, and no secret', async () => {
  const running = await RunningServer.start({ auth: { jwt_secret: 'x'.repeat(40) } });
  const settings = await running.ok<{ key: string; value: unknown; source: string }[]>('GET', '/api/settings');
  const byKey = new Map(settings.map((one) => [one.key, one]));
  expect(byKey.get('auth.jwt_secret')).toMatchObject({ value: '(set)', source: 'option' });
  expect(byKey.get('broker.backlog_messages')).toMatchObject({ value: 10_000, source: 'default' });
  const { pubPort, subPort } = running.server.addresses;
  expect(byKey.get('server.pub_port')).toMatchObject({ value: 0, in_use: pubPort });
  expect(byKey.get('server.sub_port')).toMatchObject({ value: null, in_use: subPort });
  expect(JSON.stringify(settings)).not.toContain('xxxx');
});

test('an import changes users that differ, ends what they had open, and leaves a super_admin', async () => {
  const running = await RunningServer.start();
  const bot = await running.user('bot');
  await running.user('clerk', undefined, undefined, { user_type: 'admin_only', password: 'a good password' });
  const { token } = await running.logIn('clerk', 'a good password');
  const wires = [await running.wire('bot', bot.token), await running.wire('admin', running.admin.token)];
  const definitions = (users: [username: string, user_type: string, is_active: boolean][]) => ({
    version: 1,
    namespaces: [],
    grants: [],
    users: users.map(([username, user_type, is_active]) => ({ username, user_type, is_active })),
  });
  const without = await running.call('POST', '/api/definitions', definitions([['admin', 'mq_normal', true]]));
  expect([without.status, (without.body as { code: string }).code]).toEqual([409, 'LAST_SUPER_ADMIN']);
  const file = definitions([
    ['bot', 'mq_super', false],
    ['clerk', 'super_admin', true],
    ['admin', 'super_admin', true],
  ]);
  const changes = ['user bot: mq_normal -> mq_super', 'user bot: deactivated', 'user clerk: admin_only -> super_admin'];
  expect(await running.ok('POST', '/api/definitions', file)).toEqual({ status: 'imported', changes });
  await wires[0]!.closed;
  expect((await running.call('GET', '/api/me', undefined, token)).status).toBe(401);
  expect(await running.ok('POST', '/api/definitions', file)).toMatchObject({ changes: [] });
  await running.ok('POST', '/api/definitions', definitions([['admin', 'admin_only', true]]));
  await wires[1]!.closed;
  const { token: root } = await running.logIn('clerk', 'a good password');
  const rows = await running.ok<{ new_value: string }[]>(
    'GET',
    '/api/audit-logs?op_type=definitions.import&result=ok',
    undefined,
    root,
  );
  expect(rows.map(({ new_value }) => JSON.parse(new_value))).toEqual([
    { change_count: 1, dry_run: false, changes: ['user admin: super_admin -> admin_only'] },
    { change_count: 0, dry_run: false, changes: [] },
    { change_count: 3, dry_run: false, changes },
  ]);
});

test('definitions travel from one broker to another, and importing twice changes nothing', async () => {
  const [from, to] = [await RunningServer.start(), await RunningServer.start()];
  await from.ok('POST', '/api/namespaces', { name: 'market', description: 'ticks' });
  await from.user('bot', 1, 'pub');
  const file = await from.ok('GET', '/api/definitions');
  expect(JSON.stringify(file)).not.toMatch(/hash|token/);
  const tried = await to.ok<{ status: string; changes: string[] }>('POST', '/api/definitions?dry_run=true', file);
  expect(tried.changes).toEqual([
    'namespace market: created',
    'user bot: created without token and password',
    'grant of market to bot: none -> pub',
  ]);
  expect(await to.ok('GET', '/api/namespaces')).toEqual([]);
  expect(await to.ok('POST', '/api/definitions', file)).toEqual({ status: 'imported', changes: tried.changes });
  expect(await to.ok('POST', '/api/definitions', file)).toMatchObject({ changes: [] });
  expect(await to.ok('GET', '/api/definitions')).toEqual(file);
});
