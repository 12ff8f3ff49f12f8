import { expect, test } from 'vitest';
import { encodeHeads, writeCheckpoint } from '../../src/journal/checkpoint.js';
import { segmentNumbers } from '../../src/journal/file-names.js';
import { JournalLog, type LogReport } from '../../src/journal/journal-log.js';
import { JournalReader } from '../../src/journal/journal-reader.js';
import type { JournalRecord } from '../../src/journal/record.js';
import { recover } from '../../src/journal/recovery.js';
import { SegmentWriter } from '../../src/journal/segment-writer.js';
import { verify } from '../../src/journal/verify.js';
import {
  framesOfTest,
  recordOfTest,
  startUs,
  type TestMessage,
  testMessages,
  topicEntry,
  writeSegment,
} from './journal-fixture.js';
import { type Random, RecordedFiles, randomOf } from './recorded-files.js';

const topics = [topicEntry(1, 'market:a'), topicEntry(2, 'market:b'), topicEntry(3, 'other:c')];
/** Workloads that are cut everywhere; `npm run test:journal` takes more. */
const seedCount = Number(process.env.PULSEMQ_JOURNAL_SEEDS ?? 1);
const settings = { segmentBytes: 6_000, maxBytes: 1 << 30, maxAgeMs: 3_600_000_000 };
const fail: LogReport = {
  suspended: (reason) => expect.fail(`suspended: ${reason}`),
  resumed: () => {},
  failed: (text) => expect.fail(text),
};

const shown = ({ key, epoch, sequence, frames }: JournalRecord) =>
  `${key} ${epoch} ${sequence} ${frames.toString('latin1')}`;
const shownTest = (message: TestMessage) =>
  `${message.topic.key} ${message.topic.epoch} ${message.sequence} ${framesOfTest(message).toString('latin1')}`;

/** What was written, and how much of it was durable after which change of the files. */
interface Workload {
  readonly files: RecordedFiles;
  readonly messages: TestMessage[];
  readonly durable: { readonly callCount: number; readonly messageCount: number }[];
}

/** Writes messages of random sizes in random pieces, with a sync now and then. */
function work(
  files: RecordedFiles,
  log: JournalLog,
  random: Random,
  count: number,
  into: Workload,
  epoch: number,
): void {
  const sequences = new Map<number, number>();
  const named = topics.map((topic) => ({ ...topic, epoch }));
  for (const topic of named) log.addTopic(topic);
  for (let left = count; left > 0; ) {
    const piece = Array.from({ length: Math.min(left, 1 + Math.floor(random() * 9)) }, (): TestMessage => {
      const topic = named[Math.floor(random() * named.length)]!;
      const sequence = (sequences.get(topic.number) ?? 0) + 1;
      sequences.set(topic.number, sequence);
      const payload = Buffer.alloc(Math.floor(random() * 400), `${topic.key} ${sequence} `);
      return { topic, sequence, timeUs: startUs + into.messages.length, payload };
    });
    left -= piece.length;
    into.messages.push(...piece);
    const records = Buffer.concat(piece.map(recordOfTest));
    expect(log.write(records, 0, records.length, piece.length)).toBe(true);
    if (random() < 0.5) continue;
    expect(log.sync()).toBe(true);
    into.durable.push({ callCount: files.calls.length, messageCount: into.messages.length });
  }
}

const all = (files: RecordedFiles): JournalRecord[] => [
  ...new JournalReader(files).scan({ fromUs: 0, toUs: Number.MAX_SAFE_INTEGER, wants: () => true }),
];

/** Recovers what a crash has left, and checks that everything durable is there and nothing is damaged. */
function check(left: RecordedFiles, { messages, durable }: Workload, cut: number): void {
  const { start } = recover(left, () => true);
  const again = recover(left.copy(), () => true);
  expect(again.notes).toEqual([]);
  const records = all(left);
  const good = new Set(messages.map(shownTest));
  expect(records.filter((record) => !good.has(shown(record)))).toEqual([]);
  const found = new Set(records.map(shown));
  const durableCount = durable.filter(({ callCount }) => callCount <= cut).at(-1)?.messageCount ?? 0;
  const missing = messages.slice(0, durableCount).filter((message) => !found.has(shownTest(message)));
  expect({ cut, missing }).toEqual({ cut, missing: [] });
  expect(found.size).toBe(records.length);
  expect(
    [...verify(left)].flatMap(({ damages, indexProblem }) => [
      ...damages.filter(({ isTail }) => isTail),
      ...(indexProblem ?? []),
    ]),
  ).toEqual([]);
  const log = new JournalLog(left, settings, start, fail);
  const topic = topicEntry(9, 'market:after', 99);
  log.addTopic(topic);
  const record = recordOfTest({ topic, sequence: 1, timeUs: startUs, payload: Buffer.from('after') });
  expect(log.write(record, 0, record.length, 1)).toBe(true);
  expect(log.close()).toBe(true);
  expect(all(left).at(-1)?.key).toBe('market:after');
}

test('a crash after any change of the files, with writes lost, torn and reordered, loses nothing that was synced', () => {
  for (let seed = 1; seed <= seedCount; seed++) {
    const random = randomOf(seed);
    const files = new RecordedFiles();
    const workload: Workload = { files, messages: [], durable: [] };
    const log = new JournalLog(files, settings, recover(files, () => true).start, fail);
    work(files, log, random, 200, workload, 7);
    expect(log.close()).toBe(true);
    expect(segmentNumbers(files.list()).length).toBeGreaterThan(3);
    for (let cut = 0; cut <= files.calls.length; cut++) check(files.afterCrash(cut, random), workload, cut);
  }
});

/** Ends syncs that are under way, and notes what is durable when none is left. */
function endSyncs(files: RecordedFiles, log: JournalLog, into: Workload, begunCount: number, count: number): void {
  for (let ended = 0; ended < count && files.endSync(); ended++) {
    if (log.syncCount === 0) into.durable.push({ callCount: files.calls.length, messageCount: begunCount });
  }
}

test('a crash loses nothing that was synced while syncs run beside the writing, and segments are closed beside the next one', () => {
  for (let seed = 1; seed <= seedCount; seed++) {
    const random = randomOf(seed);
    const files = new RecordedFiles();
    files.syncsAtBegin = () => random() < 0.5;
    const workload: Workload = { files, messages: [], durable: [] };
    const log = new JournalLog(files, { ...settings, closesLater: true }, recover(files, () => true).start, fail);
    for (const topic of topics) log.addTopic(topic);
    let begunCount = 0;
    for (let sequence = 1; sequence <= 90; sequence++) {
      const topic = topics[sequence % topics.length]!;
      const payload = Buffer.alloc(Math.floor(random() * 600), `${sequence} `);
      const message = { topic, sequence, timeUs: startUs + sequence, payload };
      workload.messages.push(message);
      const record = recordOfTest(message);
      expect(log.write(record, 0, record.length, 1)).toBe(true);
      if (log.syncCount === 0 && random() < 0.4) {
        begunCount = sequence;
        log.syncLater();
      } else endSyncs(files, log, workload, begunCount, Math.floor(random() * 3));
    }
    endSyncs(files, log, workload, begunCount, Number.POSITIVE_INFINITY);
    expect(log.close()).toBe(true);
    expect(segmentNumbers(files.list()).length).toBeGreaterThan(3);
    expect([...verify(files)].flatMap(({ indexProblem }) => indexProblem ?? [])).toEqual([]);
    for (let cut = 0; cut <= files.calls.length; cut++) check(files.afterCrash(cut, random), workload, cut);
  }
});

test('a sync beside the writing that fails suspends the log, and the file that it needs is closed after it', () => {
  const files = new RecordedFiles();
  const reasons: string[] = [];
  const report: LogReport = { ...fail, suspended: (reason) => reasons.push(reason) };
  const log = new JournalLog(files, { ...settings, closesLater: true }, recover(files, () => true).start, report);
  log.addTopic(topics[0]!);
  const record = recordOfTest({ topic: topics[0]!, sequence: 1, timeUs: startUs, payload: Buffer.from('1') });
  expect(log.write(record, 0, record.length, 1)).toBe(true);
  log.syncLater();
  files.beforeChange = ({ kind }) => {
    if (kind === 'sync') throw new Error('EIO: i/o error, fdatasync');
  };
  expect([log.isSuspended, files.endSync(), log.isSuspended, log.syncCount]).toEqual([false, true, true, 0]);
  files.beforeChange = () => {};
  log.tick(Date.now() + 2_000);
  expect([log.isSuspended, log.write(record, 0, record.length, 1), log.close()]).toEqual([false, true, true]);
  expect(reasons).toEqual(['EIO: i/o error, fdatasync']);
});

test('sequences go on only after a clean stop, whatever a crash leaves of the checkpoint', () => {
  const random = randomOf(9);
  const files = new RecordedFiles();
  const workload: Workload = { files, messages: [], durable: [] };
  const first = new JournalLog(files, settings, recover(files, () => true).start, fail);
  work(files, first, random, 60, workload, 7);
  expect(first.close()).toBe(true);
  const heads = topics.map(({ key }, index) => ({ key, epoch: 7, sequence: 100 + index, goesOn: index !== 2 }));
  writeCheckpoint(files, segmentNumbers(files.list()).at(-1)!, heads.length, encodeHeads(heads));
  const stoppedAt = files.calls.length;
  const second = recover(files, () => false);
  const openedAt = files.calls.length;
  expect(second.isClean).toBe(true);
  expect([...second.heads]).toEqual(heads.map((head) => ({ ...head, record: null })));
  const log = new JournalLog(files, settings, second.start, fail);
  work(files, log, random, 60, workload, 8);
  for (let cut = 0; cut <= files.calls.length; cut++) {
    const { isClean, heads: found } = recover(files.afterCrash(cut, random), () => false);
    // Between these the second run had not taken a message.
    if (cut < stoppedAt || cut >= openedAt) {
      const goOn = [...found].filter(({ goesOn }) => goesOn);
      if (cut >= openedAt) expect({ cut, isClean, goOn }).toEqual({ cut, isClean: false, goOn: [] });
      else if (!isClean) expect({ cut, goOn }).toEqual({ cut, goOn: [] });
    } else if (cut === stoppedAt) expect(isClean).toBe(true);
  }
});

test('a full disk suspends the log, and a gap says what is missing when it goes on', () => {
  const files = new RecordedFiles();
  const reasons: string[] = [];
  const gaps: number[] = [];
  const report: LogReport = {
    suspended: (reason) => reasons.push(reason),
    resumed: ({ count }) => gaps.push(count),
    failed: (text) => expect.fail(text),
  };
  const log = new JournalLog(files, settings, recover(files, () => true).start, report);
  log.addTopic(topics[0]!);
  const write = (sequence: number): boolean => {
    const record = recordOfTest({
      topic: topics[0]!,
      sequence,
      timeUs: startUs + sequence,
      payload: Buffer.from(`${sequence}`),
    });
    return log.write(record, 0, record.length, 1);
  };
  expect([write(1), write(2)]).toEqual([true, true]);
  files.beforeChange = ({ kind }) => {
    if (kind === 'write') throw new Error('ENOSPC: no space left on device, write');
  };
  expect([write(3), write(4), log.sync(), log.isSuspended]).toEqual([false, false, false, true]);
  const nowMs = Date.now();
  log.tick(nowMs + 2_000);
  expect({ isSuspended: log.isSuspended, files: segmentNumbers(files.list()) }).toEqual({
    isSuspended: true,
    files: [1],
  });
  files.beforeChange = () => {};
  log.tick(nowMs + 4_000);
  expect([log.isSuspended, write(5), log.close()]).toEqual([false, true, true]);
  expect({ reasons, gaps }).toEqual({ reasons: ['ENOSPC: no space left on device, write'], gaps: [2] });
  expect(all(files).map(({ sequence }) => sequence)).toEqual([1, 2, 5]);
  expect([...verify(files)].flatMap(({ gaps: found }) => found.map(({ count }) => count))).toEqual([2]);
  expect([log.storedCount, log.discardedCount]).toEqual([3, 2]);
});

test('retention removes the oldest segments by bytes and by age', () => {
  const files = new RecordedFiles();
  const random = randomOf(3);
  const workload: Workload = { files, messages: [], durable: [] };
  const small = { ...settings, maxBytes: 20_000 };
  const log = new JournalLog(files, small, recover(files, () => true).start, fail);
  work(files, log, random, 300, workload, 7);
  const bytes = segmentNumbers(files.list()).map(
    (number) => files.bytesOf(`${String(number).padStart(12, '0')}.pmqj`).length,
  );
  expect(bytes.reduce((sum, one) => sum + one, 0)).toBeLessThanOrEqual(small.maxBytes + settings.segmentBytes);
  expect(segmentNumbers(files.list())[0]).toBeGreaterThan(1);
  const kept = all(files).map(shown);
  expect(kept).toEqual(workload.messages.slice(-kept.length).map(shownTest));
  log.tick(Date.now() + 2 * small.maxAgeMs);
  expect(segmentNumbers(files.list())).toEqual([]);
});

const hourUs = 3_600_000_000;
/** Retention by an age of one hour, this long after `startUs`. */
function retainedAt(files: RecordedFiles, afterUs: number): number[] {
  const log = new JournalLog(files, { ...settings, maxAgeMs: hourUs / 1_000 }, recover(files, () => true).start, fail);
  log.tick((startUs + afterUs) / 1_000);
  return segmentNumbers(files.list());
}

test.each([true, false])(
  'retention by age looks at the newest message of the last block, with its index file: %s',
  (isClosed) => {
    const files = new RecordedFiles();
    const messages = testMessages(topics, 9).map((one, index) => ({ ...one, timeUs: startUs + index * hourUs }));
    // All are in one block, as a recording of quiet topics is imported.
    writeSegment(files, 1, messages, { atOnce: 9, isClosed });
    expect(retainedAt(files, 8.9 * hourUs)).toEqual([1]);
    expect(retainedAt(files, 9 * hourUs)).toEqual([1]);
    expect(retainedAt(files, 9.1 * hourUs)).toEqual([]);
  },
);

test('retention by age keeps a segment that only says what was left out, until that is old', () => {
  const files = new RecordedFiles();
  const writer = new SegmentWriter(files, 1, startUs, () => topics[0]!);
  writer.writeGap({ from_us: startUs, to_us: startUs + hourUs, count: 5, reason: 'a full disk' });
  writer.close();
  expect(retainedAt(files, 1.9 * hourUs)).toEqual([1]);
  expect(retainedAt(files, 2.1 * hourUs)).toEqual([]);
});
