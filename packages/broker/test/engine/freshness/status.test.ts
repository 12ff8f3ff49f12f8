import { type Freshness, MessageType } from '@pulsemq/protocol';
import { expect, test } from 'vitest';
import type { RunningEngine } from '../engine-fixture.js';
import { bodyOf, pub, startMarket, sub, unsub } from '../market/market-fixture.js';
import type { WirePeer } from '../wire-peer.js';

const always = (maxAgeMs: number, pattern = '>'): Freshness => ({
  rules: [{ pattern, max_age_ms: maxAgeMs, calendar: null }],
  calendars: {},
});
const closed: Freshness = {
  rules: [{ pattern: '>', max_age_ms: 50, calendar: 'never' }],
  calendars: { never: { time_zone: 'UTC', weekdays: [], ranges: [], holidays: [] } },
};

function setRules({ engine }: RunningEngine, freshness: Freshness | null): void {
  const namespace = { id: 1, name: 'market', isActive: true, keepLastValue: true, freshness };
  engine.command({ kind: 'namespace', namespace });
}

/** The next statuses, each as `topic state publisher reason`. */
async function statuses(peer: WirePeer): Promise<string[]> {
  const delivery = await peer.delivery();
  expect(delivery.header.type).toBe(MessageType.topicStatus);
  const body = bodyOf(delivery);
  const list = (body.topics ?? [{ topic: delivery.topic, ...body }]) as Record<string, unknown>[];
  return list.map(({ topic, state, publisher, reason }) => `${topic} ${state} ${publisher} ${reason}`);
}

async function readerOf(running: RunningEngine, pattern = '>') {
  const reader = await running.session('reader');
  const stream = await running.bound(reader.ticket);
  await reader.request(sub(pattern, { status: true }));
  return { reader, stream };
}

test('a topic that falls silent is stale within its age, and live with its next message', async () => {
  const running = await startMarket();
  setRules(running, always(300));
  const publisher = await running.session('publisher');
  await publisher.request(pub('a.x', '1'));
  const { stream } = await readerOf(running);
  expect(await statuses(stream)).toEqual(['a.x live present null']);
  const delivery = await stream.delivery();
  expect(bodyOf(delivery)).toMatchObject({ state: 'stale', publisher: 'present', reason: 'silent', max_age_ms: 300 });
  expect([delivery.namespace, delivery.topic]).toEqual(['market', 'a.x']);
  await publisher.request(pub('a.x', '2'));
  const next = [await stream.delivery(), await stream.delivery()];
  const types = next.map(({ header }) => header.type);
  expect(new Set(types)).toEqual(new Set([MessageType.pub, MessageType.topicStatus]));
});

test('a topic whose publisher has gone is stale at once where a rule applies, and only gone where none does', async () => {
  const running = await startMarket();
  setRules(running, always(60_000, 'a.*'));
  const publisher = await running.session('publisher');
  for (const topic of ['a.x', 'b.x']) await publisher.request(pub(topic, '1'));
  const { stream } = await readerOf(running);
  expect(await statuses(stream)).toEqual(['a.x live present null']);
  publisher.socket.destroy();
  expect((await statuses(stream)).sort()).toEqual(['a.x stale gone publisher_gone', 'b.x live gone null']);
  const again = await running.session('publisher');
  await again.request(pub('b.x', '2'));
  await stream.delivery();
  expect(await statuses(stream)).toEqual(['b.x live present null']);
});

test('a topic has a publisher while one of those is there that published lately', async () => {
  const running = await startMarket();
  setRules(running, always(60_000));
  const [one, two] = [await running.session('publisher'), await running.session('publisher')];
  await one.request(pub('a', '1'));
  await two.request(pub('a', '2'));
  const { stream } = await readerOf(running);
  expect(await statuses(stream)).toEqual(['a live present null']);
  two.socket.destroy();
  await running.event('sessionClosed');
  one.socket.destroy();
  expect(await statuses(stream)).toEqual(['a stale gone publisher_gone']);
});

test('outside its hours nothing is stale', async () => {
  const running = await startMarket();
  const publisher = await running.session('publisher');
  await publisher.request(pub('a', '1'));
  setRules(running, closed);
  const { stream } = await readerOf(running);
  expect(await statuses(stream)).toEqual(['a live present outside_hours']);
  publisher.socket.destroy();
  expect(await statuses(stream)).toEqual(['a live gone outside_hours']);
});

test('a registered topic that nothing is published to is stale when its age is over', async () => {
  const running = await startMarket({}, [{ namespaceId: 1, name: 'quiet' }]);
  setRules(running, always(100));
  const { stream } = await readerOf(running);
  const seen = await statuses(stream);
  if (seen[0] === 'quiet live gone null') seen.push(...(await statuses(stream)));
  expect(seen.at(-1)).toBe('quiet stale gone never_started');
});

test('a topic that is deleted says so, and rules that go take their statuses back', async () => {
  const running = await startMarket();
  setRules(running, always(60_000));
  const publisher = await running.session('publisher');
  for (const topic of ['a', 'b']) await publisher.request(pub(topic, '1'));
  const { stream } = await readerOf(running);
  await statuses(stream);
  running.engine.command({ kind: 'topicRemoved', namespaceId: 1, name: 'a' });
  expect(await statuses(stream)).toEqual(['a deleted gone null']);
  setRules(running, null);
  const body = bodyOf(await stream.delivery());
  expect(body).toMatchObject({ state: 'live', max_age_ms: null });
});

test('a reader gets the status of what its pattern matches, and after UNSUB nothing', async () => {
  const running = await startMarket();
  setRules(running, always(60_000));
  const publisher = await running.session('publisher');
  for (const topic of ['a.x', 'b.x']) await publisher.request(pub(topic, '1'));
  const { reader, stream } = await readerOf(running, 'b.*');
  expect(await statuses(stream)).toEqual(['b.x live present null']);
  await reader.request(sub('a.x', { status: true }));
  expect(await statuses(stream)).toEqual(['a.x live present null']);
  await reader.request(unsub('b.*'));
  publisher.socket.destroy();
  expect(await statuses(stream)).toEqual(['a.x stale gone publisher_gone']);
});

test('a thousand topics that go at once are a few messages, each topic with its newest status', async () => {
  const running = await startMarket();
  setRules(running, always(60_000));
  const publisher = await running.session('publisher');
  for (let index = 0; index < 1_000; index++) publisher.send(pub(`t.${index}`, '1'));
  for (let index = 0; index < 1_000; index++) await publisher.reply();
  const { stream } = await readerOf(running);
  const present = new Set<string>();
  while (present.size < 1_000) for (const one of await statuses(stream)) present.add(one);
  publisher.socket.destroy();
  const gone = new Set<string>();
  let messageCount = 0;
  while (gone.size < 1_000) {
    for (const one of await statuses(stream)) gone.add(one);
    messageCount++;
  }
  expect([...gone].every((one) => one.endsWith('stale gone publisher_gone'))).toBe(true);
  expect(messageCount).toBeLessThan(200);
});

test('a reader that does not read gets the newest status of each topic when it reads again', async () => {
  const running = await startMarket();
  setRules(running, always(100));
  const publisher = await running.session('publisher');
  await publisher.request(pub('a', '1'));
  const { stream } = await readerOf(running);
  stream.socket.pause();
  for (let index = 0; index < 300; index++) await publisher.request(pub('fill', 'x'.repeat(40_000)));
  await running.event('topicStatuses', ({ statuses: list }) =>
    list.some(({ topic, state }) => topic === 'a' && state === 'stale'),
  );
  await publisher.request(pub('a', '2'));
  publisher.socket.destroy();
  stream.socket.resume();
  const seen: string[] = [];
  while (seen.at(-1) !== 'a stale gone publisher_gone') {
    const delivery = await stream.delivery();
    if (delivery.header.type !== MessageType.topicStatus) continue;
    const body = bodyOf(delivery);
    const list = (body.topics ?? [{ topic: delivery.topic, ...body }]) as Record<string, unknown>[];
    for (const one of list) if (one.topic === 'a') seen.push(`a ${one.state} ${one.publisher} ${one.reason}`);
  }
  expect(new Set(seen).size).toBe(seen.length);
});

test('the control plane hears of changes, and of stale topics in its counters', async () => {
  const running = await startMarket();
  setRules(running, always(60_000));
  const publisher = await running.session('publisher');
  await publisher.request(pub('a', '1'));
  publisher.socket.destroy();
  const { namespace, statuses: list } = await running.event('topicStatuses', ({ statuses: all }) =>
    all.some(({ state }) => state === 'stale'),
  );
  expect(namespace).toBe('market');
  expect(list).toMatchObject([
    { topic: 'a', state: 'stale', publisher: 'gone', reason: 'publisher_gone', max_age_ms: 60_000 },
  ]);
  const { counters } = await running.event('counters', ({ counters: { staleTopicCount } }) => staleTopicCount === 1);
  expect(counters.staleTopicCount).toBe(1);
});
