import { join } from 'node:path';
import { MessageType } from '@pulsemq/protocol';
import { expect, onTestFinished, test } from 'vitest';
import { WirePeer } from '../engine/wire-peer.js';
import { addAuditRows } from './audit-rows.js';
import { RunningServer, temporaryFolder } from './running-server.js';
import { fillStartedFolder } from './started-folder.js';
import { until } from './until.js';

const publish = (topic: string) => ({
  type: MessageType.pub,
  namespace: 'market',
  topic,
  payload: Buffer.from('x'),
});

test('one connection comes with its subscriptions, and without them once it has closed', async () => {
  const running = await RunningServer.start();
  await running.ok('POST', '/api/namespaces', { name: 'market' });
  const bot = await running.user('bot', 1, 'sub');
  const wire = await running.wire('bot', bot.token);
  await wire.request({ type: MessageType.sub, namespace: 'market', topic: 'a.*' });
  const [listed] = await running.ok<{ connection_id: string }[]>('GET', '/api/connections?text=bot');
  const path = `/api/connections/${listed!.connection_id}`;
  expect(await running.ok('GET', path)).toMatchObject({
    username: 'bot',
    subscriptions: [{ namespace: 'market', pattern: 'a.*' }],
  });
  await wire.close();
  const closed = await until(
    () => running.ok<{ closed_at: string | null }>('GET', path),
    ({ closed_at }) => closed_at !== null,
  );
  expect(closed).toMatchObject({ close_reason: 'closed by peer', subscriptions: [] });
  expect((await running.call('GET', '/api/connections/s999')).status).toBe(404);
});

test('one session comes with its lanes: their policies and what each has delivered', async () => {
  const running = await RunningServer.start();
  await running.ok('POST', '/api/namespaces', { name: 'market', keep_last_value: true });
  const bot = await running.user('bot', 1, 'sub');
  const wire = await running.wire('bot', bot.token);
  const options = (more: object) => Buffer.from(JSON.stringify(more));
  const sub = (topic: string, more: object) =>
    wire.request({ type: MessageType.sub, namespace: 'market', topic, payload: options(more) });
  await sub('a.*', {});
  await sub('>', { lane: 2, onSlow: 'conflate', maxRate: 4 });
  const [listed] = await running.ok<{ connection_id: string; lanes: null }[]>('GET', '/api/connections?text=bot');
  expect(listed!.lanes).toBeNull();
  const none = { is_bound: false, subscription_count: 1, matched_total: 0, delivered_total: 0, queued_messages: 0 };
  expect(await running.ok('GET', `/api/connections/${listed!.connection_id}`)).toMatchObject({
    lanes: [
      { lane: 0, on_slow: 'dropOldest', max_rate: null, ...none },
      { lane: 2, on_slow: 'conflate', max_rate: 4, ...none },
    ],
  });
});

test('connections are listed with the first ten of what each has subscribed to, and how many it has', async () => {
  const running = await RunningServer.start();
  await running.ok('POST', '/api/namespaces', { name: 'market' });
  const bot = await running.user('Bot', 1, 'sub');
  const wires = await Promise.all([running.wire('Bot', bot.token), running.wire('Bot', bot.token)]);
  const topics = Array.from({ length: 12 }, (_, index) => `a.t${index}`);
  for (const topic of topics) await wires[0]!.request({ type: MessageType.sub, namespace: 'market', topic });
  await wires[1]!.request({ type: MessageType.sub, namespace: 'market', topic: '>' });
  const plain = await WirePeer.open(running.server.addresses.subPort, {
    socketType: 'SUB',
    plain: { username: 'Bot', password: bot.token },
  });
  onTestFinished(async () => {
    await plain.close();
  });
  plain.subscribe('market:a');
  await plain.pong();
  type Listed = { subscriptions: { namespace: string; pattern: string }[]; subscription_count: number };
  const listed = await running.ok<Listed[]>('GET', '/api/connections?text=bot');
  const patterns = listed
    .sort((left, right) => right.subscription_count - left.subscription_count)
    .map(({ subscriptions }) => subscriptions.map(({ pattern }) => pattern).join(' '));
  expect(listed.map(({ subscription_count }) => subscription_count)).toEqual([12, 1, 1]);
  expect(patterns[0]).toBe(topics.slice(0, 10).join(' '));
  expect(patterns.slice(1).sort()).toEqual(['>', 'a...']);
  await wires[0]!.close();
  const closed = await until(
    () => running.ok<Listed[]>('GET', '/api/connections?state=closed'),
    ({ length }) => length === 1,
  );
  expect(closed).toMatchObject([{ subscriptions: [], close_reason: 'closed by peer' }]);
  expect(await running.ok('GET', '/api/connections?text=null')).toEqual([]);
});

test('a user whose subscriber logs in by PLAIN, and who has no session, is online', async () => {
  const running = await RunningServer.start();
  const { id, token } = await running.user('old_reader');
  /** What the two lists say: the sessions of both, and whether the user is online. */
  const listed = async (): Promise<[number, number, boolean]> => {
    const users = await running.ok<{ session_count: number }[]>('GET', '/api/users?text=old_reader');
    const stats = await running.ok<{ user_id: number; session_count: number; is_online: boolean }[]>(
      'GET',
      '/api/stats/users',
    );
    const { is_online, session_count } = stats.find(({ user_id }) => user_id === id)!;
    return [users[0]!.session_count, session_count, is_online];
  };
  const listedAs = async (count: number): Promise<void> => {
    const wanted = JSON.stringify([count, count, count > 0]);
    await until(listed, (found) => JSON.stringify(found) === wanted);
  };
  const onlineUsers = async (): Promise<number> =>
    (await running.ok<{ online_users: number }>('GET', '/api/stats/system')).online_users;
  expect([await listed(), await onlineUsers()]).toEqual([[0, 0, false], 0]);
  const open = () =>
    WirePeer.open(running.server.addresses.subPort, {
      socketType: 'SUB',
      plain: { username: 'old_reader', password: token },
    });
  const first = await open();
  const second = await open();
  onTestFinished(async () => {
    await Promise.all([first.close(), second.close()]);
  });
  await listedAs(2);
  expect(await onlineUsers()).toBe(1);
  await first.close();
  await listedAs(1);
  expect(await running.ok('POST', '/api/connections/disconnect-user', { user_id: id })).toMatchObject({
    session_count: 1,
  });
  await listedAs(0);
  expect(await onlineUsers()).toBe(0);
});

test('topics are found by pattern and staleness, and sorted by their figures', async () => {
  const running = await RunningServer.start();
  await running.ok('POST', '/api/namespaces', { name: 'market' });
  const rules = [{ pattern: '>', max_age_ms: 86_400_000, calendar: null }];
  await running.ok('PUT', '/api/namespaces/1/freshness', { rules });
  const first = await running.wire('admin', running.admin.token);
  const second = await running.wire('admin', running.admin.token);
  for (const topic of ['a.x', 'a.y', 'b']) await first.request(publish(topic));
  await first.close();
  for (let count = 0; count < 50; count++) await second.request(publish('a.y'));
  type Topic = { name: string; live: { is_stale: boolean; msg_total: number } | null };
  const names = async (query: string): Promise<string[]> =>
    (await running.ok<Topic[]>('GET', `/api/topics?namespace=market&${query}`)).map(({ name }) => name);
  await until(
    () => names('stale=true'),
    (stale) => stale.length === 2,
  );
  expect(await names('stale=true')).toEqual(['a.x', 'b']);
  expect(await names('stale=false')).toEqual(['a.y']);
  expect(await names('pattern=a.*')).toEqual(['a.x', 'a.y']);
  expect(await names('pattern=a.*&stale=true')).toEqual(['a.x']);
  await until(
    () => names('sort=age'),
    (topics) => topics.at(-1) === 'a.y',
  );
  expect(await names('sort=age&limit=1&offset=2')).toEqual(['a.y']);
  const page = await running.call('GET', '/api/topics?pattern=a.*&limit=1');
  expect(page.headers.get('x-total-count')).toBe('2');
  for (const query of ['pattern=a..b', 'stale=yes', 'sort=size']) {
    expect((await running.call('GET', `/api/topics?${query}`)).status).toBe(400);
  }
});

test('the audit log goes out as a file, whole and filtered, and no cell becomes a formula', async () => {
  const running = await RunningServer.start();
  for (let count = 0; count < 5; count++) {
    await running.call('POST', '/login', { username: `=cmd|"${count}",x`, password: 'wrong' }, null);
  }
  await running.ok('POST', '/api/namespaces', { name: 'market' });
  const csv = await running.call('GET', '/api/audit-logs/export?format=csv');
  expect(csv.headers.get('content-type')).toContain('text/csv');
  expect(csv.headers.get('content-disposition')).toContain('pulsemq-audit.csv');
  const lines = String(csv.body).trimEnd().split('\r\n');
  expect(lines[0]).toBe(
    'id,created_at,op_type,target_type,operator,address,target,namespace,old_value,new_value,result,request_id',
  );
  expect(lines.length).toBe(8);
  expect(lines.filter((line) => line.includes(`"'=cmd|""3"",x"`)).length).toBe(1);
  const json = await running.ok<{ id: number; op_type: string }[]>('GET', '/api/audit-logs/export?format=json');
  expect(json.map(({ id }) => id)).toEqual([7, 6, 5, 4, 3, 2, 1]);
  expect(json).toEqual(await running.ok('GET', '/api/audit-logs'));
  expect(await running.ok('GET', '/api/audit-logs/export?format=json&op_type=namespace.create')).toHaveLength(1);
  expect(await running.ok('GET', '/api/audit-logs/export?format=json&op_type=nothing')).toEqual([]);
});

test('audit rows are found by time, in whatever zone it is given', async () => {
  const running = await RunningServer.start();
  const [row] = await running.ok<{ created_at: string }[]>('GET', '/api/audit-logs');
  const at = Date.parse(row!.created_at);
  const count = async (query: string): Promise<number> =>
    (await running.ok<unknown[]>('GET', `/api/audit-logs?${query}`)).length;
  const elsewhere = `${new Date(at + 8 * 3_600_000).toISOString().slice(0, -1)}%2B08:00`;
  expect(await count(`from=${elsewhere}&to=${elsewhere}`)).toBe(1);
  expect(await count(`from=${new Date(at + 1).toISOString()}`)).toBe(0);
  expect(await count(`to=${new Date(at - 1).toISOString()}`)).toBe(0);
  expect(await count('from=2020-01-01')).toBe(1);
  const day = row!.created_at.slice(0, 10);
  expect(await count(`from=${day}&to=${day}`)).toBe(1);
  expect(await count(`to=${new Date(at - 86_400_000).toISOString().slice(0, 10)}`)).toBe(0);
  for (const time of [
    '2026-02-30',
    '2026-02-30T00:00:00Z',
    '9999-12-31T23:59:59-01:00',
    '0000-01-01T00:00:00%2B01:00',
  ]) {
    for (const name of ['from', 'to']) {
      expect([time, (await running.call('GET', `/api/audit-logs?${name}=${time}`)).status]).toEqual([time, 400]);
    }
  }
  for (const time of ['yesterday', '2026-13-01', '2026-01-01T25:00:00Z', '2026-01-01T10:00:00', '']) {
    expect((await running.call('GET', `/api/audit-logs?from=${time}`)).status).toBe(400);
  }
});

test('a log of many pages is exported without a gap', async () => {
  const folder = temporaryFolder();
  await fillStartedFolder(folder);
  addAuditRows(join(folder, 'pulsemq.db'), 1_200);
  const running = await RunningServer.start({}, folder);
  const rows = await running.ok<{ id: number }[]>('GET', '/api/audit-logs/export?format=json');
  // The log-ins of two starts stand before and after them.
  expect(rows.map(({ id }) => id)).toEqual(Array.from({ length: 1_202 }, (_, at) => 1_202 - at));
});
