import { expect, onTestFinished, test } from 'vitest';
import { readHead } from '../../broker/src/engine/fabric/wire.js';
import { SceneBroker, until, Wire } from '../../broker/test/engine/fabric/fabric-scene.js';
import { SocketBroker } from '../../broker/test/engine/fabric/socket-broker.js';
import { type Gap, PulseMQClient } from '../src/index.js';
import { nextEvent } from './support/events.js';

test('a stream whose broker has ended without a word has a gap of unknown size, and others have none', async () => {
  const wire = new Wire();
  const here = await SocketBroker.open('here', wire);
  const [there, other] = [new SceneBroker('there', wire), new SceneBroker('other', wire)];
  const { username, token, pubPort, subPort } = here;
  const client = new PulseMQClient({ host: '127.0.0.1', username, token, pubPort, subPort, reconnect: false });
  onTestFinished(() => client.close());
  await client.connect();
  const gaps: Gap[] = [];
  client.on('gap', (gap) => gaps.push(gap));
  const subscription = await client.subscribe('market', '>');
  const taken = async (): Promise<string> => {
    const { topic, sequence } = (await subscription.next()).value!;
    return `${topic}${sequence}`;
  };
  await Promise.all([here.joined(there), here.joined(other)]);
  there.publish('x', Buffer.from('1'));
  await until(() => here.core.intake.publishedCount === 1);
  // A second stream of the same topic: that it begins is not the end of the first.
  other.publish('x', Buffer.from('1'));
  await until(() => here.core.intake.publishedCount === 2);
  expect([await taken(), await taken()]).toEqual(['x1', 'x1']);
  expect(gaps).toEqual([]);

  const isThere = (message: Buffer): boolean => readHead(message)?.sender === there.fabric.id;
  wire.change = (message) => (isThere(message) ? [] : [message]);
  const gap = nextEvent(client, 'gap');
  const again = new SceneBroker('there', wire);
  expect(await gap).toMatchObject({ namespace: 'market', topic: 'x', epochChanged: true, missedCount: undefined });
  await here.joined(again);
  again.publish('x', Buffer.from('2'));
  await until(() => here.core.intake.publishedCount === 3);
  other.publish('x', Buffer.from('2'));
  expect([await taken(), await taken()]).toEqual(['x1', 'x2']);
  expect(gaps.length).toBe(1);
});
