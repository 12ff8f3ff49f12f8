import { expect, test } from 'vitest';
import { recordEnd } from '../../src/journal/block-records.js';
import { indexName, segmentName } from '../../src/journal/file-names.js';
import { BlockKind, decodeTopics, RecordOffset } from '../../src/journal/format.js';
import { JournalReader } from '../../src/journal/journal-reader.js';
import { type ScannedBlock, SegmentScan } from '../../src/journal/scan.js';
import { SegmentWriter } from '../../src/journal/segment-writer.js';
import { verify } from '../../src/journal/verify.js';
import { recordOfTest, startUs, testMessages, topicEntry, writeSegment } from './journal-fixture.js';
import { RecordedFiles } from './recorded-files.js';

const price = topicEntry(1, 'market:600000.SH.price');
const trade = topicEntry(2, 'market:600000.SH.trade');

const blocksOf = (files: RecordedFiles, number: number): ScannedBlock[] => {
  const blocks: ScannedBlock[] = [];
  for (const found of new SegmentScan(files.open(segmentName(number))).next()) if (!found.isDamage) blocks.push(found);
  return blocks;
};

function topicNumbersOf({ head, records }: ScannedBlock): number[] {
  const numbers: number[] = [];
  if (head.kind !== BlockKind.messages) return numbers;
  for (let at = 0, end = recordEnd(records, 0); end >= 0; at = end, end = recordEnd(records, at)) {
    numbers.push(records.readUInt32BE(at + RecordOffset.topic));
  }
  expect(numbers.length).toBe(head.count);
  return numbers;
}

test('each segment names its own topics, before their first message', () => {
  const files = new RecordedFiles();
  const messages = testMessages([price, trade], 40);
  writeSegment(files, 1, messages.slice(0, 20));
  writeSegment(files, 2, messages.slice(20));
  for (const number of [1, 2]) {
    const named = new Set<number>();
    for (const block of blocksOf(files, number)) {
      if (block.head.kind === BlockKind.topics) {
        for (const topic of decodeTopics(block.records, block.head.count)) named.add((topic as typeof price).number);
      }
      for (const topicNumber of topicNumbersOf(block)) expect(named.has(topicNumber)).toBe(true);
    }
    expect([...named]).toEqual([1, 2]);
  }
});

test('times of blocks never go back, those of messages do when the clock does', () => {
  const files = new RecordedFiles();
  const times = [5_000, 6_000, 2_000, 2_500, 7_000].map((us) => startUs + us);
  const messages = times.map((timeUs, index) => ({
    topic: price,
    sequence: index + 1,
    timeUs,
    payload: Buffer.from('1'),
  }));
  writeSegment(files, 1, messages, { atOnce: 1 });
  const ofMessages = blocksOf(files, 1).filter(({ head }) => head.kind === BlockKind.messages);
  expect(ofMessages.map(({ head }) => head.timeUs - startUs)).toEqual([5_000, 6_000, 6_000, 6_000, 7_000]);
  const all = [...new JournalReader(files).scan({ fromUs: 0, toUs: Number.MAX_SAFE_INTEGER, wants: () => true })];
  expect(all.map(({ receivedAtUs }) => receivedAtUs)).toEqual(times);
});

test('a gap says how many messages are missing, and why', () => {
  const files = new RecordedFiles();
  const gap = { from_us: startUs, to_us: startUs + 9_000, count: 12, reason: 'ENOSPC: no space left on device' };
  const writer = new SegmentWriter(files, 1, startUs, () => price);
  writer.writeGap(gap);
  const record = recordOfTest({ topic: price, sequence: 13, timeUs: startUs + 10_000, payload: Buffer.from('1') });
  writer.write(record, 0, record.length);
  writer.close();
  expect([...verify(files)]).toMatchObject([{ gaps: [gap], messageCount: 1, damages: [], indexProblem: null }]);
});

test('an index agrees with the blocks, and without it the blocks are read', () => {
  const files = new RecordedFiles();
  writeSegment(files, 1, testMessages([price, trade], 300));
  const [finding] = [...verify(files)];
  expect(finding).toMatchObject({ messageCount: 300, damages: [], indexProblem: null });
  const read = (): number[] =>
    new JournalReader(files)
      .read({ key: trade.key, epoch: 7, from: 20, to: 40, maxCount: 100, maxBytes: 1_000_000 })
      .map(({ sequence }) => sequence);
  const withIndex = read();
  files.remove(indexName(1));
  expect([...verify(files)]).toMatchObject([{ indexProblem: 'missing' }]);
  expect(read()).toEqual(withIndex);
  expect(withIndex.length).toBe(21);
});

test('an index gets its name only when it is whole and synced', () => {
  const files = new RecordedFiles();
  writeSegment(files, 1, testMessages([price], 20));
  const kinds = files.calls.map((call) => (call.kind === 'rename' ? `rename to ${call.to}` : call.kind));
  expect(kinds.slice(-6)).toEqual(['sync', 'create', 'write', 'sync', `rename to ${indexName(1)}`, 'syncFolder']);
});
