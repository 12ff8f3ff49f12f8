import { expect, test } from 'vitest';
import type { PulseMQClient, ReceivedMessage } from '../../src/index.js';
import { TestBroker } from '../support/broker.js';
import { nextEvent } from '../support/events.js';
import { TcpProxy } from '../support/proxy.js';
import type { TransportName } from '../support/transports.js';

const soon = { baseDelayMs: 1, maxDelayMs: 20, maxTries: 1_000 };

/** `~` marks an image, `+` a recovered message. */
const inShort = ({ topic, payload, isSnapshot, isRecovered }: ReceivedMessage): string =>
  `${isSnapshot ? '~' : ''}${isRecovered ? '+' : ''}${topic}=${Buffer.from(payload)}`;

const put = (writer: PulseMQClient, topic: string, text: string): Promise<void> =>
  writer.publish('market', topic, Buffer.from(text));

/** Cuts a client off, does something, and lets it connect again. */
async function whileCut(client: PulseMQClient, proxy: TcpProxy, work: () => Promise<void>): Promise<void> {
  const disconnected = nextEvent(client, 'disconnected');
  proxy.refuse(true);
  proxy.cut();
  await disconnected;
  await work();
  const reconnected = nextEvent(client, 'reconnected');
  proxy.refuse(false);
  await reconnected;
}

/** Last values, statuses, conflation, gaps and reconnects, on every transport. */
export function valuesAndLosses(transport: TransportName): void {
  test('a snapshot, its end, and then what is live', async () => {
    const broker = await TestBroker.start({}, transport);
    await broker.keepingNamespace('market');
    const [writer, reader] = [await broker.connected(), await broker.connected()];
    for (const [topic, text] of ['a1', 'a2', 'b1']) await put(writer, topic!, text!);
    const seen: string[] = [];
    const subscription = await reader.subscribe('market', '*', {
      snapshot: true,
      onMessage: (message) => seen.push(inShort(message)),
      onSnapshotEnd: ({ count }) => seen.push(`end ${count}`),
    });
    await subscription.snapshotEnd;
    await put(writer, 'a', '3');
    await expect.poll(() => seen).toEqual(['~a=2', '~b=1', 'end 2', 'a=3']);
    expect(inShort((await reader.last('market', 'b'))!)).toBe('~b=1');
  });

  test('a live table with the status of a publisher that has left', async () => {
    const broker = await TestBroker.start({}, transport);
    await broker.keepingNamespace('market');
    const [writer, reader] = [await broker.connected(), await broker.connected()];
    await writer.publish('market', 'x.quote', '{"price": 10}', { format: 'string' });
    const table = await reader.liveTable('market', '*.quote', { maxRate: 1_000 });
    expect(table.get('x.quote')!.values).toEqual({ price: 10 });
    await writer.publish('market', 'x.quote', '{"price": 11}', { format: 'string' });
    await expect.poll(() => table.get('x.quote')!.values).toEqual({ price: 11 });
    await writer.close();
    await expect.poll(() => table.get('x.quote')!.status?.publisher).toBe('gone');
  });

  test('a gap after a lost connection is told where there is no history', async () => {
    const broker = await TestBroker.start({}, transport);
    const proxy = await TcpProxy.to(broker.pubPort);
    const [writer, reader] = [
      await broker.connected(),
      await broker.connected({ pubPort: proxy.port, reconnect: soon }),
    ];
    const subscription = await reader.subscribe('market', 'a');
    await put(writer, 'a', '1');
    expect(inShort((await subscription.receive())!)).toBe('a=1');
    const gap = nextEvent(reader, 'gap');
    await whileCut(reader, proxy, async () => {
      await put(writer, 'a', '2');
      await put(writer, 'a', '3');
    });
    expect(await gap).toMatchObject({ topic: 'a', from: 2, to: 3, missedCount: 2 });
  });

  test('missing messages are recovered where there is history', async () => {
    const broker = await TestBroker.start({}, transport);
    await broker.historyNamespace('market');
    const proxy = await TcpProxy.to(broker.pubPort);
    const [writer, reader] = [
      await broker.connected(),
      await broker.connected({ pubPort: proxy.port, reconnect: soon }),
    ];
    const subscription = await reader.subscribe('market', 'a');
    await put(writer, 'a', '1');
    expect(inShort((await subscription.receive())!)).toBe('a=1');
    await whileCut(reader, proxy, () => put(writer, 'a', '2'));
    await put(writer, 'a', '3');
    for (const text of ['+a=2', 'a=3']) expect(inShort((await subscription.receive())!)).toBe(text);
  });

  test('subscriptions with several policies and unanswered publishes survive a restart', async () => {
    const broker = await TestBroker.start({}, transport);
    await broker.keepingNamespace('market');
    const client = await broker.connected({ reconnect: soon, inFlight: 'retry' });
    const all = [await client.subscribe('market', 'a'), await client.subscribe('market', 'a', { onSlow: 'conflate' })];
    const reconnected = nextEvent(client, 'reconnected');
    const restarted = broker.restart();
    const published = reconnected.then(() => put(client, 'a', '1'));
    await Promise.all([restarted, published]);
    for (const one of all) expect(inShort((await one.receive())!)).toBe('a=1');
  });
}
