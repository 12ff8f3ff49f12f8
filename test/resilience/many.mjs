// 5,000 subscriptions of one client survive a restart of the broker. libzmq with its defaults silently loses all past 1,000.
import assert from 'node:assert/strict';
import { PulseMQClient } from '@pulsemq/client';
import { Broker } from './broker.mjs';
import { until } from './wait.mjs';

const count = 5_000;

export async function many() {
  const broker = await Broker.start();
  const client = new PulseMQClient({ ...broker.options, reconnect: { maxTries: Number.POSITIVE_INFINITY } });
  client.on('error', (error) => process.stderr.write(`many: ${error.message}\n`));
  try {
    await client.connect();
    const seen = new Set();
    const topics = Array.from({ length: count }, (_, index) => `many.t${index}`);
    const onMessage = ({ topic }) => seen.add(topic);
    await Promise.all(topics.map((topic) => client.subscribe('resilience', topic, { onMessage })));
    const back = new Promise((resolve) => client.on('reconnected', resolve));
    await broker.kill();
    await broker.start();
    const startMs = performance.now();
    await back;
    const tookMs = performance.now() - startMs;
    await Promise.all(topics.map((topic) => client.publish('resilience', topic, Buffer.from('price'))));
    await until(() => seen.size === count, 30_000, 'a message of every subscription');
    assert.equal(seen.size, count);
    return `${count} subscriptions of one client: all live ${Math.round(tookMs)} ms after the broker restarted`;
  } finally {
    await client.close();
    await broker.end();
  }
}
