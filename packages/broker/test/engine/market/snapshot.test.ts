import { BlockBit, MessageType } from '@pulsemq/protocol';
import { expect, test } from 'vitest';
import { ticketSubscription } from '../engine-fixture.js';
import type { WirePeer } from '../wire-peer.js';
import { bodyOf, inShort, pub, startMarket, sub, unsub, untilSnapshotEnd } from './market-fixture.js';

test('a snapshot brings the last value of every matching topic, then its end', async () => {
  const { session, bound } = await startMarket();
  const [publisher, reader] = [await session('publisher'), await session('reader')];
  for (const [topic, value] of [
    ['a.x', '1'],
    ['b.x', '2'],
    ['a.x', '3'],
    ['a.y', '4'],
  ] as const) {
    await publisher.request(pub(topic, value));
  }
  const stream = await bound(reader.ticket);
  await reader.request(sub('a.*', { snapshot: true, request: 7 }));
  const { seen, end } = await untilSnapshotEnd(stream);
  expect(seen.map(inShort)).toEqual(['~a.x=3', '~a.y=4']);
  expect(seen.map(({ key }) => key)).toEqual(['market:a.x', 'market:a.y']);
  expect(seen.map(({ block }) => block!.sequence)).toEqual([2, 1]);
  expect(end.key).toBe(ticketSubscription(reader.ticket).toString('latin1'));
  expect([end.namespace, end.topic]).toEqual(['market', 'a.*']);
  expect(bodyOf(end)).toEqual({ request: 7, count: 2, left_out: 0, reason: 'complete' });
  await publisher.request(pub('a.x', '5'));
  const live = await stream.delivery();
  expect(inShort(live)).toBe('a.x=5');
  expect(live.block!.sequence).toBe(3);
});

test('a snapshot waits for the connection of its lane', async () => {
  const { session, bound } = await startMarket();
  const [publisher, reader] = [await session('publisher'), await session('reader')];
  await publisher.request(pub('a', '1'));
  await reader.request(sub('a', { snapshot: true, lane: 3 }));
  const stream = await bound(reader.ticket, 3);
  const { seen } = await untilSnapshotEnd(stream);
  expect(seen.map(inShort)).toEqual(['~a=1']);
});

test('the end of a snapshot does not wait for the rate of its lane when every topic had an image', async () => {
  const { session, bound } = await startMarket();
  const [publisher, reader] = [await session('publisher'), await session('reader')];
  await publisher.request(pub('a', '1'));
  const stream = await bound(reader.ticket);
  // One update of a topic in a hundred seconds.
  await reader.request(sub('a', { snapshot: true, maxRate: 0.01 }));
  const { seen, end } = await untilSnapshotEnd(stream);
  expect(seen.map(inShort)).toEqual(['~a=1']);
  expect(bodyOf(end)).toMatchObject({ count: 1, reason: 'complete' });
});

test('large values and reserved bytes come back as they were published', async () => {
  const { session, bound } = await startMarket();
  const [publisher, reader] = [await session('publisher'), await session('reader')];
  const large = 'L'.repeat(400_000);
  await publisher.request(pub('large', large));
  await publisher.request(pub('small', 's', { reserved: Buffer.from('mine') }));
  const stream = await bound(reader.ticket);
  await reader.request(sub('>', { snapshot: true }));
  const { seen } = await untilSnapshotEnd(stream);
  expect(seen.map(inShort)).toEqual([`~large=${large}`, '~small=s']);
  expect(Buffer.from(seen[1]!.reserved.subarray(24)).toString()).toBe('mine');
});

test('a large value that is kept is not a message that waits: draining does not wait for it', async () => {
  const running = await startMarket();
  const publisher = await running.session('publisher');
  await publisher.request(pub('large', 'L'.repeat(400_000)));
  const { counters } = await running.event('counters', ({ counters: { publishedCount } }) => publishedCount === 1);
  expect(counters.queuedBytes).toBe(0);
  running.engine.command({ kind: 'drain', moveMs: 0, timeoutMs: 3_600_000 });
  await running.event('stopped');
});

/** More than the kernel takes for a reader that has stopped: its snapshot cannot end. */
async function publishMuch(publisher: WirePeer): Promise<void> {
  for (let index = 0; index < 400; index++) await publisher.request(pub(`t.${index}`, 'x'.repeat(40_000)));
}

test('asking again sends the images again, and the one before ends as replaced', async () => {
  const { session, bound } = await startMarket();
  const [publisher, reader] = [await session('publisher'), await session('reader')];
  await publishMuch(publisher);
  const stream = await bound(reader.ticket);
  stream.socket.pause();
  await reader.request(sub('>', { snapshot: true, request: 1 }));
  await reader.request(sub('>', { snapshot: true, request: 2 }));
  stream.socket.resume();
  expect(bodyOf((await untilSnapshotEnd(stream)).end)).toMatchObject({ request: 1, reason: 'replaced' });
  const { seen, end } = await untilSnapshotEnd(stream);
  expect(seen.length).toBe(400);
  expect(bodyOf(end)).toMatchObject({ request: 2, count: 400, reason: 'complete' });
});

test('what the policy drops during a snapshot has an image before the end, also where it is more than a page', async () => {
  const { session, bound } = await startMarket({ outboxBytes: 600_000, maxTopicsPerNamespace: 3_000 });
  const [publisher, reader] = [await session('publisher'), await session('reader')];
  const topics = Array.from({ length: 2_000 }, (_, index) => `t.${index}`);
  const publishAll = async (): Promise<void> => {
    for (const topic of topics) publisher.send(pub(topic, 'x'.repeat(4_000)));
    for (const _ of topics) await publisher.reply();
  };
  await publishAll();
  const stream = await bound(reader.ticket);
  stream.socket.pause();
  await reader.request(sub('>', { snapshot: true }));
  for (let round = 0; round < 3; round++) await publishAll();
  stream.socket.resume();
  const { seen, end } = await untilSnapshotEnd(stream);
  const newest = new Map<string, number>();
  for (const { topic, block } of seen) {
    expect(block!.sequence).toBeGreaterThan(newest.get(topic) ?? 0);
    newest.set(topic, block!.sequence);
  }
  expect(seen.some(({ block }) => block!.bits === BlockBit.dropped)).toBe(true);
  expect(topics.filter((topic) => newest.get(topic) !== 4)).toEqual([]);
  const imageCount = seen.filter(({ block }) => (block!.bits & BlockBit.snapshot) !== 0).length;
  expect(bodyOf(end)).toMatchObject({ count: imageCount, left_out: 0, reason: 'complete' });
});

test('UNSUB ends a snapshot early, and its end marker comes', async () => {
  const { session, bound } = await startMarket();
  const [publisher, reader] = [await session('publisher'), await session('reader')];
  await publishMuch(publisher);
  const stream = await bound(reader.ticket);
  stream.socket.pause();
  await reader.request(sub('>', { snapshot: true }));
  await reader.request(unsub('>'));
  stream.socket.resume();
  expect(bodyOf((await untilSnapshotEnd(stream)).end)).toMatchObject({ reason: 'unsubscribed' });
});

test('a revoked right ends a snapshot, and a deleted namespace does', async () => {
  const { session, bound, engine } = await startMarket({ maxTopicsPerNamespace: 20_000 });
  const [publisher, reader] = [await session('publisher'), await session('reader')];
  const root = await session('root');
  const [stream, other] = [await bound(reader.ticket), await bound(root.ticket)];
  for (let index = 0; index < 20_000; index++) publisher.send(pub(`t.${index}`, 'v'.repeat(200)));
  for (let index = 0; index < 20_000; index++) await publisher.reply();
  await reader.request(sub('>', { snapshot: true }));
  engine.command({ kind: 'grant', userId: 3, namespaceId: 1, role: null });
  const revoked = await untilSnapshotEnd(stream);
  expect(bodyOf(revoked.end)).toMatchObject({ reason: 'revoked', count: revoked.seen.length });
  expect(revoked.seen.length).toBeLessThan(20_000);
  await root.request(sub('>', { snapshot: true }));
  engine.command({ kind: 'namespaceRemoved', namespaceId: 1 });
  expect(bodyOf((await untilSnapshotEnd(other)).end)).toMatchObject({ reason: 'deleted' });
});

test('where last values are not kept a snapshot is empty and ends at once', async () => {
  const { session, bound, engine } = await startMarket();
  engine.command({
    kind: 'namespace',
    namespace: { id: 1, name: 'market', isActive: true, keepLastValue: false, freshness: null },
  });
  const [publisher, reader] = [await session('publisher'), await session('reader')];
  await publisher.request(pub('a', '1'));
  const stream = await bound(reader.ticket);
  await reader.request(sub('>', { snapshot: true }));
  const { seen, end } = await untilSnapshotEnd(stream);
  expect(seen).toEqual([]);
  expect(bodyOf(end)).toMatchObject({ count: 0, left_out: 0, reason: 'complete' });
});

test('values that the memory had no room for are counted as left out', async () => {
  const { session, bound } = await startMarket({ imageTotalBytes: 10_000 });
  const [publisher, reader] = [await session('publisher'), await session('reader')];
  for (let index = 0; index < 20; index++) await publisher.request(pub(`t.${index}`, 'v'.repeat(900)));
  const stream = await bound(reader.ticket);
  await reader.request(sub('>', { snapshot: true }));
  const { seen, end } = await untilSnapshotEnd(stream);
  expect(seen.length).toBeGreaterThan(0);
  expect(bodyOf(end)).toMatchObject({ count: seen.length, left_out: 20 - seen.length });
});

test('heads tell the last sequence of every topic, also of one that does not tick again', async () => {
  const { session } = await startMarket();
  const [publisher, reader, nobody] = [await session('publisher'), await session('reader'), await session('nobody')];
  await publisher.request(pub('a', '1'));
  await publisher.request(pub('a', '2'));
  await publisher.request(pub('b.c', '1'));
  const heads = (peer: typeof reader, query: object): Promise<{ body: Record<string, unknown> }> =>
    peer.request({
      type: MessageType.query,
      payload: Buffer.from(JSON.stringify({ type: 'heads', namespace: 'market', ...query })),
    });
  const { data } = (await heads(reader, { pattern: '>' })).body as { data: { heads: [string, number, number][] } };
  expect(data.heads.map(([topic, , sequence]) => [topic, sequence])).toEqual([
    ['a', 2],
    ['b.c', 1],
  ]);
  expect((await heads(reader, { pattern: 'b.*', page: 0 })).body.data).toMatchObject({ next: null });
  expect((await heads(nobody, { pattern: '>' })).body.data).toEqual({ heads: [], next: null });
  expect((await heads(reader, { pattern: '>.a' })).body.error_message).toContain('bad query');
  expect((await heads(reader, { pattern: '>', page: -1 })).body.error_message).toContain('"page"');
});

test('a lane that does not read may not ask for snapshots without end', async () => {
  const { session, bound } = await startMarket();
  const [publisher, reader] = [await session('publisher'), await session('reader')];
  const stream = await bound(reader.ticket);
  await reader.request(sub('>'));
  stream.socket.pause();
  for (let index = 0; index < 400; index++) await publisher.request(pub('t', 'x'.repeat(40_000)));
  let refused: unknown;
  let askedCount = 0;
  for (; refused === undefined && askedCount < 200; askedCount++) {
    refused = (await reader.request(sub('>', { snapshot: true }))).body.error_message;
  }
  expect(refused).toContain('lane 0 does not read, and 64 messages of the broker wait for it');
  expect(askedCount).toBeLessThan(70);
  stream.socket.resume();
  for (let index = 1; index < askedCount; index++) await untilSnapshotEnd(stream);
  expect((await reader.request(sub('>', { snapshot: true }))).body.status).toBe('SUB_OK');
});
