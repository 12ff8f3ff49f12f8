import { expect, test } from 'vitest';
import { indexName, segmentName } from '../../src/journal/file-names.js';
import type { JournalFile } from '../../src/journal/file-port.js';
import { blockMaxBytes } from '../../src/journal/format.js';
import { JournalReader, type ReadableFiles, type StreamQuery } from '../../src/journal/journal-reader.js';
import type { JournalRecord } from '../../src/journal/record.js';
import { StreamFill } from '../../src/journal/stream-fill.js';
import { testMessages, topicEntry, writeSegment } from './journal-fixture.js';
import { RecordedFiles, randomOf } from './recorded-files.js';

const price = topicEntry(1, 'market:600000.SH.price');
const topics = [price, topicEntry(2, 'market:600000.SH.trade'), topicEntry(3, 'other:a')];
const everything: StreamQuery = {
  key: price.key,
  epoch: price.epoch,
  from: 1,
  to: Number.MAX_SAFE_INTEGER,
  maxCount: 1_000_000,
  maxBytes: 2 ** 40,
};

const shown = ({ key, epoch, sequence, receivedAtUs, frames }: JournalRecord) =>
  `${key} ${epoch} ${sequence} ${receivedAtUs} ${frames.toString('latin1')}`;

async function filled(files: RecordedFiles, query: StreamQuery, fill = new StreamFill()): Promise<string[]> {
  const found: string[] = [];
  // What is kept of a message is copied during the call.
  await fill.read(new JournalReader(files), query, (record) => found.push(shown(record)));
  return found;
}

const read = (files: RecordedFiles, query: StreamQuery): string[] => new JournalReader(files).read(query).map(shown);

type ReadLater = JournalFile['readLater'];

/** The same files, but a test sees each read that does not block, and does it or not. */
const withReads = (
  files: RecordedFiles,
  read: (...call: [...Parameters<ReadLater>, readLater: ReadLater]) => void,
): ReadableFiles => ({
  list: () => files.list(),
  open: (name) => {
    const file = files.open(name);
    return { ...file, readLater: (into, at, done) => read(into, at, done, file.readLater) };
  },
});

/** A closed segment and one that is written, of about 80 blocks each. */
function twoSegments(payloadBytes = 40): RecordedFiles {
  const files = new RecordedFiles();
  const messages = testMessages(topics, 960, payloadBytes);
  writeSegment(files, 1, messages.slice(0, 480), { atOnce: 6 });
  writeSegment(files, 2, messages.slice(480), { atOnce: 6, isClosed: false });
  return files;
}

test('a gap is filled with what reading one block after the other gives, within the same limits', async () => {
  const files = twoSegments();
  const fill = new StreamFill();
  const random = randomOf(11);
  expect((await filled(files, everything, fill)).length).toBe(320);
  for (let round = 0; round < 200; round++) {
    const from = Math.floor(random() * 340);
    const query = {
      ...everything,
      key: topics[round % 3]!.key,
      epoch: random() < 0.1 ? 8 : 7,
      from,
      to: from + Math.floor(random() * 200) - 10,
      maxCount: 1 + Math.floor(random() * 120),
      maxBytes: Math.floor(random() * 20_000),
    };
    expect({ query, found: await filled(files, query, fill) }).toEqual({ query, found: read(files, query) });
  }
});

test('messages that are larger than a block are found, also between small ones', async () => {
  const files = new RecordedFiles();
  const messages = testMessages([price], 90).map((message, index) =>
    index % 40 === 20 ? { ...message, payload: Buffer.alloc(blockMaxBytes + index, 'large ') } : message,
  );
  writeSegment(files, 1, messages, { atOnce: 2 });
  const found = await filled(files, everything);
  expect(found).toEqual(read(files, everything));
  expect(found.length).toBe(90);
});

test('a message that stands in a block of many costs one read of the block', async () => {
  const files = new RecordedFiles();
  writeSegment(files, 1, testMessages([price], 2_000), { atOnce: 2_000 });
  let readCount = 0;
  const counted = withReads(files, (into, at, done, readLater) => {
    readCount++;
    readLater(into, at, done);
  });
  const reader = new JournalReader(counted);
  let count = 0;
  await new StreamFill().read(reader, everything, () => count++);
  const blockCount = reader.segments[0]!.index.blockCount;
  expect({ count, readCount }).toEqual({ count: 2_000, readCount: blockCount });
});

test('one flipped bit or a cut gives no damaged message, and the same messages as one block after the other', async () => {
  const files = twoSegments();
  const good = new Set(await filled(files, everything));
  const random = randomOf(5);
  const names = [segmentName(1), indexName(1), segmentName(2)];
  for (let round = 0; round < 100; round++) {
    const damaged = files.copy();
    const name = names[round % names.length]!;
    const bytes = Buffer.from(damaged.bytesOf(name));
    const at = Math.floor(random() * bytes.length);
    const isCut = random() < 0.3;
    if (!isCut) bytes[at]! ^= 1 << Math.floor(random() * 8);
    damaged.replace(name, isCut ? bytes.subarray(0, at) : bytes);
    const found = await filled(damaged, everything);
    expect(found.filter((one) => !good.has(one))).toEqual([]);
    expect({ round, found }).toEqual({ round, found: read(damaged, everything) });
  }
});

test('a disk that cannot be read is reported after the other reads have ended, and the next question is answered', async () => {
  const files = twoSegments();
  const fill = new StreamFill();
  let underWay = 0;
  let left = 3;
  const failing = withReads(files, (into, at, done, readLater) => {
    underWay++;
    readLater(into, at, (error, bytes) => {
      underWay--;
      done(--left === 0 ? new Error('EIO: the disk cannot be read') : error, bytes);
    });
  });
  const reader = new JournalReader(failing);
  await expect(fill.read(reader, everything, () => {})).rejects.toThrow('EIO: the disk cannot be read');
  expect(underWay).toBe(0);
  const found: string[] = [];
  await fill.read(reader, everything, (record) => found.push(shown(record)));
  expect(found).toEqual(read(files, everything));
});
