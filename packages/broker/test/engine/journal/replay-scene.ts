import type { GapEntry } from '../../../src/journal/format.js';
import { NodeFiles } from '../../../src/journal/node-files.js';
import { SegmentWriter } from '../../../src/journal/segment-writer.js';
import { recordOfTest, startUs, topicEntry } from '../../journal/journal-fixture.js';
import type { RunningEngine } from '../engine-fixture.js';
import { pub, sub } from '../market/market-fixture.js';
import type { WirePeer } from '../wire-peer.js';
import { journalFolder, journalOf, startJournalEngine } from './journal-engine.js';

/** A broker with a journal, one that publishes, and one that replays. */
export interface Scene {
  readonly engine: RunningEngine;
  readonly publisher: WirePeer;
  readonly reader: WirePeer & { ticket: string };
  readonly lane: WirePeer;
  /** Publishes texts to a topic. */
  publish(topic: string, ...texts: string[]): Promise<void>;
}

/** A reader with lane 1. */
export async function scene(
  settings: Parameters<typeof journalOf>[1] = {},
  folder: string = journalFolder(),
): Promise<Scene> {
  const engine = await startJournalEngine(journalOf(folder, settings));
  const [publisher, reader] = [await engine.session('publisher'), await engine.session('reader')];
  const lane = await engine.bound(reader.ticket, 1);
  const publish = async (topic: string, ...texts: string[]): Promise<void> => {
    for (const text of texts) publisher.send(pub(topic, text));
    for (const _ of texts) await publisher.reply();
  };
  return { engine, publisher, reader, lane, publish };
}

/** Fills a folder with messages of `market:a` that came at these times, in microseconds since the start of the test's own day. */
export function fillJournal(
  folder: string,
  timesUs: readonly number[],
  gapBehind?: { at: number; gap: GapEntry },
): void {
  const files = new NodeFiles(folder);
  files.prepare();
  const topic = topicEntry(1, 'market:a');
  let writer = new SegmentWriter(files, 1, startUs, () => topic);
  for (const [index, timeUs] of timesUs.entries()) {
    if (index === gapBehind?.at) {
      writer.close();
      writer = new SegmentWriter(files, 2, gapBehind.gap.to_us, () => topic);
      writer.writeGap(gapBehind.gap);
    }
    const payload = Buffer.from(`${index + 1}`);
    const record = recordOfTest({ topic, sequence: index + 1, timeUs: startUs + timeUs, payload });
    writer.write(record, 0, record.length);
  }
  writer.close();
}

/** A folder with `count` messages, an hour apart: a replay of them at speed 1 goes on until it is ended. */
export function hourlyJournal(count: number): string {
  const folder = journalFolder();
  fillJournal(
    folder,
    Array.from({ length: count }, (_, index) => index * 3_600_000_000),
  );
  return folder;
}

/** Nothing is too old to be kept. */
export const keepsAll = { maxAgeMs: Number.MAX_SAFE_INTEGER };

/** A SUB that replays on lane 1. */
export const replay = (pattern: string, options: object = {}, more: object = {}) =>
  sub(pattern, { lane: 1, replay: options, ...more });
