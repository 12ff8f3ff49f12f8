import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { openSqlite } from '../../dist/control/store/sqlite/open-sqlite.js';
import { noCounters } from '../../src/control/stats/no-counters.js';
import { Recorder } from '../../src/control/stats/recorder.js';
import { StatsWriter } from '../../src/control/stats/stats-writer.js';
import { TopicIds } from '../../src/control/stats/topic-ids.js';
import { TopicMinute } from '../../src/control/stats/topic-minute.js';
import type { TopicStatsRow } from '../../src/control/store/stats-rows.js';
import type { Store } from '../../src/control/store/store.js';
import { temporaryFolder } from './running-server.js';

/** A writer of statistics on a store of its own, and what feeds it. */

/** Asks again until it is so. */
export async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise((resolve) => setImmediate(resolve));
}

const noDelays = { pairs: new Uint32Array(0), sum: 0, max: 0 };

export const settings = {
  minute_stats_retention_days: 7,
  hour_stats_retention_days: 30,
  audit_retention_days: 365,
  cleanup_interval_sec: 300,
  stats_topics: 1_000,
};

/** A recorder and a writer on a store of their own. */
export async function scene(wrap: (store: Store) => Store = (store) => store, topicsPerMinute = 1_000) {
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
