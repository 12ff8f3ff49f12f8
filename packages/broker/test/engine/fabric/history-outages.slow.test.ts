import { expect, test } from 'vitest';
import { Kind, readHead } from '../../../src/engine/fabric/wire.js';
import { SceneBroker, until } from './fabric-scene.js';
import { allOf, epochOf, historyScene, keeper, read, textsOf } from './history-scene.js';

test('a broker that was stopped and started again is asked under its new id', async () => {
  const { wire, a, b, folder } = await historyScene();
  a.publish('x', Buffer.from('1'));
  const epoch = epochOf(a, 'x');
  await until(() => b.peer.receivedCount === 1);
  await a.fabric.close();
  await a.core.journal!.stop();
  await until(() => b.peer.health === 'gone');
  expect(await read(b, allOf('x', epoch))).toBeNull();
  const again = await keeper('a', wire, folder);
  await b.joined(again);
  expect(textsOf(await read(b, allOf('x', epoch)))).toEqual(['1']);
});

test('a stream that no journal has is unknown once every broker has said so', async () => {
  const { wire, b } = await historyScene();
  // A broker that has just started may not know all others.
  expect(await read(new SceneBroker('c', wire), allOf('x', 12_345))).toBeNull();
  const startedMs = b.core.clock.steadyMs;
  await until(() => b.core.clock.steadyMs - startedMs > 1_000);
  expect(await read(b, allOf('x', 12_345))).toMatchObject({ isKnown: false, count: 0, last: 0, nextEpoch: null });
});

test('an answer that is larger than a message of NATS comes in pieces, and a large one window by window', async () => {
  const { wire, a, b } = await historyScene();
  const payload = Buffer.alloc(5_000_000, 'p');
  a.publish('x', payload);
  const kinds: number[] = [];
  wire.maxPayloadBytes = 60_000;
  wire.change = (message) => {
    expect(message.length).toBeLessThanOrEqual(wire.maxPayloadBytes);
    kinds.push(readHead(message)!.kind);
    return [message];
  };
  expect(textsOf(await read(b, allOf('x', epochOf(a, 'x'))))).toEqual([payload.toString()]);
  expect(kinds.filter((kind) => kind === Kind.history).length).toBeGreaterThan(80);
  expect(kinds.filter((kind) => kind === Kind.moreHistory).length).toBe(2);
});

test('a piece that is lost ends the answer, and the next question is answered', async () => {
  const { wire, a, b } = await historyScene();
  a.publish('x', Buffer.alloc(200_000, 'p'));
  await until(() => b.peer.receivedCount === 1);
  wire.maxPayloadBytes = 60_000;
  let lostCount = 0;
  wire.change = (message) => (readHead(message)!.kind === Kind.history && lostCount++ === 1 ? [] : [message]);
  expect(await read(b, allOf('x', epochOf(a, 'x')))).toBeNull();
  expect((await read(b, allOf('x', epochOf(a, 'x'))))?.count).toBe(1);
  expect(b.peer.badCount).toBe(0);
});

test('a broker that says nothing is waited for a second at most', async () => {
  const { wire, a, b } = await historyScene();
  a.publish('x', Buffer.from('1'));
  await until(() => b.peer.receivedCount === 1);
  wire.change = (message) => (readHead(message)!.sender === a.fabric.id ? [] : [message]);
  expect(await read(b, allOf('x', epochOf(a, 'x')))).toBeNull();
  expect(b.peer.silentMs).toBeLessThan(5_000);
});

test('a stream that may be at a broker that cannot be reached is not called unknown', async () => {
  const { wire, a, b } = await historyScene();
  const c = await keeper('c', wire);
  await b.joined(c);
  a.publish('x', Buffer.from('1'));
  wire.change = (message) => (readHead(message)!.sender === a.fabric.id ? [] : [message]);
  await until(() => c.fabric.figures().peers.some(({ health }) => health === 'unreachable'));
  expect(await read(c, allOf('x', epochOf(a, 'x')))).toBeNull();
});
