import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { SystemPoint, TopicPoint } from '@pulsemq/protocol';
import { expect, onTestFinished, test } from 'vitest';
import { openSqlite } from '../../dist/control/store/sqlite/open-sqlite.js';
import { noCounters } from '../../src/control/stats/no-counters.js';
import { Recorder } from '../../src/control/stats/recorder.js';
import { Retention } from '../../src/control/stats/retention.js';
import { StatsWriter } from '../../src/control/stats/stats-writer.js';
import { TopicIds } from '../../src/control/stats/topic-ids.js';
import { TopicMinute } from '../../src/control/stats/topic-minute.js';
import type { SystemStatsRow, TopicStatsRow, UserStatsRow } from '../../src/control/store/stats-rows.js';
import type { Store } from '../../src/control/store/store.js';
import { RunningServer, temporaryFolder } from './running-server.js';

const day = 86_400;
const nowTs = (): number => Math.floor(Date.now() / 1_000);
const hourOf = (ts: number): number => ts - (ts % 3_600);

const systemRow = (ts: number, more: Partial<SystemStatsRow> = {}): SystemStatsRow => ({
  ts,
  msgCount: 10,
  byteCount: 100,
  deliveredCount: 20,
  deliveredBytes: 400,
  droppedCount: 1,
  connections: 3,
  onlineUsers: 2,
  authTotal: 4,
  authFail: 1,
  permDenied: 2,
  publisherDelays: null,
  brokerDelays: null,
  engineLoopLagMs: 1.5,
  memoryMb: 90,
  ...more,
});
const topicRow = (ts: number, more: Partial<TopicStatsRow> = {}): TopicStatsRow => ({
  topicId: 1,
  ts,
  msgCount: 10,
  byteCount: 100,
  matchedCount: 20,
  droppedCount: 1,
  subscriberCount: 2,
  aheadCount: 3,
  publisherDelays: null,
  brokerDelays: null,
  ...more,
});
const userRow = (ts: number): UserStatsRow => ({
  userId: 1,
  ts,
  pubCount: 10,
  pubBytes: 100,
  subCount: 1,
  subBytes: 2,
  droppedCount: 3,
  errorCount: 4,
  onlineMinutes: 1,
});

async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise((resolve) => setImmediate(resolve));
}

test('defect 35: minutes and hours are kept for as many days as the two settings say, and looked through as often as told', async () => {
  const folder = temporaryFolder();
  const store = await openSqlite(join(folder, 'pulsemq.db'));
  onTestFinished(() => store.close());
  const now = nowTs();
  const minutes = [now - 2 * day, now - day - 120, now - day + 3_600].map((ts) => ts - (ts % 60));
  const hours = [now - 4 * day, now - 3 * day - 7_200, now - 2 * day].map(hourOf);
  for (const ts of minutes) {
    await store.stats.put('minute', { system: [systemRow(ts)], topics: [topicRow(ts)], users: [userRow(ts)] });
  }
  for (const ts of hours) {
    await store.stats.put('hour', { system: [systemRow(ts)], topics: [topicRow(ts)], users: [userRow(ts)] });
  }
  const settings = { minute_stats_retention_days: 1, hour_stats_retention_days: 3, cleanup_interval_sec: 1 };
  await RunningServer.start({ monitoring: settings }, folder);
  const left = async (span: 'minute' | 'hour', all: number[]) => {
    const rows = await Promise.all(all.map((ts) => store.stats.at(span, ts)));
    return rows.map(({ system, topics, users }) => system.length + topics.length + users.length);
  };
  await until(async () => (await left('minute', minutes))[1] === 0);
  await until(async () => (await left('hour', hours))[1] === 0);
  expect([await left('minute', minutes), await left('hour', hours)]).toEqual([
    [0, 0, 3],
    [0, 0, 3],
  ]);
  // And not only at the start.
  await store.stats.put('minute', { system: [], topics: [topicRow(minutes[0]!)], users: [] });
  await until(async () => (await left('minute', minutes))[0] === 0);
});

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

const noDelays = { pairs: new Uint32Array(0), sum: 0, max: 0 };

const settings = {
  minute_stats_retention_days: 7,
  hour_stats_retention_days: 30,
  audit_retention_days: 365,
  cleanup_interval_sec: 300,
  stats_topics: 1_000,
};

/** A recorder and a writer on a store of their own. */
async function scene(wrap: (store: Store) => Store = (store) => store, topicsPerMinute = 1_000) {
  const store = await openSqlite(join(temporaryFolder(), 'pulsemq.db'));
  await store.namespaces.add({ name: 'market', description: '', createdBy: 'a' });
  const topicIds = new TopicIds();
  topicIds.onCommand({
    kind: 'namespace',
    namespace: { id: 1, name: 'market', isActive: true, keepLastValue: false, freshness: null },
  });
  const names = ['a', 'b', 'c', 'd', 'e'];
  topicIds.added(await store.topics.addAll(names.map((name) => ({ namespaceId: 1, name, createdBy: 'a' }))));
  const recorder = new Recorder();
  const errors: unknown[] = [];
  const writer = new StatsWriter(
    { store: wrap(store), recorder, topicIds, topicsSettled: async () => {} },
    () => ({ ...settings, stats_topics: topicsPerMinute }),
    (_where, error) => errors.push(error),
  );
  writer.start();
  onTestFinished(async () => {
    await writer.stop();
    await store.close();
  });
  let counters = noCounters;
  /** A second in which `count` messages went to `topic`. */
  const second = (ts: number, msgCount: number, topic = 'a') => {
    counters = { ...counters, publishedCount: counters.publishedCount + msgCount };
    recorder.counters(ts, counters, { connections: 1, onlineUsers: 1, memoryMb: 80 });
    const counts = { msgCount, byteCount: 5, matchedCount: 2, droppedCount: 1, subscriberCount: 1, aheadCount: 0 };
    const change = { ...counts, publisherDelays: noDelays, brokerDelays: noDelays };
    recorder.topic(change, (minute) => new TopicMinute(minute, 'market', topic));
    recorder.endSecond(0.5, [1]);
  };
  /** Messages of topics in one second. */
  const topics = (ts: number, all: Record<string, Partial<TopicStatsRow>>) => {
    recorder.counters(ts, counters, { connections: 1, onlineUsers: 1, memoryMb: 80 });
    for (const [topic, more] of Object.entries(all)) {
      const counts = { msgCount: 1, byteCount: 5, matchedCount: 2, droppedCount: 0, subscriberCount: 1, aheadCount: 0 };
      const change = { ...counts, ...more, publisherDelays: noDelays, brokerDelays: noDelays };
      recorder.topic(change, (minute) => new TopicMinute(minute, 'market', topic));
    }
  };
  return { store, writer, recorder, errors, second, topics };
}

test('a minute is written when it is over, and what was not told of it is not there', async () => {
  const { store, second } = await scene();
  const ts = hourOf(nowTs()) + 60;
  for (let index = 0; index < 60; index++) second(ts + index, 2);
  second(ts + 30, 1, 'deleted');
  expect(await store.stats.system('minute', 0)).toEqual([]);
  second(ts + 60, 100);
  await until(async () => (await store.stats.system('minute', 0)).length === 1);
  expect(await store.stats.at('minute', ts)).toMatchObject({
    system: [{ ts, msgCount: 121, connections: 1, engineLoopLagMs: 0.5 }],
    topics: [{ topicId: 1, msgCount: 120, byteCount: 300, matchedCount: 120, droppedCount: 60 }],
    users: [{ userId: 1, onlineMinutes: 1, pubCount: 0 }],
  });
});

test('what the store did not take is written with the next minute, and told of', async () => {
  let failuresLeft = 1;
  const { store, errors, second } = await scene((store) => ({
    ...store,
    transaction: (work) => (failuresLeft-- > 0 ? Promise.reject(new Error('disk is full')) : store.transaction(work)),
  }));
  const ts = hourOf(nowTs()) + 60;
  for (const minute of [0, 1]) second(ts + 60 * minute, 3);
  await until(async () => errors.length === 1);
  expect(errors).toEqual([new Error('disk is full')]);
  expect(await store.stats.system('minute', 0)).toEqual([]);
  second(ts + 120, 3);
  await until(async () => (await store.stats.system('minute', 0)).length === 2);
  expect((await store.stats.topic('minute', 1, 0)).map(({ msgCount }) => msgCount)).toEqual([3, 3]);
});

test('fault T21: a minute and an hour have rows of the topics with drops and the busiest, and sums of all', async () => {
  const { store, topics } = await scene((store) => store, 3);
  const ts = hourOf(nowTs()) + 60;
  const counts = { a: { msgCount: 10 }, b: { msgCount: 30 }, c: { droppedCount: 1 }, d: { msgCount: 20 }, e: {} };
  topics(ts, counts);
  topics(ts + 60, { e: { msgCount: 99 } });
  topics(ts + 3_600, {});
  await until(async () => (await store.stats.lastHour(ts)) !== undefined);
  const idsOf = async (span: 'minute' | 'hour', at: number) =>
    (await store.stats.at(span, at)).topics.map(({ topicId }) => topicId).sort();
  expect(await idsOf('minute', ts)).toEqual([2, 3, 4]);
  expect(await idsOf('hour', ts - 60)).toEqual([2, 3, 5]);
});

test('fault T21: audit rows are kept for as many days as monitoring.audit_retention_days says', async () => {
  const folder = temporaryFolder();
  const store = await openSqlite(join(folder, 'pulsemq.db'));
  onTestFinished(() => store.close());
  const entry = { opType: 'grant', targetType: 'grant', operator: 'a', address: '', target: 'x', namespace: null };
  for (const days of [11, 10.1, 9.9, 0]) {
    const createdAt = new Date(Date.now() - days * day * 1_000).toISOString();
    await store.audit.add({
      ...entry,
      oldValue: null,
      newValue: String(days),
      result: 'ok',
      requestId: '',
      createdAt,
    });
  }
  await RunningServer.start({ monitoring: { audit_retention_days: 10 } }, folder);
  const left = async () => (await store.audit.list({ opType: 'grant' }, { limit: 10, offset: 0 })).rows;
  await until(async () => (await left()).length === 2);
  expect((await left()).map(({ newValue }) => newValue)).toEqual(['0', '9.9']);
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

test('fault T20: a clock that is set ahead removes nothing', async () => {
  const { store } = await scene();
  const nowMs = Date.now();
  let [wallMs, steadyMs] = [nowMs, 0];
  const retention = new Retention(store, () => settings, { wallMs: () => wallMs, steadyMs: () => steadyMs });
  const ts = Math.floor(nowMs / 60_000) * 60 - 6 * day;
  await store.stats.put('minute', { system: [systemRow(ts)], topics: [], users: [] });
  const left = async () => (await store.stats.at('minute', ts)).system.length;
  wallMs += 10 * 365 * day * 1_000;
  await retention.removeOld();
  expect(await left()).toBe(1);
  steadyMs += 2 * day * 1_000;
  await retention.removeOld();
  expect(await left()).toBe(0);
});

test('fault T21: a minute in which 10,000 topics were active takes at most 200 KB of the database', async () => {
  const folder = temporaryFolder();
  const path = join(folder, 'pulsemq.db');
  let store = await openSqlite(path);
  await store.namespaces.add({ name: 'market', description: '', createdBy: 'a' });
  const names = Array.from({ length: 10_000 }, (_, index) => `sz${index}.kline.1m`);
  const topicIds = new TopicIds();
  topicIds.onCommand({
    kind: 'namespace',
    namespace: { id: 1, name: 'market', isActive: true, keepLastValue: false, freshness: null },
  });
  topicIds.added(await store.topics.addAll(names.map((name) => ({ namespaceId: 1, name, createdBy: 'a' }))));
  await store.close();
  const emptyBytes = statSync(path).size;
  store = await openSqlite(path);
  const recorder = new Recorder();
  const errors: unknown[] = [];
  const writer = new StatsWriter(
    { store, recorder, topicIds, topicsSettled: async () => {} },
    () => settings,
    (_where, error) => errors.push(error),
  );
  writer.start();
  const ts = hourOf(nowTs()) + 60;
  const minutes = 5;
  // Five buckets of each kind, as a topic of some messages a second has them.
  const delays = { pairs: Uint32Array.from([3, 9, 20, 41, 22, 40, 25, 8, 40, 2]), sum: 4_500, max: 190 };
  for (let minute = 0; minute < minutes; minute++) {
    recorder.counters(ts + 60 * minute, noCounters, { connections: 1, onlineUsers: 1, memoryMb: 80 });
    for (const topic of names) {
      const counts = { msgCount: 100, byteCount: 10_000, matchedCount: 200, droppedCount: 0, subscriberCount: 2 };
      const change = { ...counts, aheadCount: 0, publisherDelays: delays, brokerDelays: delays };
      recorder.topic(change, (at) => new TopicMinute(at, 'market', topic));
    }
  }
  await writer.stop();
  await store.close();
  expect(errors).toEqual([]);
  expect((statSync(path).size - emptyBytes) / minutes).toBeLessThan(200_000);
});
