import { BlockBit, decodeDeliveryBlock, matchPattern } from '@pulsemq/protocol';
import { FrameDecoder, FrameFlag } from '@pulsemq/zmtp';
import { expect, test } from 'vitest';
import { indexName, segmentName } from '../../src/journal/file-names.js';
import { JournalReader } from '../../src/journal/journal-reader.js';
import { parsePlace } from '../../src/journal/place.js';
import { ReplayCursor } from '../../src/journal/replay-cursor.js';
import type { ReplayPage, ReplayQuery } from '../../src/journal/replay-query.js';
import { SegmentWriter } from '../../src/journal/segment-writer.js';
import { startUs, type TestMessage, testMessages, topicEntry, writeSegment } from './journal-fixture.js';
import { RecordedFiles, randomOf } from './recorded-files.js';

/** Whole numbers from 0 to below a limit. */
type Pick = (limit: number) => number;
const pickOf = (seed: number): Pick => {
  const random = randomOf(seed);
  return (limit) => Math.floor(random() * limit);
};

const topics = [
  topicEntry(1, 'market:sh.a.price'),
  topicEntry(2, 'market:sh.b.price'),
  topicEntry(3, 'market:sz.c.trade'),
  topicEntry(4, 'other:sh.a.price'),
];

const everything: ReplayQuery = {
  namespace: 'market',
  pattern: '>',
  fromUs: 0,
  toUs: Number.MAX_SAFE_INTEGER,
  fromSequence: 1,
  toSequence: Number.MAX_SAFE_INTEGER,
  place: null,
  skipCount: 0,
  follows: false,
  pageSpanUs: null,
};

/** Such as `market:sh.a.price #3`, of every delivery in the bytes. */
function shownIn({ bytes }: ReplayPage): string[] {
  const shown: string[] = [];
  let frames: Buffer[] = [];
  const sink = {
    onFrame: (buf: Uint8Array, flags: number, start: number, end: number) => {
      frames.push(Buffer.from(buf.subarray(start, end)));
      if ((flags & FrameFlag.more) !== 0) return;
      const block = decodeDeliveryBlock(frames[6]!)!;
      expect([frames.length, block.bits]).toEqual([7, BlockBit.replayed]);
      shown.push(`${frames[0]} #${block.sequence} ${block.receivedAtUs}`);
      frames = [];
    },
  };
  new FrameDecoder({ maxFrameBytes: 1 << 26 }, sink).push(bytes);
  return shown;
}

const shownTest = ({ topic, sequence, timeUs }: TestMessage): string => `${topic.key} #${sequence} ${timeUs}`;

/** What a query is to give, found by looking at every message. */
const wantedOf = (messages: readonly TestMessage[], query: ReplayQuery): string[] =>
  messages
    .filter(({ topic, sequence, timeUs }) => {
      const [namespace, name] = topic.key.split(':') as [string, string];
      const isTopic = namespace === query.namespace && matchPattern(query.pattern, name);
      const isTime = timeUs >= query.fromUs && timeUs < query.toUs;
      return isTopic && isTime && sequence >= query.fromSequence && sequence <= query.toSequence;
    })
    .map(shownTest);

/** All pages up to the end. */
function pagesOf(files: RecordedFiles, query: ReplayQuery): ReplayPage[] {
  const cursor = new ReplayCursor(new JournalReader(files), query);
  const pages = [cursor.next({ wantsHeads: false })];
  while (!pages.at(-1)!.isEnd) pages.push(cursor.next({ wantsHeads: false }));
  return pages;
}

const readAll = (files: RecordedFiles, query: ReplayQuery): string[] => pagesOf(files, query).flatMap(shownIn);

/** Messages in segments of random size, the last one as a running broker has it. */
function journal(random: Pick, count: number): { files: RecordedFiles; messages: TestMessage[] } {
  const files = new RecordedFiles();
  const messages = testMessages(topics, count, 1 + random(1_500));
  let at = 0;
  for (let number = 1; at < count; number++) {
    const size = 1 + random(count);
    const isClosed = at + size < count;
    writeSegment(files, number, messages.slice(at, at + size), { atOnce: 1 + random(40), isClosed });
    at += size;
  }
  return { files, messages };
}

function randomQuery(random: Pick, count: number): ReplayQuery {
  const [from, span] = [random(count), random(count)];
  const timeUs = (index: number): number => startUs + index * 1_000 + random(3) - 1;
  return {
    ...everything,
    pattern: ['>', 'sh.*.price', '*.b.*', 'sz.c.trade', 'none'][random(5)]!,
    ...(random(2) === 0 && { fromUs: timeUs(from), ...(random(2) === 0 && { toUs: timeUs(from + span) }) }),
    ...(random(3) === 0 && { fromSequence: 1 + random(count / 3) }),
    ...(random(3) === 0 && { toSequence: 1 + random(count / 3) }),
  };
}

test('a replay gives what was accepted, in order, each once, for random ranges and patterns', () => {
  const random = pickOf(18);
  for (let round = 0; round < 20; round++) {
    const count = 1 + random(250);
    const { files, messages } = journal(random, count);
    const query = randomQuery(random, count);
    expect(readAll(files, query), `round ${round}: ${JSON.stringify(query)}`).toEqual(wantedOf(messages, query));
  }
});

test('a replay that is cut anywhere goes on at its last place, without what has come since', () => {
  const random = pickOf(19);
  for (let round = 0; round < 20; round++) {
    const count = 1 + random(250);
    const { files, messages } = journal(random, count);
    const query = { ...randomQuery(random, count), pageSpanUs: random(2) === 0 ? null : random(50_000) };
    const seen: string[] = [];
    let [place, skipCount] = [query.place, 0];
    for (let isOver = false; !isOver; ) {
      const cursor = new ReplayCursor(new JournalReader(files), { ...query, place, skipCount });
      for (let left = random(4); ; left--) {
        const page = cursor.next({ wantsHeads: false });
        const shown = shownIn(page);
        if (left === 0) {
          // The reader has had a part of the page, and no place behind it.
          const had = random(shown.length + 1);
          seen.push(...shown.slice(0, had));
          skipCount += had;
          break;
        }
        seen.push(...shown);
        isOver = page.isEnd;
        if (isOver) break;
        if (page.place !== null) [place, skipCount] = [parsePlace(page.place)!, 0];
      }
    }
    expect(seen, `round ${round}: ${JSON.stringify(query)}`).toEqual(wantedOf(messages, query));
  }
});

test('the edges of a time: the first is included, the end is not', () => {
  const { files, messages } = journal(pickOf(20), 100);
  const [fromUs, toUs] = [messages[20]!.timeUs, messages[40]!.timeUs];
  const read = (query: Partial<ReplayQuery>): string[] => readAll(files, { ...everything, ...query });
  const between = messages.slice(20, 40).filter(({ topic }) => topic.key.startsWith('market:'));
  expect(read({ fromUs, toUs })).toEqual(between.map(shownTest));
  expect(read({ fromUs: fromUs + 1, toUs: fromUs + 1_000 })).toEqual([]);
  expect(read({ fromUs, toUs: fromUs + 1 })).toEqual([shownTest(messages[20]!)]);
});

test('a cursor that does not follow ends with what was stored when it began; a cursor that follows goes on', () => {
  const files = new RecordedFiles();
  const messages = testMessages(topics.slice(0, 3), 60);
  writeSegment(files, 1, messages.slice(0, 30), { isClosed: false });
  const reader = new JournalReader(files);
  const ending = new ReplayCursor(reader, { ...everything, pageSpanUs: 1_000 });
  const following = new ReplayCursor(reader, { ...everything, follows: true });
  const first = shownIn(ending.next({ wantsHeads: false }));
  const seen = shownIn(following.next({ wantsHeads: false }));
  expect(seen.length).toBe(30);
  writeSegment(files, 2, messages.slice(30), { isClosed: false });
  reader.refresh();
  for (let isEnd = false; !isEnd; ) {
    const page = ending.next({ wantsHeads: false });
    first.push(...shownIn(page));
    isEnd = page.isEnd;
  }
  expect(first).toEqual(messages.slice(0, 30).map(shownTest));
  const page = following.next({ wantsHeads: true });
  expect([...seen, ...shownIn(page)]).toEqual(messages.map(shownTest));
  expect(page.heads.map(({ key, sequence }) => `${key} #${sequence}`).sort()).toEqual(
    messages.slice(-3).map(({ topic, sequence }) => `${topic.key} #${sequence}`),
  );
});

test('what retention has removed is told: before the beginning, behind a place, and under way', () => {
  const files = new RecordedFiles();
  const messages = testMessages(topics.slice(0, 1), 300, 3_000);
  for (let number = 1; number <= 3; number++)
    writeSegment(files, number, messages.slice(100 * (number - 1), 100 * number));
  const reader = new JournalReader(files);
  const running = new ReplayCursor(reader, everything);
  const firstPage = running.next({ wantsHeads: false });
  files.remove(segmentName(1));
  files.remove(indexName(1));
  const removedUntilUs = messages[100]!.timeUs;
  const rest = messages.slice(100).map(shownTest);
  reader.refresh();
  expect(running.next({ wantsHeads: false })).toMatchObject({ removedUntilUs });
  const place = parsePlace(firstPage.place!);
  for (const query of [{ fromUs: startUs }, { place, skipCount: 5 }, { fromSequence: 50 }] as Partial<ReplayQuery>[]) {
    const pages = pagesOf(files, { ...everything, ...query });
    expect(pages[0]!.removedUntilUs).toBe(removedUntilUs);
    expect(pages.flatMap(shownIn)).toEqual(rest);
  }
  for (const query of [{}, { fromUs: removedUntilUs + 1 }, { fromSequence: 101 }]) {
    expect(pagesOf(files, { ...everything, ...query }).every((page) => page.removedUntilUs === null)).toBe(true);
  }
});

test('a place of another journal is refused', () => {
  const [one, other] = [journal(pickOf(21), 50), journal(pickOf(21), 50)];
  const { place } = pagesOf(one.files, everything)[0]!;
  expect(() => pagesOf(other.files, { ...everything, place: parsePlace(place!)! })).toThrow(
    /^the place \d+\.[0-9a-f]{8}\.\d+ is not in the journal of this broker; begin at a time instead$/,
  );
});

test('a time in which the journal could not be written is told where it stands', () => {
  const files = new RecordedFiles();
  const messages = testMessages(topics.slice(0, 1), 20);
  writeSegment(files, 1, messages.slice(0, 10));
  const [fromUs, toUs] = [messages[10]!.timeUs, messages[14]!.timeUs];
  const writer = new SegmentWriter(files, 2, toUs, () => topics[0]!);
  writer.writeGap({ from_us: fromUs, to_us: toUs, count: 5, reason: 'ENOSPC' });
  writer.close();
  writeSegment(files, 3, messages.slice(15));
  const gapsOf = (query: Partial<ReplayQuery>) =>
    pagesOf(files, { ...everything, ...query }).flatMap(({ gaps }) => gaps);
  expect(gapsOf({})).toEqual([{ fromUs, toUs }]);
  expect(gapsOf({ toUs: fromUs })).toEqual([]);
  expect(gapsOf({ fromUs: toUs + 1 })).toEqual([]);
});

test('an index whose places are damaged costs nothing: the blocks are read', () => {
  const files = new RecordedFiles();
  const messages = testMessages(topics, 200, 2_000);
  writeSegment(files, 1, messages);
  const query = { ...everything, pattern: 'sh.b.price', fromSequence: 20, toSequence: 24 };
  const whole = wantedOf(messages, query);
  expect(readAll(files, query)).toEqual(whole);
  const file = files.open(indexName(1));
  const bytes = Buffer.alloc(file.sizeBytes());
  file.read(bytes, 0);
  for (let at = bytes.length - 4; at > bytes.length / 2; at -= 40) bytes[at]! ^= 0x10;
  file.write([bytes], 0);
  expect(readAll(files, query)).toEqual(whole);
});
