import { expect, test } from 'vitest';
import { Kind, readHead } from '../../../src/engine/fabric/wire.js';
import { topicStatus } from '../../../src/engine/freshness/topic-status.js';
import { SceneBroker, scene, until } from './fabric-scene.js';

const text = (value: string | number): Buffer => Buffer.from(String(value));

const isBatch = (message: Buffer): boolean => readHead(message)?.kind === Kind.batch;

test('topics of a broker that is silent become unreachable, and live again with its return', async () => {
  const { wire, a, b } = await scene();
  a.publish('x', text(1));
  await until(() => b.sequences.length === 1);
  const namespace = b.core.namespaces.of('market')!;
  const stateOf = () => topicStatus(b.core.freshness, b.core.clock, namespace, 'x').state;
  const changed: string[] = [];
  b.core.freshness.onChange = (_, topic) => changed.push(`${topic} ${stateOf()}`);
  expect(stateOf()).toBe('live');
  wire.change = () => [];
  await until(() => changed.length === 1);
  wire.change = (message) => [message];
  await until(() => changed.length === 2);
  expect(changed).toEqual(['x unreachable', 'x live']);
  a.publish('x', text(2));
  await until(() => b.sequences.includes(2));
  expect(b.sequences).toEqual([1, 2]);
});

test('two brokers of one name are both there, and the log says so', async () => {
  const { wire, a, b } = await scene();
  const twin = new SceneBroker('a', wire);
  await until(() => b.news.some((text) => text.includes('has the name of another one')));
  await until(() => b.fabric.figures().peers.every(({ health }) => health === 'live'));
  a.publish('x', text('a'));
  twin.publish('y', text('twin'));
  await until(() => b.reader.seen.length === 2);
});

test('a topic is live again when another broker sends it', async () => {
  const { wire, a, b } = await scene();
  a.publish('x', text(1));
  await until(() => b.sequences.length === 1);
  const namespace = b.core.namespaces.of('market')!;
  const changed: string[] = [];
  b.core.freshness.onChange = (_, topic) =>
    changed.push(topicStatus(b.core.freshness, b.core.clock, namespace, topic).state);
  wire.change = () => [];
  await until(() => changed.includes('unreachable'));
  b.publish('x', text('own'));
  await until(() => changed.at(-1) === 'live');
});

test('bytes that are changed on the way never do more than cost messages', async () => {
  const { wire, a, b } = await scene();
  let state = 7;
  const random = (below: number): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 8) % below;
  };
  wire.change = (message) => {
    if (!isBatch(message) || random(2) === 0) return [message];
    const changed = Buffer.from(message);
    for (let count = random(4); count >= 0; count--) changed[random(changed.length)] = random(256);
    return [random(3) === 0 ? changed.subarray(0, random(changed.length)) : changed];
  };
  for (let count = 0; count < 400; count++) {
    a.publish(`t.${count % 7}`, Buffer.alloc(random(200), count));
    await new Promise((resolve) => setImmediate(resolve));
  }
  wire.change = (message) => [message];
  a.publish('end', text(1));
  await until(() => b.reader.seen.some(({ key }) => key === 'market:end'));
  expect(b.core.guard.caughtCount).toBe(0);
  expect(b.peer.badCount).toBeGreaterThan(0);
});
