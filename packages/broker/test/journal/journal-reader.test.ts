import { decodeDeliveryBlock } from '@pulsemq/protocol';
import { expect, test } from 'vitest';
import { indexName, segmentName } from '../../src/journal/file-names.js';
import { blockMaxBytes } from '../../src/journal/format.js';
import { JournalReader } from '../../src/journal/journal-reader.js';
import { deliveryOf, framesOf, type JournalRecord } from '../../src/journal/record.js';
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
import { RecordedFiles, randomOf } from './recorded-files.js';

const price = topicEntry(1, 'market:600000.SH.price');
const trade = topicEntry(2, 'market:600000.SH.trade');
const other = topicEntry(3, 'other:a');
const topics = [price, trade, other];

const everything = { from: 1, to: Number.MAX_SAFE_INTEGER, maxCount: 1_000_000, maxBytes: 2 ** 40 };
const allTime = { fromUs: 0, toUs: Number.MAX_SAFE_INTEGER, wants: () => true };

const shown = ({ key, epoch, sequence, receivedAtUs, frames }: JournalRecord) =>
  `${key} ${epoch} ${sequence} ${receivedAtUs} ${frames.toString('latin1')}`;
const shownTest = (message: TestMessage) =>
  `${message.topic.key} ${message.topic.epoch} ${message.sequence} ${message.timeUs} ${framesOfTest(message).toString('latin1')}`;

/** Two segments: the first closed, the second as a running broker has it. */
function twoSegments(): { files: RecordedFiles; messages: TestMessage[] } {
  const files = new RecordedFiles();
  const messages = testMessages(topics, 300);
  writeSegment(files, 1, messages.slice(0, 160));
  writeSegment(files, 2, messages.slice(160), { isClosed: false });
  return { files, messages };
}

test('a stream is read by its sequences, over several segments', () => {
  const { files, messages } = twoSegments();
  const reader = new JournalReader(files);
  const ofPrice = messages.filter(({ topic }) => topic === price);
  expect(reader.read({ ...everything, key: price.key, epoch: 7 }).map(shown)).toEqual(ofPrice.map(shownTest));
  const some = reader.read({ ...everything, key: price.key, epoch: 7, from: 50, to: 80 });
  expect(some.map(({ sequence }) => sequence)).toEqual(Array.from({ length: 31 }, (_, index) => 50 + index));
  expect(reader.read({ ...everything, key: price.key, epoch: 8 })).toEqual([]);
  expect(reader.read({ ...everything, key: price.key, epoch: 7, maxCount: 5 }).length).toBe(5);
  expect(reader.read({ ...everything, key: price.key, epoch: 7, maxBytes: 1 }).length).toBe(1);
  expect(reader.streamsOf(price.key)).toEqual([{ epoch: 7, first: 1, last: 100 }]);
  expect([...reader.keys()].sort()).toEqual([price.key, trade.key, other.key].sort());
  expect(reader.last(trade.key, 7)?.sequence).toBe(100);
});

test('a time is read in the order of acceptance, from the block that holds its beginning', () => {
  const { files, messages } = twoSegments();
  const reader = new JournalReader(files);
  expect([...reader.scan(allTime)].map(shown)).toEqual(messages.map(shownTest));
  const [fromUs, toUs] = [startUs + 123_000, startUs + 234_000];
  const wants = (key: string) => key.startsWith('market:');
  const wanted = messages.filter(({ timeUs, topic }) => timeUs >= fromUs && timeUs < toUs && wants(topic.key));
  expect([...reader.scan({ fromUs, toUs, wants })].map(shown)).toEqual(wanted.map(shownTest));
});

test('a time is read whole from a segment that was created after its first messages were received', () => {
  const files = new RecordedFiles();
  const messages = testMessages(topics, 60);
  const writer = new SegmentWriter(files, 1, startUs + 40_000, (number) => topics[number - 1]!);
  for (let at = 0; at < messages.length; at += 10) {
    const records = Buffer.concat(messages.slice(at, at + 10).map(recordOfTest));
    writer.write(records, 0, records.length);
  }
  writer.close();
  const toUs = startUs + 25_000;
  const read = [...new JournalReader(files).scan({ fromUs: startUs, toUs, wants: () => true })];
  expect(read.map(shown)).toEqual(messages.slice(0, 25).map(shownTest));
});

test('a reader follows a segment that grows, and one that is closed', () => {
  const files = new RecordedFiles();
  const messages = testMessages(topics, 60);
  const writer = new SegmentWriter(files, 1, startUs, (number) => topics[number - 1]!);
  const reader = new JournalReader(files);
  const write = (start: number, end: number): void => {
    const records = Buffer.concat(messages.slice(start, end).map(recordOfTest));
    writer.write(records, 0, records.length);
    reader.refresh();
  };
  write(0, 20);
  expect([...reader.scan(allTime)].length).toBe(20);
  write(20, 60);
  expect([...reader.scan(allTime)].map(shown)).toEqual(messages.map(shownTest));
  writer.close();
  const later = new JournalReader(files);
  expect(later.segments[0]!.isIndexed).toBe(true);
  expect([...later.scan(allTime)].map(shown)).toEqual(messages.map(shownTest));
});

test('a message of any size has its place: blocks hold up to 64 KiB, or one record', () => {
  const files = new RecordedFiles();
  const sizes = [10, 70_000, 65_000, 3_000_000, 20];
  const messages = sizes.map((bytes, index) => ({
    topic: price,
    sequence: index + 1,
    timeUs: startUs + index,
    payload: Buffer.alloc(bytes, index),
  }));
  writeSegment(files, 1, messages);
  const reader = new JournalReader(files);
  expect(reader.segments[0]!.index.blockCount).toBe(5);
  expect(blockMaxBytes).toBe(65_536);
  expect(reader.read({ ...everything, key: price.key, epoch: 7 }).map(shown)).toEqual(messages.map(shownTest));
});

test('a record becomes the delivery that subscribers got', () => {
  const { files } = twoSegments();
  const record = new JournalReader(files).read({ ...everything, key: price.key, epoch: 7, from: 9, to: 9 })[0]!;
  expect(framesOf(record).slice(1, 4).map(String)).toEqual(['market', '600000.SH.price', 'feed']);
  const delivery = deliveryOf(record);
  const block = decodeDeliveryBlock(delivery.subarray(delivery.length - 24));
  expect(block).toMatchObject({ bits: 0, epoch: 7, sequence: 9, receivedAtUs: record.receivedAtUs });
  expect(delivery.toString('latin1', 2, 2 + price.key.length)).toBe(price.key);
});

test('one flipped bit or a cut, wherever it is, is found or harmless, and no damaged message is given', () => {
  const { files, messages } = twoSegments();
  const good = new Set(messages.map(shownTest));
  const random = randomOf(5);
  const names = [segmentName(1), indexName(1), segmentName(2)];
  for (let round = 0; round < 200; round++) {
    const damaged = files.copy();
    const name = names[round % names.length]!;
    const bytes = Buffer.from(damaged.bytesOf(name));
    const at = Math.floor(random() * bytes.length);
    const isCut = random() < 0.3;
    if (!isCut) bytes[at]! ^= 1 << Math.floor(random() * 8);
    damaged.replace(name, isCut ? bytes.subarray(0, at) : bytes);
    const reader = new JournalReader(damaged);
    const read = topics.flatMap(({ key, epoch }) => reader.read({ ...everything, key, epoch }));
    const scanned = [...reader.scan(allTime)];
    const found = [...verify(damaged)].some(
      ({ damages, indexProblem, segment }) => damages.length > 0 || (segment === 1 && indexProblem !== null),
    );
    expect([...read, ...scanned].filter((record) => !good.has(shown(record)))).toEqual([]);
    const isAllThere = read.length === messages.length && scanned.length === messages.length;
    expect({ round, isFoundOrHarmless: found || isAllThere }).toEqual({ round, isFoundOrHarmless: true });
    reader.close();
  }
});

test('damage in the middle of a segment costs the messages of its block only', () => {
  const { files, messages } = twoSegments();
  const bytes = files.bytesOf(segmentName(1));
  bytes[Math.floor(bytes.length / 2)]! ^= 0x10;
  const indexed = new JournalReader(files);
  expect([...indexed.scan(allTime)].length).toBe(messages.length - 10);
  files.remove(indexName(1));
  const scanned = new JournalReader(files);
  expect([...scanned.scan(allTime)].length).toBe(messages.length - 10);
  expect(scanned.segments[0]!.damages).toMatchObject([{ isTail: false, reason: 'the checksum of a block is wrong' }]);
});

test('a payload cannot pass for a block: bytes of another segment are no block of this one', () => {
  const files = new RecordedFiles();
  writeSegment(files, 1, testMessages([other], 5));
  const forged = files.bytesOf(segmentName(1)).subarray(40);
  const message = { topic: price, sequence: 1, timeUs: startUs, payload: Buffer.from(forged) };
  writeSegment(files, 2, [message, { ...message, sequence: 2 }], { atOnce: 1, isClosed: false });
  const bytes = files.bytesOf(segmentName(2));
  // The head of the block with the first message.
  bytes[bytes.indexOf('PMQB', 80, 'latin1') + 12]! ^= 1;
  const read = [...new JournalReader(files).scan(allTime)].map(({ key, sequence }) => `${key} ${sequence}`);
  expect(read).toEqual([1, 2, 3, 4, 5].map((sequence) => `other:a ${sequence}`).concat(`${price.key} 2`));
});
