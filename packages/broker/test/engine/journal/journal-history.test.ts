import { appendFileSync, cpSync } from 'node:fs';
import { MessageType } from '@pulsemq/protocol';
import { expect, test } from 'vitest';
import { startEngine } from '../engine-fixture.js';
import { inShort, pub, sub, untilSnapshotEnd } from '../market/market-fixture.js';
import type { Delivery } from '../wire-peer.js';
import { history, historyQuery } from './history-wire.js';
import { journalFolder, journalOf, startJournalEngine } from './journal-engine.js';

const everything = { namespace: 'market', topic: 'a', from: 1, to: Number.MAX_SAFE_INTEGER };
const topics = [{ namespaceId: 1, name: 'a' }];

test('history gives messages of a stream as they stood in deliveries', async () => {
  const engine = await startJournalEngine(journalOf(journalFolder()));
  const [publisher, reader] = [await engine.session('publisher'), await engine.session('reader')];
  const lane = await engine.bound(reader.ticket);
  await reader.request(sub('a'));
  const live: Delivery[] = [];
  for (let index = 1; index <= 5; index++) {
    await publisher.request(pub('a', `a${index}`, { reserved: Buffer.from('own') }));
    live.push(await lane.delivery());
  }
  const epoch = live[0]!.block!.epoch;
  const { listing, messages } = await history(reader, { ...everything, epoch, from: 2, to: 4 });
  expect(listing).toEqual({ status: 'QUERY_OK', count: 3, ended: true, last: 5, next_epoch: null });
  expect(messages).toEqual(live.slice(1, 4));
  expect((await history(reader, { ...everything, epoch: epoch + 1 })).listing).toMatchObject({
    count: 0,
    ended: true,
    last: 0,
  });
});

test('an answer has up to 1,000 messages or 1 MiB, and says whether the journal has more', async () => {
  const engine = await startJournalEngine(journalOf(journalFolder()));
  const publisher = await engine.session('publisher');
  for (let index = 1; index <= 1_200; index++) publisher.send(pub('a', `${index}`));
  for (let index = 1; index <= 1_200; index++) await publisher.reply();
  for (let index = 0; index < 3; index++) await publisher.request(pub('b', 'x'.repeat(600_000), { format: 0 }));
  const reader = await engine.session('reader');
  const epoch = engine.events.flatMap((event) => (event.kind === 'routeOpened' ? event.epoch : []))[0]!;
  const first = await history(reader, { ...everything, epoch });
  expect(first.listing).toMatchObject({ count: 1_000, ended: false, last: 1_200 });
  const second = await history(reader, { ...everything, epoch, from: 1_001 });
  expect(second.listing).toMatchObject({ count: 200, ended: true });
  const large = await history(reader, { ...everything, topic: 'b', epoch });
  expect(large.listing).toMatchObject({ count: 1, ended: false, last: 3 });
});

test('history needs the right to subscribe, a namespace that keeps it, and whole numbers', async () => {
  const engine = await startJournalEngine(journalOf(journalFolder()));
  const ask = async (name: string, question: object): Promise<unknown> => {
    const peer = await engine.session(name);
    return (await peer.request(historyQuery({ ...everything, epoch: 1, ...question }))).body.error_code;
  };
  expect(await ask('nobody', {})).toBe(3);
  expect(await ask('reader', { namespace: 'other' })).toBe(3);
  expect(await ask('root', { namespace: 'other' })).toBe(10);
  for (const wrong of [
    { epoch: -1 },
    { epoch: 2 ** 32 },
    { from: 0 },
    { to: 0.5 },
    { from: 5, to: 4 },
    { topic: 'a.*' },
    { topic: 7 },
  ]) {
    expect(await ask('reader', wrong)).toBe(10);
  }
});

test('requests after a question for history are answered after it', async () => {
  const engine = await startJournalEngine(journalOf(journalFolder()));
  const publisher = await engine.session('publisher');
  const epoch = 1;
  for (let index = 0; index < 20; index++) {
    publisher.send(historyQuery({ ...everything, epoch }));
    publisher.send(pub('a', `${index}`));
    publisher.send({ type: MessageType.ping });
  }
  for (let index = 0; index < 20; index++) {
    const types = [
      await publisher.messages.next(),
      await publisher.messages.next(),
      await publisher.messages.next(),
    ].map(([header]) => header![1]);
    expect(types).toEqual([MessageType.ack, MessageType.ack, MessageType.pong]);
  }
});

test('AUTH_OK lists history where a namespace keeps it', async () => {
  const featuresOf = async (engine: Awaited<ReturnType<typeof startEngine>>): Promise<unknown> => {
    const peer = await engine.session('reader');
    return (await peer.auth('reader', 'token-of-reader')).body.features;
  };
  expect(await featuresOf(await startJournalEngine(journalOf(journalFolder())))).toContain('history');
  expect(await featuresOf(await startEngine({ journal: journalOf(journalFolder()) }))).not.toContain('history');
});

test('AUTH_OK names the namespaces that keep history and that the user may read', async () => {
  const historyOf = async (engine: Awaited<ReturnType<typeof startEngine>>, name: string): Promise<unknown> => {
    const peer = await engine.session(name);
    return (await peer.auth(name, `token-of-${name}`)).body.history;
  };
  const engine = await startJournalEngine(journalOf(journalFolder()));
  expect(await historyOf(engine, 'reader')).toEqual(['market']);
  expect(await historyOf(engine, 'nobody')).toBeUndefined();
  const without = await startEngine({ journal: journalOf(journalFolder()) });
  expect(await historyOf(without, 'reader')).toBeUndefined();
});

test('after an unclean stop a topic keeps its last value until its next message, which begins a new epoch', async () => {
  const folder = journalFolder();
  const first = await startJournalEngine(journalOf(folder, { fsync: 'always' }), topics);
  const publisher = await first.session('publisher');
  for (let index = 1; index <= 3; index++) await publisher.request(pub('a', `a${index}`));
  const killed = journalFolder();
  cpSync(folder, killed, { recursive: true });
  const second = await startJournalEngine(journalOf(killed), topics);
  const reader = await second.session('reader');
  const lane = await second.bound(reader.ticket);
  await reader.request(sub('a', { snapshot: true }));
  const [image] = (await untilSnapshotEnd(lane)).seen;
  expect(inShort(image!)).toBe('~a=a3');
  const before = image!.block!;
  await (await second.session('publisher')).request(pub('a', 'a4'));
  const { block } = await lane.delivery();
  expect(block).toMatchObject({ sequence: 1 });
  expect(block!.epoch).not.toBe(before.epoch);
  const old = await history(reader, { ...everything, epoch: before.epoch });
  expect(old.listing).toMatchObject({ count: 3, ended: true, last: 3, next_epoch: block!.epoch });
  expect((await history(reader, { ...everything, epoch: block!.epoch })).messages.map(inShort)).toEqual(['a=a4']);
});

test('what is restored and not published to again stays so over a clean stop', async () => {
  const folder = journalFolder();
  const first = await startJournalEngine(journalOf(folder, { fsync: 'always' }), topics);
  await (await first.session('publisher')).request(pub('a', 'a1'));
  const killed = journalFolder();
  cpSync(folder, killed, { recursive: true });
  const second = await startJournalEngine(journalOf(killed), topics);
  await second.stop();
  const third = await startJournalEngine(journalOf(killed), topics);
  const reader = await third.session('reader');
  const lane = await third.bound(reader.ticket);
  await reader.request(sub('a', { snapshot: true }));
  const [image] = (await untilSnapshotEnd(lane)).seen;
  expect(inShort(image!)).toBe('~a=a1');
  await (await third.session('publisher')).request(pub('a', 'a2'));
  const { block } = await lane.delivery();
  expect({ isNew: block!.epoch !== image!.block!.epoch, sequence: block!.sequence }).toEqual({
    isNew: true,
    sequence: 1,
  });
});

test('a torn end is cut and told once', async () => {
  const folder = journalFolder();
  const first = await startJournalEngine(journalOf(folder, { fsync: 'always' }), topics);
  await (await first.session('publisher')).request(pub('a', 'a1'));
  const killed = journalFolder();
  cpSync(folder, killed, { recursive: true });
  appendFileSync(`${killed}/000000000001.pmqj`, Buffer.alloc(5_000, 1));
  const told = (engine: Awaited<ReturnType<typeof startEngine>>): string[] =>
    engine.events.flatMap((event) => (event.kind === 'incident' ? event.text : []));
  const second = await startJournalEngine(journalOf(killed), topics);
  expect(told(second)).toEqual([
    expect.stringMatching(/^segment 1: 5000 bytes at \d+ are cut off: there is no block$/),
  ]);
  await second.stop();
  expect(told(await startJournalEngine(journalOf(killed), topics))).toEqual([]);
});
