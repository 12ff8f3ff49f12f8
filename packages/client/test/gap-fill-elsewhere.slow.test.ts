import { cpSync } from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import { Kind, readHead } from '../../broker/src/engine/fabric/wire.js';
import { type SceneBroker, until, Wire } from '../../broker/test/engine/fabric/fabric-scene.js';
import { keeper } from '../../broker/test/engine/fabric/history-scene.js';
import { SocketBroker } from '../../broker/test/engine/fabric/socket-broker.js';
import { journalFolder, storedIn } from '../../broker/test/engine/journal/journal-engine.js';
import { type Gap, PulseMQClient, type Subscription } from '../src/index.js';
import { nextEvent } from './support/events.js';
import { TcpProxy } from './support/proxy.js';

/** A reader at one broker, behind a proxy, of messages that are published at another one. Both keep history. */
async function scene() {
  const wire = new Wire();
  const folder = journalFolder();
  const [here, there] = [await SocketBroker.open('here', wire, true), await keeper('there', wire, folder)];
  const [pub, sub] = [await TcpProxy.to(here.pubPort), await TcpProxy.to(here.subPort)];
  const { username, token } = here;
  const client = new PulseMQClient({
    host: '127.0.0.1',
    username,
    token,
    pubPort: pub.port,
    subPort: sub.port,
    reconnect: { baseDelayMs: 1, maxDelayMs: 20, maxTries: 1_000 },
  });
  onTestFinished(() => client.close());
  await client.connect();
  const gaps: Gap[] = [];
  client.on('gap', (gap) => gaps.push(gap));
  const subscription = await client.subscribe('market', '>');
  await here.joined(there);
  return { wire, here, there, folder, pub, client, gaps, subscription };
}

async function take(subscription: Subscription, count: number): Promise<string[]> {
  const taken: string[] = [];
  while (taken.length < count) {
    const { topic, payload, isRecovered } = (await subscription.next()).value!;
    taken.push(`${topic} ${Buffer.from(payload).toString()}${isRecovered ? '!' : ''}`);
  }
  return taken;
}

/** Publishes, and resolves when it has arrived at another broker. */
async function through(from: SceneBroker, to: SceneBroker, topic: string, text: string): Promise<void> {
  const { publishedCount } = to.core.intake;
  from.publish(topic, Buffer.from(text));
  await until(() => to.core.intake.publishedCount > publishedCount);
}

test('what was lost between brokers is delivered in its place, from the journal of its broker', async () => {
  const { wire, here, there, gaps, subscription } = await scene();
  await through(there, here, 'x', '1');
  wire.change = (message) => (readHead(message)!.kind === Kind.batch ? [] : [message]);
  for (const text of ['2', '3', '4']) there.publish('x', Buffer.from(text));
  there.core.fanOut.turn.flush();
  wire.change = (message) => [message];
  await through(there, here, 'x', '5');
  expect(await take(subscription, 5)).toEqual(['x 1', 'x 2!', 'x 3!', 'x 4!', 'x 5']);
  expect(gaps).toEqual([]);
});

test('while the broker of a stream cannot be reached, it is asked again', async () => {
  const { wire, here, there, gaps, subscription } = await scene();
  await through(there, here, 'x', '1');
  let askedCount = 0;
  wire.change = (message) => {
    const { kind, sender } = readHead(message)!;
    if (kind === Kind.askHistory) askedCount++;
    // It has gone right after the message that shows the gap.
    return askedCount > 0 && sender === there.fabric.id ? [] : [message];
  };
  const { change } = wire;
  wire.change = () => [];
  there.publish('x', Buffer.from('2'));
  there.core.fanOut.turn.flush();
  wire.change = change;
  await through(there, here, 'x', '3');
  await until(() => here.peer.health === 'unreachable');
  expect(await take(subscription, 1)).toEqual(['x 1']);
  expect(subscription.queuedCount).toBe(0);
  wire.change = (message) => [message];
  expect(await take(subscription, 2)).toEqual(['x 2!', 'x 3']);
  expect(gaps).toEqual([]);
});

test('a stream of another broker that begins is filled from when the connection was lost, not from its beginning', async () => {
  const { here, there, pub, client, gaps, subscription } = await scene();
  // It has been published before the second subscription begins.
  here.publish('x', Buffer.from('old'));
  expect(await take(subscription, 1)).toEqual(['x old']);
  await subscription.close();
  const again = await client.subscribe('market', '>');
  await through(there, here, 'x', '1');
  expect(await take(again, 1)).toEqual(['x 1']);
  const disconnected = nextEvent(client, 'disconnected');
  pub.refuse(true);
  pub.cut();
  await disconnected;
  here.publish('x', Buffer.from('missed'));
  const reconnected = nextEvent(client, 'reconnected');
  pub.refuse(false);
  await reconnected;
  here.publish('x', Buffer.from('new'));
  expect(await take(again, 2)).toEqual(['x missed!', 'x new']);
  expect(gaps).toMatchObject([{ topic: 'x', epochChanged: true, missedCount: undefined }]);
});

test('what is in the journal of a broker that was killed, and was not sent, is delivered when it is back', async () => {
  const { wire, here, there, folder, gaps, subscription } = await scene();
  await through(there, here, 'x', '1');
  await through(there, here, 'silent', '1');
  const arriving = new Set([here.fabric.id]);
  wire.change = (message) => (arriving.has(readHead(message)!.sender) ? [message] : []);
  there.publish('x', Buffer.from('2'));
  there.publish('silent', Buffer.from('2'));
  await until(() => storedIn(folder).length === 4);
  // The files as a kill leaves them.
  const left = journalFolder();
  cpSync(folder, left, { recursive: true });
  const again = await keeper('there', wire, left);
  arriving.add(again.fabric.id);
  await here.joined(again);
  const texts = ['x 1', 'silent 1', ...(await take(subscription, 4)).slice(2).sort()];
  expect(texts).toEqual(['x 1', 'silent 1', 'silent 2!', 'x 2!']);
  await until(() => gaps.length === 2);
  await through(again, here, 'x', '3');
  expect(await take(subscription, 1)).toEqual(['x 3']);
  expect(gaps.map(({ topic, missedCount }) => [topic, missedCount]).sort()).toEqual([
    ['silent', undefined],
    ['x', undefined],
  ]);
});
