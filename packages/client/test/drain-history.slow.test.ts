import { expect, onTestFinished, test, vi } from 'vitest';
import { TestBroker } from './support/broker.js';
import { nextEvent } from './support/events.js';
import { TcpProxy } from './support/proxy.js';

/** The time after which an idle connection for history is closed. In these tests it never passes. */
const idleMs = 5_000;

/** A broker behind two proxies, with a namespace that keeps history. */
async function place() {
  const broker = await TestBroker.start();
  await broker.historyNamespace('market');
  const [pub, sub] = [await TcpProxy.to(broker.pubPort), await TcpProxy.to(broker.subPort)];
  const isOpen = (isAccepting: boolean): void => {
    pub.refuse(!isAccepting);
    if (!isAccepting) pub.cut();
  };
  return { broker, isOpen, address: `127.0.0.1:${pub.port}/${sub.port}` };
}

test('a broker that drains does not wait for the idle connection of a reader that has asked for missing messages', async () => {
  const setTimer = globalThis.setTimeout;
  const held = vi
    .spyOn(globalThis, 'setTimeout')
    .mockImplementation(((work: () => void, ms?: number) =>
      setTimer(work, ms === idleMs ? 2 ** 31 - 1 : ms)) as typeof setTimeout);
  onTestFinished(() => held.mockRestore());
  const [here, there] = [await place(), await place()];
  const writer = await here.broker.connected();
  there.isOpen(false);
  const reader = await here.broker.connectedTo([here.address, there.address]);
  const subscription = await reader.subscribe('market', '>');
  const next = async () => (await subscription.next()).value!;
  await writer.publish('market', 'a', Buffer.from('1'));
  expect((await next()).sequence).toBe(1);
  const move = async (from: typeof here, to: typeof here): Promise<void> => {
    const reconnected = nextEvent(reader, 'reconnected');
    to.isOpen(true);
    from.isOpen(false);
    await reconnected;
  };
  await move(here, there);
  await writer.publish('market', 'a', Buffer.from('2'));
  await move(there, here);
  const missed = await next();
  expect([missed.sequence, missed.isRecovered]).toEqual([2, true]);
  await writer.close();
  there.isOpen(true);
  const moved = nextEvent(reader, 'reconnected');
  // An hour: it ends because nothing of the reader is left there.
  await here.broker.drain(3_600_000);
  await moved;
});
