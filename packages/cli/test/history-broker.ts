import { expect } from 'vitest';
import { until } from '../../broker/test/control/until.js';
import { RunningBroker } from './running-broker.js';

/** A broker whose namespace `market` keeps history, with three trades and a text. */
export async function brokerWithTrades(): Promise<RunningBroker> {
  const broker = await RunningBroker.start();
  const jwt = await broker.logIn();
  for (const body of [{ name: 'market', history: true }, { name: 'plain' }]) {
    expect((await broker.call('POST', '/api/namespaces', body, jwt)).status).toBe(201);
  }
  const messages: [string, unknown][] = [
    ['a.trade', { price: 10.5, size: 3, tags: ['x'] }],
    ['a.trade', { price: 11, size: 4 }],
    ['b.trade', { price: 20, note: 'red \u001b[31m' }],
    ['c.text', 'hello'],
  ];
  for (const [topic, data] of messages) {
    const text = typeof data === 'string' ? data : JSON.stringify(data);
    const body = { namespace: 'market', topic, format: 'string', data: text };
    expect((await broker.call('POST', '/api/publish', body, jwt)).status).toBe(200);
  }
  await until(
    async () => (await broker.call('GET', '/api/history?namespace=market', undefined, jwt)).headers.get('x-row-count'),
    (count) => count === '4',
  );
  return broker;
}
