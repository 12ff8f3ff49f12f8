import { expect, test } from 'vitest';
import { everyone, jsonMessage, Kind, readHead } from '../../../src/engine/fabric/wire.js';
import { deliveriesIn } from '../journal/history-wire.js';
import { scene, until, Wire } from './fabric-scene.js';
import { allOf, epochOf, historyScene, keeper, read, textsOf } from './history-scene.js';

/** When the first message of an answer was received, Unix microseconds. */
const timeOf = (messages: Uint8Array): number => deliveriesIn(messages)[0]!.block!.receivedAtUs;

test('messages of a stream are asked for at the broker that has them', async () => {
  const { a, b } = await historyScene();
  for (let index = 1; index <= 5; index++) a.publish('x', Buffer.from(`${index}`));
  const epoch = epochOf(a, 'x');
  const found = await read(b, allOf('x', epoch, { from: 2, to: 4 }));
  expect(found).toMatchObject({ isKnown: true, count: 3, lastSent: 4, last: 5, nextEpoch: null, problem: null });
  expect(textsOf(found)).toEqual(['2', '3', '4']);
  const own = await a.core.history.own(allOf('x', epoch, { from: 2, to: 4 }));
  expect(Buffer.from(found!.messages)).toEqual(Buffer.from(own.messages));
});

test('what this broker has itself is not asked for elsewhere', async () => {
  const { wire, b } = await historyScene();
  b.publish('x', Buffer.from('1'));
  const kinds: number[] = [];
  wire.change = (message) => {
    kinds.push(readHead(message)!.kind);
    return [message];
  };
  expect(textsOf(await read(b, allOf('x', epochOf(b, 'x'))))).toEqual(['1']);
  expect(kinds).not.toContain(Kind.askHistory);
});

test('a stream of which nothing has come here is asked for at all brokers', async () => {
  const { wire, a, b } = await historyScene();
  const c = await keeper('c', wire);
  a.want('>');
  await a.joined(c);
  b.publish('x', Buffer.from('from b'));
  // Nothing of it came from there: no subscriber of c wants it.
  await until(() => [...c.fabric.figures().peers].length === 2);
  expect(textsOf(await read(c, allOf('x', epochOf(b, 'x'))))).toEqual(['from b']);
});

test('eight questions are on their way at a time, and all are answered', async () => {
  const { wire, a, b } = await historyScene();
  for (let index = 1; index <= 40; index++) a.publish('x', Buffer.from(`${index}`));
  await until(() => b.peer.receivedCount === 40);
  let [asked, most] = [0, 0];
  wire.change = (message) => {
    const { kind } = readHead(message)!;
    if (kind === Kind.askHistory) asked++;
    if (kind === Kind.history) asked--;
    most = Math.max(most, asked);
    return [message];
  };
  const questions = Array.from({ length: 40 }, (_, index) => allOf('x', epochOf(a, 'x'), { from: index + 1 }));
  const found = await Promise.all(questions.map((question) => read(b, question)));
  expect(found.map((one) => one?.count)).toEqual(questions.map(({ from }) => 41 - from));
  expect(most).toBe(8);
});

test('messages of before a time are left out', async () => {
  const { a, b } = await historyScene();
  for (let index = 1; index <= 9; index++) {
    a.publish('x', Buffer.from(`${index}`));
    const { nowUs } = a.core.clock;
    await until(() => {
      a.core.clock.tick();
      return a.core.clock.nowUs > nowUs;
    });
  }
  const epoch = epochOf(a, 'x');
  const times = await Promise.all(
    [1, 6].map(async (from) => (await read(b, allOf('x', epoch, { from, to: from })))!.messages),
  );
  const sinceUs = timeOf(times[1]!);
  expect(textsOf(await read(b, allOf('x', epoch, { sinceUs })))).toEqual(['6', '7', '8', '9']);
  expect(textsOf(await read(b, allOf('x', epoch, { sinceUs: sinceUs + 60_000_000 })))).toEqual([]);
  expect(textsOf(await read(b, allOf('x', epoch, { sinceUs: timeOf(times[0]!) - 1 })))).toHaveLength(9);
});

test.each<[string, Kind, unknown]>([
  ['a question without its number', Kind.askHistory, { namespace: 'market', topic: 'x' }],
  ['a question that is no object', Kind.askHistory, 'a'],
  ['a piece that is too short', Kind.history, 1],
  ['a request for more that is too short', Kind.moreHistory, 1],
])('%s is counted as bad', async (_, kind, body) => {
  const { wire, a, b } = await scene();
  wire.inject(a.fabric.id, jsonMessage(kind, b.fabric.id, everyone, body));
  await until(() => a.peer.badCount === 1);
});

test('an answer with messages of another topic is not passed on', async () => {
  const { wire, a, b } = await historyScene();
  for (const topic of ['x', 'y']) a.publish(topic, Buffer.from(topic));
  await until(() => b.peer.receivedCount === 2);
  wire.change = (message) => {
    if (readHead(message)!.kind !== Kind.askHistory) return [message];
    return [Buffer.from(message.toString('latin1').replace('"topic":"x"', '"topic":"y"'), 'latin1')];
  };
  expect(await read(b, allOf('x', epochOf(a, 'x')))).toBeNull();
  expect(b.peer.badCount).toBe(1);
});

test('a broker that drains waits until the others have asked for nothing for a while, at most until its time is over', async () => {
  const { a, b } = await historyScene();
  a.publish('x', Buffer.from('1'));
  const quietMs = 50;
  let lastMs = performance.now();
  let hasEnded = false;
  const end = a.fabric.history
    .asked(() => Number.POSITIVE_INFINITY, quietMs)
    .then(() => {
      hasEnded = true;
      return performance.now();
    });
  for (let count = 0; count < 20 && !hasEnded; count++) {
    const askedMs = performance.now();
    expect(textsOf(await read(b, allOf('x', epochOf(a, 'x'))))).toEqual(['1']);
    // On a busy machine the wait may end while a question is on its way.
    if (!hasEnded) lastMs = askedMs;
  }
  expect((await end) - lastMs).toBeGreaterThanOrEqual(quietMs);
  const untilMs = performance.now();
  await a.fabric.history.asked(() => untilMs, 3_600_000);
});

test('a broker without a journal, or without another broker in its cluster, has nothing to wait for', async () => {
  const { a } = await scene();
  await a.fabric.history.asked(() => Number.POSITIVE_INFINITY, 3_600_000);
  const alone = await keeper('alone', new Wire());
  await alone.fabric.history.asked(() => Number.POSITIVE_INFINITY, 3_600_000);
});
