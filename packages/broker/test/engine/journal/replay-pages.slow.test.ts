import { expect, test } from 'vitest';
import { startJournalThread } from '../../../dist/journal/journal.js';
import { NodeFiles } from '../../../src/journal/node-files.js';
import type { ReplayPage, ReplayQuery } from '../../../src/journal/replay-query.js';
import { Replays } from '../../../src/journal/replays.js';
import { ringMemory } from '../../../src/journal/ring.js';
import { SegmentWriter } from '../../../src/journal/segment-writer.js';
import { recordOfTest, startUs, topicEntry } from '../../journal/journal-fixture.js';
import { sub } from '../market/market-fixture.js';
import { journalFolder, journalOf, startJournalEngine } from './journal-engine.js';
import { keepsAll, replay } from './replay-scene.js';
import { untilReplayEnd } from './replay-wire.js';

/** About 12 MB: more than the kernel holds for a reader that has stopped. */
const messageCount = 3_000;
const payloadBytes = 4_000;
const spacingUs = 100;

/** The payload of message `index`: no two messages have a long piece in common. */
const payloadOf = (index: number): Buffer => Buffer.alloc(payloadBytes, `message ${index} `);

/** Fills a folder with messages of `market:a` whose payloads all differ. */
function fill(folder: string): void {
  const files = new NodeFiles(folder);
  files.prepare();
  const topic = topicEntry(1, 'market:a');
  const writer = new SegmentWriter(files, 1, startUs, () => topic);
  for (let index = 1; index <= messageCount; index++) {
    const timeUs = startUs + index * spacingUs;
    const record = recordOfTest({ topic, sequence: index, timeUs, payload: payloadOf(index) });
    writer.write(record, 0, record.length);
  }
  writer.close();
}

test('memory of pages is used again while readers replay at different paces, and every byte that comes is right', async () => {
  const folder = journalFolder();
  fill(folder);
  const engine = await startJournalEngine(journalOf(folder, keepsAll));
  const reader = await engine.session('reader');
  const lanes = await Promise.all([1, 2, 3].map((number) => engine.bound(reader.ticket, number)));
  const [stopped, fast, paced] = lanes;
  stopped!.socket.pause();
  await reader.request(replay('a'));
  await reader.request(sub('a', { lane: 3, replay: { speed: 2 } }));
  // Its pages go round while those of the first lane wait for their reader, and those of the third are sent in pieces.
  await reader.request(sub('a', { lane: 2, replay: {} }));
  const seen = [await untilReplayEnd(fast!)];
  stopped!.socket.resume();
  seen.push(await untilReplayEnd(stopped!), await untilReplayEnd(paced!));
  for (const { messages, end } of seen) {
    expect(end).toMatchObject({ reason: 'complete', count: messageCount });
    const wrong = messages.findIndex(({ payload }, at) => !payloadOf(at + 1).equals(payload));
    expect([messages.length, wrong]).toEqual([messageCount, -1]);
  }
});

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

test('a page that is given back is filled again, one that is kept is not touched', async () => {
  const folder = journalFolder();
  fill(folder);
  const data = { folder, memory: ringMemory(65_536) };
  const replays = new Replays(() => startJournalThread('replay-thread.js', data));
  try {
    const source = replays.open(everything);
    const next = (): Promise<ReplayPage> => source.next({ position: null, wantsHeads: false });
    const kept = await next();
    const copy = Buffer.from(kept.bytes);
    const given: ReplayPage[] = [];
    for (let page = await next(); !page.isEnd; page = await next()) {
      given.push(page);
      source.giveBack(page);
    }
    source.close();
    expect(given.length).toBeGreaterThan(20);
    // The memory of all but the last has gone back to the thread.
    expect(given.filter(({ bytes }) => bytes.length > 0).length).toBeLessThanOrEqual(1);
    expect(copy.equals(kept.bytes)).toBe(true);
  } finally {
    await replays.stop();
  }
});
