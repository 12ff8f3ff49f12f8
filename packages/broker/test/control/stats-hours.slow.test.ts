import { join } from 'node:path';
import type { SystemPoint, TopicPoint } from '@pulsemq/protocol';
import { expect, test } from 'vitest';
import { openSqlite } from '../../dist/control/store/sqlite/open-sqlite.js';
import { RunningServer, temporaryFolder } from './running-server.js';
import { day, hourOf, nowTs, systemRow, topicRow, userRow } from './stats-rows.js';
import { scene, until } from './stats-writer-scene.js';

test('defect 26: hours are the sums of their minutes, with the percentiles of all their messages', async () => {
  const folder = temporaryFolder();
  const store = await openSqlite(join(folder, 'pulsemq.db'));
  await store.namespaces.add({ name: 'market', description: '', createdBy: 'a' });
  await store.topics.addAll([{ namespaceId: 1, name: 'a', createdBy: 'a' }]);
  const hour = hourOf(nowTs()) - 7_200;
  // Ninety-nine messages of 2 us in one minute, one of 900 us in another, and a minute without.
  const delays = ['198 2 2:99', '900 900 54:1', null];
  for (const [index, brokerDelays] of delays.entries()) {
    const ts = hour + index * 600;
    const rows = { system: [systemRow(ts, { brokerDelays })], topics: [topicRow(ts, { brokerDelays })] };
    await store.stats.put('minute', { ...rows, users: [userRow(ts)] });
  }
  await store.close();
  for (let start = 0; start < 2; start++) {
    const running = await RunningServer.open({}, folder);
    const ofHour = <Point extends { ts: number }>(points: Point[]) => points.find(({ ts }) => ts === hour);
    const system = async () => ofHour(await running.ok<SystemPoint[]>('GET', '/api/stats/system/history?range=7d'));
    expect(await system()).toMatchObject({
      msg_count: 30,
      byte_count: 300,
      delivered_count: 60,
      delivered_bytes: 1_200,
      dropped_count: 3,
      connections: 3,
      online_users: 2,
      auth_total: 12,
      auth_fail: 3,
      perm_denied: 6,
      memory_mb: 90,
      broker_p50_us: 2,
      broker_p95_us: 2,
      broker_p99_us: 2,
      broker_max_us: 900,
      publisher_p50_ms: null,
    });
    const topic = ofHour(await running.ok<TopicPoint[]>('GET', '/api/stats/topics/1/history?range=7d'));
    expect(topic).toMatchObject({ msg_count: 30, delivered_count: 57, dropped_count: 3, subscriber_count: 2 });
    expect(topic).toMatchObject({ broker_p50_us: 2, broker_p99_us: 2, broker_max_us: 900 });
    await running.server.stop();
    const after = await openSqlite(join(folder, 'pulsemq.db'));
    const { system: rows, topics, users } = await after.stats.at('hour', hour);
    expect([rows.length, topics[0]?.msgCount, topics[0]?.brokerDelays]).toEqual([1, 30, '1098 900 2:99 54:1']);
    expect(users).toEqual([{ ...userRow(hour), ...sums(3), onlineMinutes: 3 }]);
    await after.close();
  }
});

const sums = (count: number) => ({
  pubCount: 10 * count,
  pubBytes: 100 * count,
  subCount: count,
  subBytes: 2 * count,
  droppedCount: 3 * count,
  errorCount: 4 * count,
});

test('fault T20: hours are summed when the clock was ahead for a while, and the hour it came back into is summed again', async () => {
  const { store, second } = await scene();
  const hour = hourOf(nowTs()) - 10 * 3_600;
  const dayAhead = hour + day;
  second(hour + 60, 3);
  second(dayAhead + 60, 5);
  second(dayAhead + 3_660, 5);
  await until(async () => (await store.stats.at('hour', dayAhead)).system.length === 1);
  // Right again, in the hour that was summed without its rest.
  for (const minute of [2, 3]) second(hour + minute * 60, 4);
  second(hour + 3_660, 7);
  second(hour + 7_260, 1);
  await until(async () => (await store.stats.at('hour', hour + 3_600)).system.length === 1);
  const sumOf = async (ts: number) => (await store.stats.at('hour', ts)).system[0]?.msgCount;
  expect([await sumOf(hour), await sumOf(hour + 3_600), await sumOf(dayAhead)]).toEqual([11, 7, 5]);
});
