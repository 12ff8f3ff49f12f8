import { expect, test } from 'vitest';
import type { Gap, PulseMQClient } from '../src/index.js';
import { TestBroker } from './support/broker.js';
import { nextEvent, topics } from './support/events.js';
import { TcpProxy } from './support/proxy.js';

const soon = { baseDelayMs: 1, maxDelayMs: 20, maxTries: 1_000 };

async function cutOffReader(): Promise<{ broker: TestBroker; reader: PulseMQClient; pub: TcpProxy; sub: TcpProxy }> {
  const broker = await TestBroker.start();
  const [pub, sub] = [await TcpProxy.to(broker.pubPort), await TcpProxy.to(broker.subPort)];
  const reader = await broker.connected({ pubPort: pub.port, subPort: sub.port, reconnect: soon });
  return { broker, reader, pub, sub };
}

async function cut(reader: PulseMQClient, pub: TcpProxy): Promise<void> {
  const disconnected = nextEvent(reader, 'disconnected');
  pub.refuse(true);
  pub.cut();
  await disconnected;
}

async function join(reader: PulseMQClient, pub: TcpProxy): Promise<void> {
  const reconnected = nextEvent(reader, 'reconnected');
  pub.refuse(false);
  await reconnected;
}

test('after a reconnect a topic that never ticks again shows its gap, on each lane', async () => {
  const { broker, reader, pub } = await cutOffReader();
  const writer = await broker.connected();
  const subscriptions = [
    await reader.subscribe('market', 'a.*'),
    await reader.subscribe('market', '>', { onSlow: 'dropNewest' }),
  ];
  for (const topic of ['a.silent', 'a.same', 'b']) await writer.publish('market', topic, Buffer.from('1'));
  expect(await topics(subscriptions[0]!, 2)).toEqual(['a.silent', 'a.same']);
  expect(await topics(subscriptions[1]!, 3)).toEqual(['a.silent', 'a.same', 'b']);
  await cut(reader, pub);
  for (const text of ['2', '3', '4']) await writer.publish('market', 'a.silent', Buffer.from(text));
  await writer.publish('market', 'b', Buffer.from('2'));
  const gaps: string[] = [];
  const found = new Promise<void>((resolve) => {
    reader.on('gap', ({ topic, from, to, missedCount }) => {
      if (gaps.push(`${topic} ${from}-${to} ${missedCount}`) === 3) resolve();
    });
  });
  await join(reader, pub);
  await found;
  expect(gaps.sort()).toEqual(['a.silent 2-4 3', 'a.silent 2-4 3', 'b 2-2 1']);
  // The gap was reported, so the next message has none.
  await writer.publish('market', 'a.silent', Buffer.from('5'));
  expect(await topics(subscriptions[0]!, 1)).toEqual(['a.silent']);
  expect(gaps.length).toBe(3);
  expect((await reader.querySubscriptions())?.length).toBe(2);
});

test('after a restart of the broker a topic under a new epoch shows its gap without a further message', async () => {
  const { broker, reader, pub } = await cutOffReader();
  const before = await broker.connected();
  const subscription = await reader.subscribe('market', '>');
  await before.publish('market', 'a', Buffer.from('1'));
  expect(await topics(subscription, 1)).toEqual(['a']);
  await before.close();
  await cut(reader, pub);
  await broker.restart();
  const after = await broker.connected();
  await after.publish('market', 'a', Buffer.from('2'));
  const gap = nextEvent(reader, 'gap');
  await join(reader, pub);
  expect(await gap).toMatchObject({ topic: 'a', epochChanged: true, missedCount: undefined });
});

test('received plus missed equals published when publishing ends in the middle of a reconnect', async () => {
  const { broker, reader, pub } = await cutOffReader();
  const writer = await broker.connected();
  let [received, missed] = [0, 0];
  let onChange = (): void => {};
  reader.on('gap', ({ missedCount }: Gap) => {
    missed += missedCount ?? Number.NaN;
    onChange();
  });
  await reader.subscribe('market', '>', {
    onMessage: () => {
      received++;
      onChange();
    },
  });
  let published = 0;
  for (let round = 0; round < 20; round++) {
    const reconnected = nextEvent(reader, 'reconnected');
    const publishing = writer.publishMany('market', `t${round % 2}`, Array(1 + 40 * round).fill(Buffer.from('x')));
    published += 1 + 40 * round;
    // Not in the first rounds: nothing of the topic may be missing before its first message.
    if (round >= 2) pub.cut();
    await publishing;
    if (round >= 2) await reconnected;
    await new Promise<void>((resolve) => {
      onChange = () => {
        if (received + missed >= published) resolve();
      };
      onChange();
    });
    expect(received + missed).toBe(published);
  }
  expect(missed).toBeGreaterThan(0);
});
