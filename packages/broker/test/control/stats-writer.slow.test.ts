import { statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openSqlite } from '../../dist/control/store/sqlite/open-sqlite.js';
import { noCounters } from '../../src/control/stats/no-counters.js';
import { Recorder } from '../../src/control/stats/recorder.js';
import { StatsWriter } from '../../src/control/stats/stats-writer.js';
import { TopicIds } from '../../src/control/stats/topic-ids.js';
import { TopicMinute } from '../../src/control/stats/topic-minute.js';
import { temporaryFolder } from './running-server.js';
import { hourOf, nowTs } from './stats-rows.js';
import { scene, settings, until } from './stats-writer-scene.js';

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
