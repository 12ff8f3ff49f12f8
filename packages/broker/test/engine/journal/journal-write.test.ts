import { mkdirSync, rmSync } from 'node:fs';
import { MessageType, messageFrames } from '@pulsemq/protocol';
import { encodeMessage } from '@pulsemq/zmtp';
import { expect, test } from 'vitest';
import { JournalReader } from '../../../src/journal/journal-reader.js';
import { ReadOnlyFiles } from '../../../src/journal/node-files.js';
import { deliveryOf } from '../../../src/journal/record.js';
import { verify } from '../../../src/journal/verify.js';
import { inShort, pub, sub, untilSnapshotEnd } from '../market/market-fixture.js';
import { epochsIn, journalFolder, journalOf, startJournalEngine, storedIn } from './journal-engine.js';

const topics = ['a', 'b'].map((name) => ({ namespaceId: 1, name }));

test('messages of a namespace with history are stored, those of others are not', async () => {
  const folder = journalFolder();
  const engine = await startJournalEngine(journalOf(folder));
  const publisher = await engine.session('root');
  const from = { username: 'root' };
  for (let index = 1; index <= 3; index++) await publisher.request(pub('a', `a${index}`, from));
  await publisher.request(pub('x', 'left out', { ...from, namespace: 'other' }));
  await publisher.request(pub('b', 'b1', { username: '', namespace: 'market' }));
  await engine.stop();
  expect(storedIn(folder)).toEqual(['market:a #1 a1', 'market:a #2 a2', 'market:a #3 a3', 'market:b #1 b1']);
  expect([...verify(new ReadOnlyFiles(folder))]).toMatchObject([{ damages: [], indexProblem: null, messageCount: 4 }]);
});

test('what is stored is the delivery, byte for byte, large messages included', async () => {
  const folder = journalFolder();
  const engine = await startJournalEngine(journalOf(folder));
  const [publisher, reader] = [await engine.session('publisher'), await engine.session('reader')];
  const lane = await engine.bound(reader.ticket);
  await reader.request(sub('a'));
  const large = 'L'.repeat(3_000_000);
  for (const text of ['one', large, 'three']) {
    expect((await publisher.request(pub('a', text, { format: 0 }))).body.status).toBe('PUB_OK');
  }
  const wire: Buffer[][] = [];
  for (let count = 0; count < 3; count++) wire.push((await lane.messages.next()).map((frame) => Buffer.from(frame)));
  await engine.stop();
  const journal = new JournalReader(new ReadOnlyFiles(folder));
  const records = [...journal.scan({ fromUs: 0, toUs: Number.MAX_SAFE_INTEGER, wants: () => true })];
  expect(records.length).toBe(3);
  for (const [index, record] of records.entries()) {
    const delivery = deliveryOf(record);
    for (const frame of wire[index]!) expect(delivery.includes(frame)).toBe(true);
  }
});

test('after a clean stop sequences go on under their epoch, and last values are there', async () => {
  const folder = journalFolder();
  const first = await startJournalEngine(journalOf(folder), topics);
  const publisher = await first.session('publisher');
  for (let index = 1; index <= 5; index++) await publisher.request(pub('a', `a${index}`));
  await publisher.request(pub('b', 'b1'));
  await first.stop();
  const [epoch] = epochsIn(folder, 'market:a');
  const second = await startJournalEngine(journalOf(folder), topics);
  const [again, reader] = [await second.session('publisher'), await second.session('reader')];
  const lane = await second.bound(reader.ticket);
  await reader.request(sub('>', { snapshot: true }));
  const { seen } = await untilSnapshotEnd(lane);
  expect(seen.map(inShort).sort()).toEqual(['~a=a5', '~b=b1']);
  expect(seen.find(({ topic }) => topic === 'a')?.block).toMatchObject({ epoch, sequence: 5 });
  await again.request(pub('a', 'a6'));
  expect((await lane.delivery()).block).toMatchObject({ epoch, sequence: 6 });
  await second.stop();
  expect(epochsIn(folder, 'market:a')).toEqual([epoch]);
  expect(storedIn(folder).at(-1)).toBe('market:a #6 a6');
});

test('history can be switched on and off while the broker runs', async () => {
  const folder = journalFolder();
  const engine = await startJournalEngine(journalOf(folder));
  const publisher = await engine.session('publisher');
  const set = (history: boolean): void =>
    engine.engine.command({
      kind: 'namespace',
      namespace: { id: 1, name: 'market', isActive: true, keepLastValue: false, freshness: null, history },
    });
  await publisher.request(pub('a', 'a1'));
  set(false);
  await publisher.request(pub('a', 'a2'));
  set(true);
  await publisher.request(pub('a', 'a3'));
  await engine.stop();
  expect(storedIn(folder)).toEqual(['market:a #1 a1', 'market:a #3 a3']);
});

test('publishers that send faster than the journal is written lose nothing', async () => {
  const folder = journalFolder();
  const engine = await startJournalEngine(journalOf(folder, { ringBytes: 65_536, maxBytes: 1 << 30 }));
  const publisher = await engine.session('publisher');
  const count = 20_000;
  for (let index = 1; index <= count; index++) publisher.send(pub('a', `${index}`.padEnd(200)));
  for (let index = 1; index <= count; index++) expect((await publisher.reply()).type).toBe(MessageType.ack);
  await engine.stop();
  expect(storedIn(folder).map((text) => text.trim())).toEqual(
    Array.from({ length: count }, (_, index) => `market:a #${index + 1} ${index + 1}`),
  );
});

test('with always, PUB_OK comes when the message is durable, and replies keep their order', async () => {
  const folder = journalFolder();
  const engine = await startJournalEngine(journalOf(folder, { fsync: 'always' }));
  const publisher = await engine.session('root');
  for (let index = 1; index <= 50; index++) {
    publisher.send(pub('a', `${index}`, { username: 'root' }));
    publisher.send({ type: MessageType.query, format: 1, payload: Buffer.from('{"type":"subscriptions"}') });
    publisher.send(pub('x', `${index}`, { username: 'root', namespace: 'other' }));
  }
  for (let index = 1; index <= 50; index++) {
    const statuses = [await publisher.reply(), await publisher.reply(), await publisher.reply()].map(
      ({ body }) => body.status,
    );
    expect(statuses).toEqual(['PUB_OK', 'QUERY_OK', 'PUB_OK']);
    expect(storedIn(folder).length).toBeGreaterThanOrEqual(index);
  }
});

test('while the journal cannot be written, messages are delivered and answered with ERROR 12, and a gap is written later', async () => {
  const folder = journalFolder();
  const engine = await startJournalEngine(journalOf(folder, { fsync: 'always', segmentBytes: 2_000 }));
  const [publisher, reader] = [await engine.session('publisher'), await engine.session('reader')];
  const lane = await engine.bound(reader.ticket);
  await reader.request(sub('a'));
  const publish = async (): Promise<unknown> => {
    const { body } = await publisher.request(pub('a', 'x'.repeat(300)));
    await lane.delivery();
    return body.status ?? body.error_code;
  };
  expect(await publish()).toBe('PUB_OK');
  // The next segment cannot be created.
  rmSync(folder, { recursive: true });
  let answer = await publish();
  while (answer === 'PUB_OK') answer = await publish();
  expect(answer).toBe(12);
  const suspended = await engine.event('incident', ({ incident }) => incident === 'journal');
  expect(suspended.text).toMatch(/^the journal is suspended, messages are delivered and not stored: ENOENT/);
  const api = engine.event('answer');
  const message = { userId: 2, username: 'publisher', namespace: 'market', topic: 'a', format: 1, flags: 0 };
  engine.engine.command({ kind: 'publish', id: 1, message: { ...message, payload: Buffer.from('api') } });
  expect((await api).answer.kind).toBe('notStored');
  mkdirSync(folder);
  const resumed = await engine.event('incident', ({ text }) => text.startsWith('the journal goes on'));
  expect(resumed.text).toMatch(/^the journal goes on; [2-9] messages were not stored because of: ENOENT/);
  await lane.delivery();
  expect(await publish()).toBe('PUB_OK');
  await engine.stop();
  expect([...verify(new ReadOnlyFiles(folder))].flatMap(({ gaps }) => gaps).length).toBe(1);
});

test('what a read has brought before bytes that are no ZMTP is stored and kept as it came', async () => {
  const folder = journalFolder();
  const engine = await startJournalEngine(journalOf(folder));
  const [publisher, reader] = [await engine.session('publisher'), await engine.session('reader')];
  const lane = await engine.bound(reader.ticket);
  const encoded = (topic: string, count: number): Buffer =>
    Buffer.concat(
      Array.from({ length: count }, (_, index) => encodeMessage(messageFrames(pub(topic, `${topic}${index + 1}`)))),
    );
  const stored: string[] = [];
  for (let round = 1; round <= 8; round++) {
    const [first, other] = [`first${round}`, `other${round}`];
    const broken = await engine.session('publisher');
    broken.socket.write(Buffer.concat([encoded(first, 20), Buffer.alloc(40, 0xff)]));
    await broken.closed;
    // The same bytes of the read buffer have other messages now.
    publisher.socket.write(encoded(other, 30));
    for (let count = 0; count < 30; count++) await publisher.reply();
    await reader.request(sub(first, { snapshot: true }));
    expect((await untilSnapshotEnd(lane)).seen.map(inShort)).toEqual([`~${first}=${first}20`]);
    for (let count = 1; count <= 20; count++) stored.push(`market:${first} #${count} ${first}${count}`);
    for (let count = 1; count <= 30; count++) stored.push(`market:${other} #${count} ${other}${count}`);
  }
  await engine.stop();
  expect(storedIn(folder)).toEqual(stored);
});

test('two brokers cannot write one folder', async () => {
  const folder = journalFolder();
  const first = await startJournalEngine(journalOf(folder));
  await (await first.session('publisher')).request(pub('a', '1'));
  await expect(startJournalEngine(journalOf(folder))).rejects.toThrow('JOURNAL_FAILED');
  await first.stop();
  await startJournalEngine(journalOf(folder));
});
