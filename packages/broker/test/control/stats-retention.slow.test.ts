import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openSqlite } from '../../dist/control/store/sqlite/open-sqlite.js';
import { Retention } from '../../src/control/stats/retention.js';
import { RunningServer, temporaryFolder } from './running-server.js';
import { day, hourOf, nowTs, systemRow, topicRow, userRow } from './stats-rows.js';
import { scene, settings, until } from './stats-writer-scene.js';

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
