import { once } from 'node:events';
import { BlockBit, MessageType, PubFlag, WireError } from '@pulsemq/protocol';
import { expect, test } from 'vitest';
import type { WirePeer } from '../wire-peer.js';
import { inShort, pub, startMarket, sub, unsub } from './market-fixture.js';

test('a session has several lanes, and each gets what its subscriptions say', async () => {
  const { session, bound } = await startMarket();
  const [publisher, reader] = [await session('publisher'), await session('reader')];
  const [first, second] = [await bound(reader.ticket), await bound(reader.ticket, 7)];
  await reader.request(sub('a'));
  await reader.request(sub('>', { lane: 7 }));
  await publisher.request(pub('a', '1'));
  await publisher.request(pub('b', '2'));
  expect([inShort(await second.delivery()), inShort(await second.delivery())]).toEqual(['a=1', 'b=2']);
  expect(inShort(await first.delivery())).toBe('a=1');
  expect(
    (await reader.request({ type: MessageType.query, payload: Buffer.from('{"type":"subscriptions"}') })).body,
  ).toMatchObject({
    data: [
      { namespace: 'market', pattern: '>', lane: 7 },
      { namespace: 'market', pattern: 'a' },
    ],
  });
  await reader.request(unsub('>', 7));
  await publisher.request(pub('a', '3'));
  expect(inShort(await first.delivery())).toBe('a=3');
  expect(second.messages.size).toBe(0);
});

test('the first subscription of a lane fixes its policy, later ones inherit it, and it is free when the last one goes', async () => {
  const { session, bound } = await startMarket();
  const reader = await session('reader');
  await bound(reader.ticket);
  expect((await reader.request(sub('a', { onSlow: 'conflate', maxRate: 4 }))).body.status).toBe('SUB_OK');
  expect((await reader.request(sub('b'))).body.status).toBe('SUB_OK');
  const refused = (await reader.request(sub('c', { onSlow: 'dropNewest' }))).body;
  expect(refused.error_code).toBe(WireError.malformed);
  expect(refused.error_message).toContain('lane 0 has onSlow conflate and maxRate 4');
  expect((await reader.request(sub('c', { maxRate: 5 }))).body.error_message).toContain('use another lane');
  expect((await reader.request(sub('c', { lane: 1, onSlow: 'dropNewest' }))).body.status).toBe('SUB_OK');
  await reader.request(unsub('a'));
  await reader.request(unsub('b'));
  expect((await reader.request(sub('c', { onSlow: 'dropNewest' }))).body.status).toBe('SUB_OK');
});

test('a connection belongs to one lane: another lane needs another connection', async () => {
  const { session, bound } = await startMarket();
  const [publisher, reader] = [await session('publisher'), await session('reader')];
  const stream = await bound(reader.ticket);
  await reader.request(sub('a'));
  await reader.request(sub('b', { lane: 1 }));
  stream.subscribe(Buffer.concat([Buffer.from('\0PMQ1'), Buffer.from(`${reader.ticket}1`)]));
  await stream.pong();
  await publisher.request(pub('b', '1'));
  await publisher.request(pub('a', '2'));
  expect(inShort(await stream.delivery())).toBe('a=2');
});

/** Stops reading until the broker has messages waiting for this peer, which `publish` sends. */
async function lag(peer: WirePeer, publish: (round: number) => Promise<unknown>): Promise<number> {
  peer.socket.pause();
  let round = 0;
  // The kernel takes some megabytes.
  for (; round < 400; round++) await publish(round);
  return round;
}

const big = 'x'.repeat(40_000);

test('a conflating lane that has stopped reading gets the newest value of each topic, and how many it stands for', async () => {
  const { session, bound } = await startMarket();
  const [publisher, reader] = [await session('publisher'), await session('reader')];
  const stream = await bound(reader.ticket);
  await reader.request(sub('>', { onSlow: 'conflate' }));
  const count = await lag(stream, (round) => publisher.request(pub(`t.${round % 3}`, `${round} ${big}`)));
  stream.socket.resume();
  const newest = new Map<string, number>();
  let standsFor = 0;
  let conflated = 0;
  while (standsFor < count) {
    const { topic, block } = await stream.delivery();
    expect(block!.sequence).toBeGreaterThan(newest.get(topic) ?? 0);
    newest.set(topic, block!.sequence);
    standsFor += Math.max(1, block!.conflatedCount);
    if ((block!.bits & BlockBit.conflated) !== 0) conflated++;
  }
  expect(standsFor).toBe(count);
  expect(conflated).toBe(3);
  expect([...newest.values()].reduce((sum, sequence) => sum + sequence, 0)).toBe(count);
  await publisher.request(pub('t.0', 'after'));
  expect(inShort(await stream.delivery())).toBe('t.0=after');
});

test('a do-not-conflate message is delivered whole, after the value that it follows', async () => {
  const { session, bound } = await startMarket();
  const [publisher, reader] = [await session('publisher'), await session('reader')];
  const stream = await bound(reader.ticket);
  await reader.request(sub('>', { onSlow: 'conflate' }));
  await lag(stream, (round) => publisher.request(pub('t', `${round} ${big}`)));
  await publisher.request(pub('t', 'trade', { flags: PubFlag.doNotConflate }));
  await publisher.request(pub('t', 'one'));
  await publisher.request(pub('t', 'two'));
  stream.socket.resume();
  const last: string[] = [];
  for (;;) {
    const delivery = await stream.delivery();
    const text = Buffer.from(delivery.payload).toString();
    last.push(`${text.slice(0, 5).trim()} ${delivery.block!.conflatedCount}`);
    if (text === 'two') break;
  }
  expect(last.slice(-2)).toEqual(['trade 0', 'two 2']);
  expect(last.at(-3)).toMatch(/^399 x \d+$/);
});

test('dropNewest keeps what came first', async () => {
  const { session, bound } = await startMarket({ outboxBytes: 1_000_000 });
  const [publisher, reader] = [await session('publisher'), await session('reader')];
  const stream = await bound(reader.ticket);
  await reader.request(sub('>', { onSlow: 'dropNewest' }));
  const count = await lag(stream, (round) => publisher.request(pub('t', `${round} ${big}`)));
  stream.socket.resume();
  await stream.pong();
  const sequences: number[] = [];
  while (stream.messages.size > 0) sequences.push((await stream.delivery()).block!.sequence);
  expect(sequences).toEqual(sequences.map((_, index) => index + 1));
  expect(sequences.length).toBeLessThan(count);
  await publisher.request(pub('t', 'after'));
  const after = await stream.delivery();
  expect(after.block).toMatchObject({ sequence: count + 1, bits: BlockBit.dropped });
});

test('disconnect closes the connection of the lane, and its session stays', async () => {
  const { session, bound } = await startMarket({ outboxBytes: 1_000_000 });
  const [publisher, reader] = [await session('publisher'), await session('reader')];
  const stream = await bound(reader.ticket);
  await reader.request(sub('>', { onSlow: 'disconnect' }));
  const closed = once(stream.socket, 'close');
  await lag(stream, (round) => publisher.request(pub('t', `${round} ${big}`)));
  stream.socket.resume();
  await closed;
  const again = await bound(reader.ticket);
  await publisher.request(pub('t', 'after'));
  expect(inShort(await again.delivery())).toBe('t=after');
});

test('a slow lane does not hold up another lane of the same client', async () => {
  const { session, bound } = await startMarket();
  const [publisher, reader] = [await session('publisher'), await session('reader')];
  const [slow, fast] = [await bound(reader.ticket), await bound(reader.ticket, 1)];
  await reader.request(sub('>'));
  await reader.request(sub('>', { lane: 1 }));
  const count = await lag(slow, async (round) => {
    await publisher.request(pub('t', `${round} ${big}`));
    expect((await fast.delivery()).block!.sequence).toBe(round + 1);
  });
  expect(count).toBe(400);
});

test('maxRate: the first update passes at once, then the newest comes at the rate', async () => {
  const { session, bound } = await startMarket();
  const [publisher, reader] = [await session('publisher'), await session('reader')];
  const stream = await bound(reader.ticket);
  await reader.request(sub('t', { maxRate: 20 }));
  const began = performance.now();
  for (let index = 1; index <= 50; index++) await publisher.request(pub('t', `${index}`));
  const seen: string[] = [];
  let standsFor = 0;
  while (standsFor < 50) {
    const delivery = await stream.delivery();
    seen.push(inShort(delivery));
    standsFor += Math.max(1, delivery.block!.conflatedCount);
  }
  const seconds = (performance.now() - began) / 1_000;
  expect(seen[0]).toBe('t=1');
  expect(seen.at(-1)).toBe('t=50');
  expect(seen.length).toBeLessThanOrEqual(20 * seconds + 2);
  await publisher.request(pub('t', 'trade', { flags: PubFlag.doNotConflate }));
  expect(inShort(await stream.delivery())).toBe('t=trade');
});

test('conflate and maxRate are refused where last values are not kept, also at a namespace that does not exist yet', async () => {
  const { session, engine } = await startMarket();
  const root = await session('root');
  engine.command({
    kind: 'namespace',
    namespace: { id: 2, name: 'other', isActive: true, keepLastValue: false, freshness: null },
  });
  for (const namespace of ['other', 'unknown']) {
    const refused = await root.request(sub('a', { onSlow: 'conflate' }, namespace));
    expect(refused.body.error_message).toContain(`namespace "${namespace}" does not keep (keep_last_value)`);
  }
});
