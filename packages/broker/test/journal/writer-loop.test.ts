import { expect, test } from 'vitest';
import { encodeTopics } from '../../src/journal/format.js';
import { recover } from '../../src/journal/recovery.js';
import { Control, ringMemory } from '../../src/journal/ring.js';
import { RingInput } from '../../src/journal/ring-input.js';
import type { SyncPolicy, WriterEvent } from '../../src/journal/thread-messages.js';
import { WriterLoop } from '../../src/journal/writer-loop.js';
import { recordOfTest, startUs, topicEntry } from './journal-fixture.js';
import { RecordedFiles } from './recorded-files.js';

const price = topicEntry(1, 'market:600000.SH.price');

/** A writing loop on recorded files, and what puts messages into its ring. `events` has the kinds of its events and of the syncs, in order. */
function loopOf(fsync: SyncPolicy) {
  const files = new RecordedFiles();
  const events: string[] = [];
  const memory = ringMemory(65_536);
  const ring = new RingInput(memory);
  const limits = { segmentBytes: 1 << 20, maxBytes: 1 << 30, maxAgeMs: 1e12, ringBytes: 65_536 };
  const settings = { folder: '', fsync, syncIntervalMs: 0, ...limits };
  const emit = ({ kind }: WriterEvent): void => void (kind === 'figures' || events.push(kind));
  const loop = new WriterLoop(
    { settings, memory },
    files,
    recover(files, () => true),
    () => undefined,
    emit,
  );
  files.beforeChange = ({ kind }) => void (kind === 'sync' && events.push('sync'));
  ring.addControl(Control.topics, 1, encodeTopics([price]));
  let sequence = 0;
  const publish = (): void => {
    const record = recordOfTest({ topic: price, sequence: ++sequence, timeUs: startUs, payload: Buffer.from('1') });
    ring.buffer.set(record, ring.reserve(record.length));
    ring.publish();
  };
  return { files, events, loop, publish };
}

test('none: nothing is synced while messages are written', () => {
  const { events, loop, publish } = loopOf('none');
  for (let round = 1; round <= 3; round++) {
    publish();
    loop.round();
  }
  expect({ events, storedCount: loop.log.storedCount }).toEqual({ events: [], storedCount: 3 });
});

test('interval: messages are written while a sync is under way, and the next sync that is due waits for its end', async () => {
  const { files, events, loop, publish } = loopOf('interval');
  publish();
  loop.round();
  expect({ syncCount: loop.log.syncCount, events }).toEqual({ syncCount: 1, events: [] });
  publish();
  loop.round();
  expect({ syncCount: loop.log.syncCount, storedCount: loop.log.storedCount }).toEqual({
    syncCount: 1,
    storedCount: 2,
  });
  let hasSettled = false;
  const settled = loop.settleSyncs().then(() => {
    hasSettled = true;
  });
  await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
  expect(hasSettled).toBe(false);
  expect(files.endSync()).toBe(true);
  await settled;
  publish();
  loop.round();
  expect({ syncCount: loop.log.syncCount, events }).toEqual({ syncCount: 1, events: ['sync'] });
});

test('always: a message is reported as settled behind the sync that makes it durable', () => {
  const { events, loop, publish } = loopOf('always');
  for (let round = 1; round <= 2; round++) {
    publish();
    loop.round();
  }
  expect(events).toEqual(['sync', 'settled', 'sync', 'settled']);
});

test('messages of every size pass the end of the ring whole and in order', () => {
  const memory = ringMemory(4_096);
  const files = new RecordedFiles();
  const ring = new RingInput(memory);
  const limits = { segmentBytes: 1 << 20, maxBytes: 1 << 30, maxAgeMs: 1e12, ringBytes: 4_096 };
  const settings = { folder: '', fsync: 'none' as const, syncIntervalMs: 0, ...limits };
  const loop = new WriterLoop(
    { settings, memory },
    files,
    recover(files, () => true),
    () => undefined,
    () => {},
  );
  ring.addControl(Control.topics, 1, encodeTopics([price]));
  const records = Array.from({ length: 200 }, (_, index) =>
    recordOfTest({
      topic: price,
      sequence: index + 1,
      timeUs: startUs,
      payload: Buffer.alloc((index * 37) % 700, index),
    }),
  );
  for (const record of records) {
    let at = ring.reserve(record.length);
    if (at < 0) {
      ring.publish();
      loop.drain(Number.POSITIVE_INFINITY);
      at = ring.reserve(record.length);
    }
    ring.buffer.set(record, at);
  }
  ring.publish();
  loop.drain(Number.POSITIVE_INFINITY);
  const segment = files.bytesOf('000000000001.pmqj');
  let from = 0;
  for (const record of records) {
    const found = segment.indexOf(record, from);
    expect(found).toBeGreaterThan(0);
    from = found + record.length;
  }
  expect(loop.log.storedCount).toBe(200);
});
