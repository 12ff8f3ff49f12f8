import { createHash } from 'node:crypto';
import { BlockBit, deliveryBlockBytes } from '@pulsemq/protocol';
import { expect, test } from 'vitest';
import { pub, sub, unsub } from '../market/market-fixture.js';
import type { Delivery, WirePeer } from '../wire-peer.js';
import { journalFolder, journalOf, startJournalEngine } from './journal-engine.js';
import { fillJournal, hourlyJournal, keepsAll, replay, scene } from './replay-scene.js';
import { nextMessage, shown, untilReplayEnd } from './replay-wire.js';

const complete = { reason: 'complete', removed_until_us: null, gaps: [], problem: null };

/** The times and sequences of what was published. */
const placesOf = (messages: readonly Delivery[]) => messages.map(({ block }) => block!.receivedAtUs);

test('a replay gives the stored messages of all matching topics in the order of acceptance, marked, and then its end', async () => {
  const { publish, reader, lane } = await scene();
  await publish('a', 'one', 'two');
  await publish('b', 'three');
  await publish('a', 'four');
  expect((await reader.request(replay('>', {}, { request: 7 }))).body.status).toBe('SUB_OK');
  const { seen, messages, end } = await untilReplayEnd(lane);
  expect(seen).toEqual(['~a#1=one', '~a#2=two', '~b#1=three', '~a#3=four']);
  expect(messages.every(({ block }) => block!.bits === BlockBit.replayed)).toBe(true);
  expect(end).toEqual({ ...complete, request: 7, count: 4 });
});

test('a replay is what subscribers got, large messages included, but for its mark', async () => {
  const { engine, publisher, reader, lane } = await scene();
  const live = await engine.bound(reader.ticket);
  await reader.request(sub('a'));
  for (const text of ['one', 'L'.repeat(3_000_000), 'three']) {
    await publisher.request(pub('a', text, { format: 0, reserved: Buffer.from('own') }));
  }
  const expected: Delivery[] = [];
  for (let count = 0; count < 3; count++) expected.push(await live.delivery());
  await reader.request(replay('a'));
  const { messages } = await untilReplayEnd(lane);
  const unmarked = ({ header, payload, reserved, block, ...names }: Delivery): unknown => {
    const own = Buffer.from(reserved.subarray(deliveryBlockBytes)).toString();
    return {
      ...names,
      header,
      own,
      block: { ...block, bits: 0 },
      digest: createHash('md5').update(payload).digest('hex'),
    };
  };
  expect(messages.map(unmarked)).toEqual(expected.map(unmarked));
});

test('a time begins with its first microsecond and ends before its last; sequences are both included', async () => {
  const { publish, reader, lane } = await scene();
  for (let index = 1; index <= 12; index++) await publish(index % 3 === 0 ? 'b' : 'a', `${index}`);
  await reader.request(replay('>'));
  const all = await untilReplayEnd(lane);
  const times = placesOf(all.messages);
  const ask = async (options: object, pattern = '>'): Promise<string[]> => {
    await reader.request(replay(pattern, options));
    return (await untilReplayEnd(lane)).seen;
  };
  await reader.request(unsub('>', 1));
  for (const [from, to] of [
    [0, 12],
    [3, 9],
    [5, 6],
  ] as const) {
    const wanted = all.seen.filter(
      (_, index) => times[index]! >= times[from]! && times[index]! < (times[to] ?? 2 ** 52),
    );
    expect(await ask({ from_us: times[from], ...(times[to] !== undefined && { to_us: times[to] }) })).toEqual(wanted);
  }
  expect(await ask({ from_sequence: 2, to_sequence: 3 })).toEqual(['~a#2=2', '~a#3=4', '~b#2=6', '~b#3=9']);
  await reader.request(unsub('>', 1));
  expect(await ask({ from_sequence: 3 }, 'b')).toEqual(['~b#3=9', '~b#4=12']);
});

test('with a speed, messages come at the distances of their times', async () => {
  const folder = journalFolder();
  fillJournal(folder, [0, 80_000, 3_600_000_000]);
  const engine = await startJournalEngine(journalOf(folder, keepsAll));
  const reader = await engine.session('reader');
  const lane = await engine.bound(reader.ticket, 1);
  const distanceMs = async (speed: number): Promise<number> => {
    const startMs = performance.now();
    await reader.request(replay('a', { speed }));
    expect(shown(await nextMessage(lane))).toBe('~a#1=1');
    expect(shown(await nextMessage(lane))).toBe('~a#2=2');
    return performance.now() - startMs;
  };
  // Never earlier than the distance says, but for what a timer rounds.
  expect(await distanceMs(1)).toBeGreaterThan(75);
  await reader.request(unsub('a', 1));
  await untilReplayEnd(lane);
  expect(await distanceMs(0.5)).toBeGreaterThan(150);
  await reader.request(unsub('a', 1));
  await untilReplayEnd(lane);
  await reader.request(replay('a', { speed: 'full' }));
  expect((await untilReplayEnd(lane)).seen).toEqual(['~a#1=1', '~a#2=2', '~a#3=3']);
});

test('with follow, the present comes behind the past without a gap or a duplicate, while publishing goes on', async () => {
  const { engine, publisher, publish, reader } = await scene();
  await publish('a', ...Array.from({ length: 500 }, (_, index) => `old ${index}`));
  const total = 3_000;
  let sent = 500;
  const lanes: WirePeer[] = [];
  let isPublishing = true;
  const publishing = (async () => {
    while (sent < total) {
      for (let left = 20; left > 0; left--) publisher.send(pub(++sent % 2 === 0 ? 'a' : 'b', `new ${sent}`));
      for (let left = 20; left > 0; left--) await publisher.reply();
    }
    isPublishing = false;
  })();
  for (let number = 1; number <= 4; number++) {
    const lane = await engine.bound(reader.ticket, number);
    lanes.push(lane);
    await reader.request(sub('>', { lane: number, replay: { follow: true, ...(number > 2 && { speed: 1_000 }) } }));
  }
  expect(isPublishing).toBe(true);
  await publishing;
  for (const lane of lanes) {
    const { messages, end } = await untilReplayEnd(lane);
    expect(end.reason).toBe('live');
    while (messages.length < total) {
      const message = await nextMessage(lane);
      expect(message.block!.bits).toBe(0);
      messages.push(message);
    }
    for (const topic of ['a', 'b']) {
      const sequences = messages.filter((one) => one.topic === topic).map(({ block }) => block!.sequence);
      expect(sequences).toEqual(Array.from({ length: sequences.length }, (_, index) => index + 1));
    }
  }
});

test('more live messages than may wait are read from the journal, and nothing is lost or doubled', async () => {
  const { publisher, publish, reader, lane } = await scene({ ringBytes: 1 << 22 });
  await publish('a', 'old');
  const text = 'x'.repeat(100_000);
  // The lane reads slowly enough that some of these come while what was before them is sent.
  await reader.request(replay('a', { follow: true }));
  for (let index = 0; index < 150; index++) publisher.send(pub('a', text, { format: 0 }));
  lane.socket.pause();
  for (let index = 0; index < 150; index++) await publisher.reply();
  lane.socket.resume();
  const { messages, end } = await untilReplayEnd(lane);
  expect(end.reason).toBe('live');
  while (messages.length < 151) messages.push(await nextMessage(lane));
  expect(messages.map(({ block }) => block!.sequence)).toEqual(Array.from({ length: 151 }, (_, index) => index + 1));
});

test('REPLAY_PLACE says where a replay can go on: with it and the messages since, nothing comes twice', async () => {
  const { engine, publish, reader, lane } = await scene();
  await publish('a', ...Array.from({ length: 400 }, (_, index) => `${index + 1}`.padEnd(3_000)));
  await reader.request(replay('a'));
  const all = await untilReplayEnd(lane);
  expect(all.places.length).toBeGreaterThan(2);
  expect(all.places[0]!.place).toBeNull();
  const place = all.places[1]!.place!;
  const again = await engine.session('reader');
  const other = await engine.bound(again.ticket, 1);
  await again.request(replay('a', { place, skip: 3 }));
  const rest = await untilReplayEnd(other);
  const begin = all.seen.length - rest.seen.length;
  expect(rest.seen).toEqual(all.seen.slice(begin));
  await again.request(replay('a', { place }));
  expect((await untilReplayEnd(other)).seen).toEqual(all.seen.slice(begin - 3));
  await again.request(replay('a', { place: place.replace(/\.[0-9a-f]{8}\./, '.00000000.') }));
  expect((await untilReplayEnd(other)).end).toMatchObject({
    reason: 'failed',
    count: 0,
    problem: expect.stringMatching(/is not in the journal of this broker; begin at a time instead$/),
  });
});

test('a SUB for the same subscription seeks: the one before ends as replaced', async () => {
  const { publish, reader, lane } = await scene(keepsAll, hourlyJournal(20));
  await reader.request(replay('a', { speed: 1 }, { request: 1 }));
  expect(shown(await nextMessage(lane))).toBe('~a#1=1');
  await reader.request(replay('a', { from_sequence: 19 }, { request: 2 }));
  const first = await untilReplayEnd(lane);
  expect(first.end).toMatchObject({ request: 1, reason: 'replaced' });
  const second = await untilReplayEnd(lane);
  expect(second.seen).toEqual(['~a#19=19', '~a#20=20']);
  expect(second.end).toMatchObject({ request: 2, reason: 'complete', count: 2 });
  await reader.request(replay('a', { follow: true, from_sequence: 20 }));
  expect((await untilReplayEnd(lane)).end.reason).toBe('live');
  // The broker has begun another epoch, with sequences from 1.
  await publish('a', '21');
  expect(shown(await nextMessage(lane))).toBe('a#1=21');
  await reader.request(replay('a', { from_sequence: 20 }));
  expect((await untilReplayEnd(lane)).seen).toEqual(['~a#20=20']);
});

test('a reader that stops pauses its replay: little waits for it, and nothing else is disturbed', async () => {
  const { engine, publish, reader, lane } = await scene({ ringBytes: 1 << 22 });
  const text = 'x'.repeat(10_000);
  const total = 2_000;
  for (let sent = 0; sent < total; sent += 100) await publish('a', ...Array.from({ length: 100 }, () => text));
  lane.socket.pause();
  await reader.request(replay('a'));
  const live = await engine.bound(reader.ticket, 2);
  const others = [await engine.bound(reader.ticket, 3), await engine.bound(reader.ticket, 4)];
  await reader.request(sub('a', { lane: 2 }));
  for (const [index, other] of others.entries()) {
    await reader.request(sub('a', { lane: 3 + index, replay: { from_sequence: 1_000 * index + 1 } }));
    const { end } = await untilReplayEnd(other);
    expect(end).toMatchObject({ reason: 'complete', count: total - 1_000 * index });
  }
  await publish('a', 'now');
  expect(shown(await live.delivery())).toBe('a#2001=now');
  const counters = await engine.event('counters');
  expect(counters.counters.queuedBytes).toBeLessThan(2 * 1_048_576);
  lane.socket.resume();
  const { messages, end } = await untilReplayEnd(lane);
  expect(messages.map(({ block }) => block!.sequence)).toEqual(Array.from({ length: total }, (_, index) => index + 1));
  expect(end).toMatchObject({ reason: 'complete', count: total });
});
