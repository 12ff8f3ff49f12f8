import { MessageType, type SystemPoint, type TopicPoint, type TopicStats, type UserStats } from '@pulsemq/protocol';
import { expect, test } from 'vitest';
import { RunningServer, temporaryFolder } from './running-server.js';
import { fillStartedFolder } from './started-folder.js';
import { until } from './until.js';

const publish = (topic: string) =>
  ({ type: MessageType.pub, namespace: 'market', topic, payload: Buffer.from('12345') }) as const;

const sum = <Point>(points: readonly Point[], read: (point: Point) => number): number =>
  points.reduce((total, point) => total + read(point), 0);

test('the last five minutes are there by the second, as soon as it is over', async () => {
  const running = await RunningServer.start();
  const wire = await running.wire('admin', running.admin.token);
  for (let count = 0; count < 20; count++) await wire.request(publish('a'));
  const history = () => running.ok<SystemPoint[]>('GET', '/api/stats/system/history?range=5m');
  const points = await until(history, (list) => sum(list, ({ msg_count }) => msg_count) === 20);
  expect(sum(points, ({ byte_count }) => byte_count)).toBe(100);
  expect(sum(points, ({ auth_total }) => auth_total)).toBe(1);
  expect(points.at(-1)).toMatchObject({ online_users: 1, connections: 1, dropped_count: 0 });
  const seconds = points.map(({ ts }) => ts);
  expect(seconds).toEqual(seconds.map((_, index) => seconds[0]! + index));
  expect(Math.abs(seconds.at(-1)! - Date.now() / 1_000)).toBeLessThan(20);
});

test('defect 26: minutes survive a restart, and two halves of one minute add up', async () => {
  const folder = temporaryFolder();
  await fillStartedFolder(folder);
  let expectedBytes = 0;
  for (const count of [7, 5]) {
    const running = await RunningServer.open({}, folder);
    const wire = await running.wire('admin', running.admin.token);
    for (let sent = 0; sent < count; sent++) await wire.request(publish('a'));
    expectedBytes += 5 * count;
    await running.server.stop();
  }
  const running = await RunningServer.start({}, folder);
  for (const range of ['1h', '8h', '7d']) {
    const system = await running.ok<SystemPoint[]>('GET', `/api/stats/system/history?range=${range}`);
    const step = range === '7d' ? 3_600 : 60;
    expect(system.every(({ ts }) => ts % step === 0)).toBe(true);
    expect(new Set(system.map(({ ts }) => ts)).size).toBe(system.length);
    expect([sum(system, ({ msg_count }) => msg_count), sum(system, ({ byte_count }) => byte_count)]).toEqual([
      12,
      expectedBytes,
    ]);
    expect(system.some(({ publisher_p99_ms }) => publisher_p99_ms !== null)).toBe(true);
    const topic = await running.ok<TopicPoint[]>('GET', `/api/stats/topics/1/history?range=${range}`);
    expect(sum(topic, ({ msg_count }) => msg_count)).toBe(12);
  }
});

test('defect 25: users and topics have their figures, with their numbers', async () => {
  const running = await RunningServer.start();
  await running.ok('POST', '/api/namespaces', { name: 'market' });
  const reader = await running.user('reader', 1, 'sub');
  const wire = await running.wire('admin', running.admin.token);
  const session = await running.wire('reader', reader.token);
  const subscriber = await running.bound(session);
  await session.request({ type: MessageType.sub, namespace: 'market', topic: '>' });
  for (let count = 0; count < 4; count++) await wire.request(publish('a'));
  for (let count = 0; count < 4; count++) await subscriber.delivery();
  await session.request(publish('a'));
  const users = await until(
    () => running.ok<UserStats[]>('GET', '/api/stats/users'),
    ([admin, other]) => admin?.pub_count === 4 && other?.error_count === 1 && other.sub_count === 4,
  );
  expect(users).toMatchObject([
    { user_id: 1, username: 'admin', is_online: true, session_count: 1, pub_bytes: 20, sub_count: 0, error_count: 0 },
    { user_id: 2, username: 'reader', is_online: true, session_count: 1, pub_count: 0, dropped_count: 0 },
  ]);
  const [topic] = await until(
    () => running.ok<TopicStats[]>('GET', '/api/stats/topics'),
    ([one]) => one?.delivered_total === 4,
  );
  expect(topic).toMatchObject({ id: 1, namespace: 'market', name: 'a', msg_total: 4 });
});

test('a wrong range and an unknown topic have answers of their own', async () => {
  const running = await RunningServer.start();
  for (const path of ['system/history?range=2m', 'topics/1/history?range=5m', 'topics/x/history']) {
    expect((await running.call('GET', `/api/stats/${path}`)).status).toBe(400);
  }
  expect((await running.call('GET', '/api/stats/topics/1/history')).status).toBe(404);
  expect((await running.call('GET', '/api/stats/system/history', undefined, null)).status).toBe(401);
});
