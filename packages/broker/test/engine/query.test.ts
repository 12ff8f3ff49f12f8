import { MessageType, WireError } from '@pulsemq/protocol';
import { describe, expect, test } from 'vitest';
import { startEngine } from './engine-fixture.js';
import { pub, query, sub } from './request-parts.js';

describe('QUERY', () => {
  test('defect 15: lists only what the user may see', async () => {
    const { session, engine } = await startEngine();
    const root = await session('root');
    await root.request(pub('sz1.kline', { username: 'root' }));
    await root.request(pub('a', { namespace: 'other', username: 'root' }));
    const listing = { name: 'market', topics: ['sz1.kline'], topic_count: 1 };
    const all = await root.request(query({ type: 'namespaces' }));
    expect(all.body.data).toEqual([listing, { name: 'other', topics: ['a'], topic_count: 1 }]);
    const reader = await session('reader');
    expect((await reader.request(query({ type: 'namespaces' }))).body.data).toEqual([listing]);
    expect((await reader.request(query({ type: 'topics', namespace: 'other' }))).body.data).toEqual([]);
    expect((await reader.request(query({ type: 'topics', namespace: 'market' }))).body.data).toEqual(['sz1.kline']);
    const nobody = await session('nobody');
    expect((await nobody.request(query({ type: 'namespaces' }))).body.data).toEqual([]);
    engine.command({ kind: 'topicRemoved', namespaceId: 1, name: 'sz1.kline' });
    expect((await reader.request(query({ type: 'topics', namespace: 'market' }))).body.data).toEqual([]);
  });

  test('permission', async () => {
    const { session } = await startEngine();
    const reader = await session('reader');
    const { body } = await reader.request(query({ type: 'permission', topic: 'x' }));
    expect(body.data).toEqual({ type: 'mq_normal', namespaces: { market: 'SUB' } });
    const root = await session('root');
    expect((await root.request(query({ type: 'permission', topic: 'x' }))).body.data).toEqual({
      type: 'super_admin',
      namespaces: {},
    });
  });

  test('subscriptions are those of this session, as it asked for them', async () => {
    const { session } = await startEngine();
    const [reader, other] = [await session('reader'), await session('reader')];
    for (const pattern of ['b.>', 'a', 'b.>', 'c']) await reader.request(sub('market', pattern));
    await other.request(sub('market', 'd'));
    await reader.request({ ...sub('market', 'c'), type: MessageType.unsub });
    expect((await reader.request(query({ type: 'subscriptions' }))).body.data).toEqual([
      { namespace: 'market', pattern: 'a' },
      { namespace: 'market', pattern: 'b.>' },
    ]);
  });

  test.each(['', 'nonsense', '[]', '{"type":"x"}', '{"type":"topics"}'])('%j is a bad query', async (text) => {
    const { session } = await startEngine();
    const peer = await session('reader');
    expect((await peer.request(query(text))).body.error_code).toBe(WireError.badQuery);
  });
});
