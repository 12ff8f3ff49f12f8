import { MessageType, PubFlag } from '@pulsemq/protocol';
import { describe, expect, test } from 'vitest';
import { pub, sub, unsub, untilEnd } from './delivery-scene.js';
import { startEngine, ticketSubscription, userOf } from './engine-fixture.js';
import { wirePublish } from './support.js';
import { WirePeer } from './wire-peer.js';

describe('a bound subscriber', () => {
  test('defect 36: gets everything published after SUB_OK, and its block', async () => {
    const { session, bound } = await startEngine();
    const publisher = await session('publisher');
    const reader = await session('reader');
    const stream = await bound(reader.ticket);
    await reader.request(sub('sz1.*'));
    // A second of room: a wall clock may be set while the test runs.
    const before = Date.now() * 1000 - 1_000_000;
    await publisher.request(pub('sz1.kline', 'one', { reserved: Buffer.from('mine'), timestamp: 1234567890123 }));
    await publisher.request(pub('sz1.kline', 'two'));
    const first = await stream.delivery();
    expect(first).toMatchObject({
      key: 'market:sz1.kline',
      namespace: 'market',
      topic: 'sz1.kline',
      username: 'publisher',
    });
    expect(first.header).toMatchObject({ type: MessageType.pub, timestamp: 1234567890123, payloadLength: 3 });
    expect(first.block).toMatchObject({ bits: 0, conflatedCount: 0, sequence: 1 });
    expect(first.block!.receivedAtUs).toBeGreaterThan(before);
    expect(first.block!.receivedAtUs).toBeLessThan(Date.now() * 1000 + 1_000_000);
    expect(Buffer.from(first.reserved.subarray(24)).toString()).toBe('mine');
    const second = await stream.delivery();
    expect(second.block).toMatchObject({ sequence: 2, epoch: first.block!.epoch });
  });

  test('defect 4: wildcards are applied here', async () => {
    const { session, bound } = await startEngine();
    const publisher = await session('publisher');
    const reader = await session('reader');
    const stream = await bound(reader.ticket);
    for (const pattern of ['a.>', '*.x', 'end']) await reader.request(sub(pattern));
    for (const topic of ['a', 'a.b', 'a.b.c', 'zzz.q', 'zzz.x', 'a.x', 'end'])
      await publisher.request(pub(topic, topic));
    expect(await untilEnd(stream)).toEqual([
      'market:a.b=a.b',
      'market:a.b.c=a.b.c',
      'market:zzz.x=zzz.x',
      'market:a.x=a.x',
    ]);
  });

  test('defect 6: UNSUB stops deliveries', async () => {
    const { session, bound } = await startEngine();
    const publisher = await session('publisher');
    const reader = await session('reader');
    const stream = await bound(reader.ticket);
    await reader.request(sub('a'));
    await reader.request(sub('end'));
    await publisher.request(pub('a', 'before'));
    await reader.request(unsub('a'));
    await publisher.request(pub('a', 'after'));
    await publisher.request(pub('end'));
    expect(await untilEnd(stream)).toEqual(['market:a=before']);
  });

  test('a SUB and a PUB in one read: the message arrives', async () => {
    const { session, bound } = await startEngine();
    const root = await session('root');
    const stream = await bound(root.ticket);
    root.socket.cork();
    root.send(sub('a'));
    root.send(pub('a', 'at once', { username: 'root' }));
    root.socket.uncork();
    expect((await stream.delivery()).topic).toBe('a');
  });

  test('defect 16: a revoked right and a deactivated user end running deliveries', async () => {
    const { session, bound, engine } = await startEngine();
    const publisher = await session('publisher');
    const reader = await session('reader');
    const root = await session('root');
    const stream = await bound(reader.ticket);
    const control = await bound(root.ticket);
    await reader.request(sub('>'));
    await root.request(sub('>'));
    await publisher.request(pub('a', 'one'));
    engine.command({ kind: 'grant', userId: 3, namespaceId: 1, role: null });
    await publisher.request(pub('a', 'two'));
    engine.command({ kind: 'grant', userId: 3, namespaceId: 1, role: 'sub' });
    await publisher.request(pub('a', 'three'));
    engine.command({
      kind: 'namespace',
      namespace: { id: 1, name: 'market', isActive: false, keepLastValue: false, freshness: null },
    });
    engine.command({
      kind: 'namespace',
      namespace: { id: 1, name: 'market', isActive: true, keepLastValue: false, freshness: null },
    });
    engine.command({ kind: 'user', user: userOf(3, 'reader', { isActive: false }) });
    await publisher.request(pub('end'));
    expect(await untilEnd(control)).toEqual(['market:a=one', 'market:a=two', 'market:a=three']);
    const seen = [await stream.delivery(), await stream.delivery()].map((one) => Buffer.from(one.payload).toString());
    expect(seen).toEqual(['one', 'three']);
    expect(stream.messages.size).toBe(0);
  });

  test('when its session ends it gets nothing more', async () => {
    const { session, bound, event } = await startEngine();
    const publisher = await session('publisher');
    const reader = await session('reader');
    const again = await session('reader');
    const stream = await bound(reader.ticket);
    const other = await bound(again.ticket);
    await reader.request(sub('>'));
    await again.request(sub('>'));
    await publisher.request(pub('a', 'one'));
    await stream.delivery();
    await reader.close();
    await event('sessionClosed');
    await publisher.request(pub('a', 'two'));
    await publisher.request(pub('end'));
    expect(await untilEnd(other)).toEqual(['market:a=one', 'market:a=two']);
    expect(stream.messages.size).toBe(0);
  });

  test('a second use of a ticket moves it; an unknown one binds nothing', async () => {
    const { session, bound, raw } = await startEngine();
    const publisher = await session('publisher');
    const reader = await session('reader');
    const first = await bound(reader.ticket);
    const second = await bound(reader.ticket);
    const forged = await raw();
    forged.subscribe(ticketSubscription('0'.repeat(32)));
    await reader.request(sub('>'));
    await publisher.request(pub('a', 'one'));
    await publisher.request(pub('end'));
    expect(await untilEnd(second)).toEqual(['market:a=one']);
    expect(first.messages.size + forged.messages.size).toBe(0);
  });

  test('BOUND comes first, under the key a stock SUB lets through', async () => {
    const { session, subPort } = await startEngine();
    const reader = await session('reader');
    const stream = await WirePeer.open(subPort, { socketType: 'SUB' });
    stream.subscribe(ticketSubscription(reader.ticket));
    const bound = await stream.delivery();
    expect(bound.key).toBe(ticketSubscription(reader.ticket).toString('latin1'));
    expect(bound.header.type).toBe(MessageType.bound);
    expect(JSON.parse(Buffer.from(bound.payload).toString())).toEqual({ session: 1, epoch: expect.any(Number) });
    await stream.close();
  });

  test('overlapping subscriptions deliver once, in order', async () => {
    const { session, bound } = await startEngine();
    const publisher = await session('publisher');
    const reader = await session('reader');
    const stream = await bound(reader.ticket);
    for (const pattern of ['>', '*', 'a', 'a.>', '*.*', 'end']) await reader.request(sub(pattern));
    for (let index = 0; index < 50; index++) await publisher.request(pub(index % 2 ? 'a' : 'a.b', `${index}`));
    await publisher.request(pub('end'));
    const seen = await untilEnd(stream);
    expect(seen.map((text) => Number(text.split('=')[1]))).toEqual(Array.from({ length: 50 }, (_, index) => index));
  });

  test('an empty namespace is default, and an empty username is filled in', async () => {
    const { session, bound } = await startEngine();
    const root = await session('root');
    const stream = await bound(root.ticket);
    await root.request(sub('>', 'default'));
    for (const size of [3, 200_000]) {
      await root.request(pub('a', 'y'.repeat(size), { namespace: '', username: '' }));
      const delivery = await stream.delivery();
      expect(delivery).toMatchObject({ key: 'default:a', namespace: 'default', username: 'root' });
      expect(delivery.payload.length).toBe(size);
    }
  });

  test('large messages arrive whole, between the small ones around them', async () => {
    const { session, bound } = await startEngine();
    const publisher = await session('publisher');
    const streams = await Promise.all(
      ['reader', 'reader', 'root'].map(async (name) => {
        const reader = await session(name);
        const stream = await bound(reader.ticket);
        await reader.request(sub(name === 'root' ? 'big' : '>'));
        await reader.request(sub('end'));
        return stream;
      }),
    );
    const big = Buffer.from(Uint8Array.from({ length: 5_000_000 }, (_, index) => index % 253));
    publisher.socket.cork();
    for (let turn = 0; turn < 3; turn++) {
      publisher.send(pub('a', `${turn}`));
      publisher.send({ ...pub('big'), payload: big, reserved: Buffer.from('tail') });
    }
    publisher.send(pub('end'));
    publisher.socket.uncork();
    for (const [index, stream] of streams.entries()) {
      for (let turn = 0; turn < 3; turn++) {
        if (index < 2) expect(Buffer.from((await stream.delivery()).payload).toString()).toBe(`${turn}`);
        const delivery = await stream.delivery();
        expect(Buffer.compare(Buffer.from(delivery.payload), big)).toBe(0);
        expect(Buffer.from(delivery.reserved.subarray(24)).toString()).toBe('tail');
        expect(delivery.block!.sequence).toBe(turn + 1);
      }
      expect((await stream.delivery()).topic).toBe('end');
    }
  });

  test('a deleted topic that returns starts under a new epoch', async () => {
    const { session, bound, engine } = await startEngine();
    const publisher = await session('publisher');
    const reader = await session('reader');
    const stream = await bound(reader.ticket);
    await reader.request(sub('>'));
    await publisher.request(pub('a'));
    await publisher.request(pub('a'));
    engine.command({ kind: 'topicRemoved', namespaceId: 1, name: 'a' });
    await publisher.request(pub('a'));
    const blocks = [await stream.delivery(), await stream.delivery(), await stream.delivery()].map((one) => one.block!);
    expect(blocks.map((block) => block.sequence)).toEqual([1, 2, 1]);
    expect(blocks[2]!.epoch).not.toBe(blocks[0]!.epoch);
  });

  test('the publisher flags travel unchanged', async () => {
    const { session, bound } = await startEngine();
    const publisher = await session('publisher');
    const reader = await session('reader');
    const stream = await bound(reader.ticket);
    await reader.request(sub('>'));
    await publisher.request(pub('a', 'x', { flags: PubFlag.maybeDuplicate | PubFlag.doNotConflate }));
    expect((await stream.delivery()).header.flags).toBe(PubFlag.maybeDuplicate | PubFlag.doNotConflate);
  });
});

test('messages of one write that takes many reads arrive in order', async () => {
  const { session, bound } = await startEngine();
  const publisher = await session('publisher');
  const reader = await session('reader');
  const stream = await bound(reader.ticket);
  await reader.request(sub('>'));
  const count = 3_000;
  publisher.socket.write(
    Buffer.concat(Array.from({ length: count }, (_, index) => wirePublish('t', `${index}`, { username: 'publisher' }))),
  );
  for (let index = 0; index < count; index++) {
    const delivery = await stream.delivery();
    if (Buffer.from(delivery.payload).toString() !== `${index}`)
      expect(Buffer.from(delivery.payload).toString()).toBe(`${index}`);
  }
});
