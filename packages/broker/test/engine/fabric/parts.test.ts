import { afterEach, expect, test, vi } from 'vitest';
import { Clock } from '../../../src/engine/clock.js';
import { DeliverySpan } from '../../../src/engine/fabric/delivery-span.js';
import { changeBody, parseInterest, wholeBodies } from '../../../src/engine/fabric/interest-messages.js';
import { type InterestChange, OwnInterest } from '../../../src/engine/fabric/own-interest.js';
import { PartAssembly } from '../../../src/engine/fabric/part-assembly.js';
import { PeerFeed } from '../../../src/engine/fabric/peer-feed.js';
import { SendWindow } from '../../../src/engine/fabric/send-window.js';
import { feedHeadBytes } from '../../../src/engine/fabric/wire.js';
import { BatchMemory } from '../../../src/engine/fanout/batch/batch-memory.js';
import { Laggards } from '../../../src/engine/fanout/subscriber/laggards.js';
import { allTopics, PrefixSet } from '../../../src/engine/route/prefix-set.js';
import { publishedDelivery } from './published-delivery.js';

const mebibyte = 1_048_576;
const interest = (pattern: string) => ({ namespace: 'market', pattern, prefixes: allTopics });
const laggards = () => new Laggards(new BatchMemory(), 1 << 30);

afterEach(() => vi.restoreAllMocks());

test('words are counted, and changes of one turn are one version', async () => {
  const own = new OwnInterest((work) => work());
  const changes: InterestChange[] = [];
  own.onChange = (change) => changes.push(change);
  own.appeared(interest('a.*'));
  own.appeared(interest('a.*'));
  own.appeared({ namespace: 'market', pattern: '>', prefixes: new PrefixSet(['x', 'y']) });
  await new Promise((resolve) => setImmediate(resolve));
  expect(changes).toEqual([{ version: 1, added: ['market a.*', 'market =x', 'market =y'], removed: [] }]);
  expect([own.covers('market', 'a.b'), own.covers('market', 'yes'), own.covers('market', 'b')]).toEqual([
    true,
    true,
    false,
  ]);
  expect(own.covers('other', 'a.b')).toBe(false);
  own.gone(interest('a.*'));
  own.sweep(performance.now() + 60_000);
  expect(own.settle()).toBe(1);
});

test('a word is kept for 30 s after the last group that wanted it', () => {
  const own = new OwnInterest((work) => work());
  own.appeared(interest('a'));
  expect(own.settle()).toBe(1);
  const leftMs = performance.now();
  own.gone(interest('a'));
  own.sweep(leftMs + 29_000);
  expect([own.settle(), own.covers('market', 'a')]).toEqual([1, true]);
  own.sweep(leftMs + 31_000);
  expect([own.settle(), own.covers('market', 'a')]).toEqual([2, false]);
});

test('a word that is wanted again within its time stays', () => {
  const own = new OwnInterest((work) => work());
  own.appeared(interest('a'));
  own.gone(interest('a'));
  own.appeared(interest('a'));
  own.sweep(performance.now() + 60_000);
  expect([own.settle(), own.wordCount]).toEqual([1, 1]);
});

test('many words go in several messages, and come back as they were', () => {
  const words = Array.from({ length: 20_000 }, (_, index) => `market topic.${index}`);
  const bodies = wholeBodies(7, words);
  expect(bodies.length).toBeGreaterThan(5);
  expect(bodies.every(({ partCount }) => partCount === bodies.length)).toBe(true);
  const read = bodies.map((body) => parseInterest(JSON.stringify(body))!);
  expect(read.flatMap(({ added }) => added)).toEqual(words);
  expect(changeBody(8, words, [])).toBeUndefined();
  expect(changeBody(8, ['market a'], ['market b'])).toMatchObject({ base: 7, version: 8 });
});

test.each([
  '{}',
  'nothing',
  '[]',
  '{"base":0,"version":1,"part":0,"partCount":1,"added":["market"],"removed":[]}',
  '{"base":0,"version":1,"part":0,"partCount":1,"added":["market a..b"],"removed":[]}',
  '{"base":0,"version":1,"part":0,"partCount":1,"added":["mar ket a"],"removed":[]}',
  '{"base":"0","version":1,"part":0,"partCount":1,"added":[],"removed":[]}',
  '{"base":0,"version":1,"part":0,"partCount":1,"added":[7],"removed":[]}',
])('%s is no interest', (text) => {
  expect(parseInterest(text)).toBeUndefined();
});

test('publishers wait past half of the window, and no longer when it has been confirmed', () => {
  const list = laggards();
  const window = new SendWindow(list);
  window.sent(1, 20 * mebibyte, 1_000);
  expect(list.needPacing).toBe(false);
  window.sent(2, 10 * mebibyte, 1_010);
  expect(list.needPacing).toBe(true);
  window.confirmed(1, false, 1_020);
  expect([list.needPacing, window.unconfirmedBytes, window.lagMs(1_030)]).toEqual([false, 10 * mebibyte, 20]);
  window.confirmed(2, true, 1_030);
  expect([list.needPacing, window.unconfirmedBytes]).toEqual([true, 0]);
  window.confirmed(2, false, 1_040);
  expect(list.needPacing).toBe(false);
});

test('a receiver that says nothing for 250 ms holds up no publisher', () => {
  const list = laggards();
  const window = new SendWindow(list);
  window.sent(1, 30 * mebibyte, 1_000);
  expect([list.needPacing, window.isLagging]).toEqual([true, false]);
  window.review(1_250);
  expect([list.needPacing, window.isLagging]).toEqual([true, false]);
  window.review(1_251);
  expect([list.needPacing, window.isLagging]).toEqual([false, true]);
  window.confirmed(0, false, 1_300);
  expect([list.needPacing, window.isLagging]).toEqual([true, false]);
});

test('past the window nothing is sent, and each message left out takes a number', () => {
  const numbers: number[] = [];
  const transport = {
    isConnected: true,
    server: '',
    maxPayloadBytes: mebibyte,
    send: (_: string, message: Buffer) => numbers.push(Number(message.readBigUInt64BE(24))),
    close: async () => {},
  };
  const feed = new PeerFeed(1, '1'.repeat(16), {
    id: '2'.repeat(16),
    clock: new Clock(),
    laggards: laggards(),
    transport,
  });
  feed.window.share(24);
  const bytes = Buffer.alloc(900_000);
  for (let count = 0; count < 4; count++) feed.send(bytes, 10, 0);
  expect([numbers, feed.number, feed.skippedCount, feed.sentCount]).toEqual([[1, 2], 4, 20, 20]);
  feed.confirmed(2, false);
  feed.send(bytes, 10, 0);
  expect(numbers).toEqual([1, 2, 5]);
  transport.isConnected = false;
  feed.send(bytes, 10, 0);
  expect([numbers.length, feed.number]).toEqual([3, 6]);
});

test.each([0, 50, 300, 70_000, 140_000])(
  'a delivery of %i bytes is found at its place, and cut ones are none',
  (bytes) => {
    const delivery = publishedDelivery('a.b', Buffer.alloc(bytes, 7), Buffer.from('own'));
    const framed = Buffer.concat([Buffer.alloc(feedHeadBytes), delivery, Buffer.alloc(40)]);
    const span = new DeliverySpan();
    expect(span.locate(framed, feedHeadBytes, framed.length)).toBe(true);
    expect([span.end, span.message.payloadBytes, span.sequence]).toEqual([feedHeadBytes + delivery.length, bytes, 1]);
    const { reservedStart, reservedEnd } = span.message;
    expect(framed.toString('latin1', reservedStart, reservedEnd)).toBe('own');
    const cuts = delivery.length < 1_000 ? delivery.length : 300;
    for (let cut = 0; cut < cuts; cut++) expect(span.locate(delivery, 0, cut)).toBe(false);
    expect(span.locate(delivery, 0, delivery.length - 1)).toBe(false);
  },
);

test("many bytes of the publisher's own make a long frame", () => {
  const own = Buffer.alloc(255, 9);
  const delivery = publishedDelivery('a', Buffer.from('x'), own);
  const span = new DeliverySpan();
  expect(span.locate(delivery, 0, delivery.length)).toBe(true);
  expect(delivery.subarray(span.message.reservedStart, span.message.reservedEnd)).toEqual(own);
});

test('parts make a delivery only in order and whole', () => {
  const parts = new PartAssembly();
  const part = (text: string) => Buffer.from(text);
  expect(parts.add(0, 6, part('abc'))).toBe('incomplete');
  expect(String(parts.add(3, 6, part('def')))).toBe('abcdef');
  expect(parts.add(3, 6, part('def'))).toBe('bad');
  expect(parts.add(0, 6, part('abc'))).toBe('incomplete');
  expect(parts.add(4, 6, part('ef'))).toBe('bad');
  expect(parts.add(0, 4, part('abcdef'))).toBe('bad');
  expect(parts.add(0, 2 ** 31, part('abc'))).toBe('bad');
});
