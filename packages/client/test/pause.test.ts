import { expect, test } from 'vitest';
import { TestBroker } from './support/broker.js';
import { nextEvent, topics } from './support/events.js';
import { TcpProxy } from './support/proxy.js';

test('the broker keeps a link that is paused longer than its time-outs', async () => {
  const broker = await TestBroker.start({ auth: { ping_interval_sec: 1, ping_timeout_sec: 1 } });
  const [reader, writer] = [await broker.connected(), await broker.connected()];
  const lost: string[] = [];
  reader.on('disconnected', ({ error }) => lost.push(error.message));
  const subscription = await reader.subscribe('market', '>', { queueLimit: 10, onFull: 'pause' });
  await writer.publishMany('market', 't', Array(100).fill(Buffer.from('x')));
  // A link that is silent from now on is closed after a whole interval and time-out.
  const proxy = await TcpProxy.to(broker.pubPort);
  const silent = await broker.connected({ pubPort: proxy.port, reconnect: false, pingIntervalMs: 60_000 });
  const closed = nextEvent(silent, 'disconnected');
  proxy.swallow();
  await closed;
  await topics(subscription, 100);
  await writer.publish('market', 'end', Buffer.from('x'));
  expect(await topics(subscription, 1)).toEqual(['end']);
  expect(lost).toEqual([]);
});
