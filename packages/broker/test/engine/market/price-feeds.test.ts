import { decodeDeliveryBlock } from '@pulsemq/protocol';
import { expect, test } from 'vitest';
import { wireMessages } from '../../../src/control/admin/shown/wire-frames.js';
import type { EngineEvent } from '../../../src/port.js';
import type { RunningEngine } from '../engine-fixture.js';
import { pub, startMarket, sub } from './market-fixture.js';

type Prices = Extract<EngineEvent, { kind: 'prices' }>;

/** What a feed reports, one event after another; each is taken when the next is asked for. */
class FeedReader {
  readonly #running: RunningEngine;
  #current: Prices | null = null;

  constructor(running: RunningEngine, more: { pattern?: string; maxTopics?: number; maxRate?: number } = {}) {
    this.#running = running;
    const options = { pattern: '>', maxTopics: 100, maxRate: 50, ...more };
    running.engine.command({ kind: 'pricesOpen', feed: 1, namespace: 'market', ...options });
  }

  async next(): Promise<Prices> {
    const before = this.#current;
    if (before !== null) this.#running.engine.command({ kind: 'pricesTaken', feed: 1 });
    const place = before === null ? -1 : this.#running.events.indexOf(before);
    this.#current = await this.#running.event('prices', (event) => this.#running.events.indexOf(event) > place);
    return this.#current;
  }

  /** The events up to the first that `isWanted`. */
  async until(isWanted: (prices: Prices) => boolean): Promise<Prices[]> {
    for (const seen: Prices[] = []; ; ) {
      seen.push(await this.next());
      if (isWanted(seen.at(-1)!)) return seen;
    }
  }
}

/** The values of an event: `topic=payload`, and how many updates it stands for. */
const inShort = ({ messages }: Prices): string[] =>
  [...wireMessages(messages)].map((frames) => {
    const { conflatedCount } = decodeDeliveryBlock(frames[6]!.body)!;
    return `${frames[3]!.body}=${frames[5]!.body}${conflatedCount > 0 ? ` x${conflatedCount}` : ''}`;
  });

test('a feed reports all values, and then the newest of each topic that has changed', async () => {
  const running = await startMarket();
  const publisher = await running.session('publisher');
  for (const topic of ['a.x', 'a.y', 'b.x']) await publisher.request(pub(topic, '1'));
  const feed = new FeedReader(running, { pattern: 'a.*' });
  const opened = await feed.until(({ isOpened }) => isOpened);
  expect(opened.flatMap(inShort)).toEqual(['a.x=1', 'a.y=1']);
  // The feed waits until its last report is taken, so these are one update.
  for (const value of ['2', '3', '4']) await publisher.request(pub('a.y', value));
  await publisher.request(pub('b.x', '2'));
  expect(inShort(await feed.next())).toEqual(['a.y=4 x3']);
  await publisher.request(pub('a.z', '1'));
  expect(inShort(await feed.next())).toEqual(['a.z=1']);
});

test('an empty feed says that it is open, and a closed one says nothing', async () => {
  const running = await startMarket();
  const publisher = await running.session('publisher');
  const feed = new FeedReader(running);
  expect(await feed.next()).toMatchObject({ isOpened: true, leftOutCount: 0, messages: new Uint8Array(0) });
  running.engine.command({ kind: 'pricesClose', feed: 1 });
  running.engine.command({ kind: 'pricesTaken', feed: 1 });
  await publisher.request(pub('a', '1'));
  const second = running.events.length;
  await running.event('counters', (event) => running.events.indexOf(event) >= second);
  expect(running.events.filter(({ kind }) => kind === 'prices')).toHaveLength(1);
});

test('topics past the limit are counted, and one that is deleted leaves its place to one of them', async () => {
  const running = await startMarket();
  const publisher = await running.session('publisher');
  for (let index = 0; index < 10; index++) await publisher.request(pub(`t.${index}`, '1'));
  await publisher.request(pub('u', '1'));
  const feed = new FeedReader(running, { pattern: 't.*', maxTopics: 4 });
  const [opened] = await feed.until(({ isOpened }) => isOpened);
  expect(inShort(opened!)).toEqual(['t.0=1', 't.1=1', 't.2=1', 't.3=1']);
  expect(opened!.leftOutCount).toBe(6);
  running.engine.command({ kind: 'topicRemoved', namespaceId: 1, name: 't.1' });
  const seen = await feed.until(({ leftOutCount }) => leftOutCount === 5);
  expect(seen.flatMap(inShort)).toEqual(['t.4=1']);
});

test('a value past 64 KiB is left out, and comes again when it is smaller', async () => {
  const running = await startMarket();
  const publisher = await running.session('publisher');
  await publisher.request(pub('a', 'x'.repeat(300_000)));
  const feed = new FeedReader(running);
  expect(await feed.next()).toMatchObject({ isOpened: true, leftOutCount: 1, messages: new Uint8Array(0) });
  await publisher.request(pub('a', '1'));
  const seen = await feed.until(({ leftOutCount }) => leftOutCount === 0);
  expect(seen.flatMap(inShort)).toEqual(['a=1']);
});

test('a feed of 900 topics comes in pieces, each topic once, and does not touch the account of subscribers', async () => {
  const running = await startMarket();
  const publisher = await running.session('publisher');
  const reader = await running.session('reader');
  const stream = await running.bound(reader.ticket);
  await reader.request(sub('t.*', { maxRate: 50 }));
  const feed = new FeedReader(running, { maxTopics: 5_000 });
  const count = 900;
  const payload = 'x'.repeat(1_000);
  await Promise.all(Array.from({ length: count }, (_, at) => publisher.request(pub(`t.${at}`, payload))));
  const topics = new Set<string>();
  const seen = await feed.until((prices) => {
    for (const text of inShort(prices)) topics.add(text.slice(0, text.indexOf('=')));
    return topics.size === count;
  });
  expect(seen.flatMap(inShort)).toHaveLength(count);
  for (let delivered = 0; delivered < count; delivered++) await stream.delivery();
  const place = running.events.length;
  const { counters } = await running.event('counters', (event) => running.events.indexOf(event) >= place);
  expect(counters).toMatchObject({ publishedCount: count, deliveredCount: count, conflatedCount: 0, droppedCount: 0 });
});
