import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { until } from '../../broker/test/control/until.js';
import { AuthFailedError, PermissionDeniedError, PulseMQClient, type PulseMQError } from '../src/index.js';
import { TestBroker } from './support/broker.js';

let broker: TestBroker;
let client: PulseMQClient;

beforeAll(async () => {
  broker = await TestBroker.open();
  await broker.historyNamespace('market');
  const { pubPort, subPort, token, apiUrl } = broker;
  client = new PulseMQClient({ host: '127.0.0.1', pubPort, subPort, username: 'admin', token, apiUrl });
  await client.connect();
  const ticks = [{ price: 10, size: 3 }, { price: 12.5, size: 4 }, { price: 11 }];
  for (const tick of ticks) await client.publish('market', 'a.trade', JSON.stringify(tick), { format: 'string' });
  await client.publish('market', 'b.text', '价格', { format: 'string' });
  await until(
    () => client.history('market', '>'),
    ({ data }) => data.length === 4,
  );
});
afterAll(async () => {
  await client?.close();
  await broker.close();
});

test('history has rows, an Arrow table, and whether there are more', async () => {
  const { data, hasMore } = await client.history('market', '*.trade', { columns: ['size', 'price'], limit: 2 });
  expect([data.columnNames, hasMore]).toEqual([['_topic', '_sequence', '_received_at', 'size', 'price'], true]);
  expect(data.rows().map(({ price, size, _sequence }) => [price, size, _sequence])).toEqual([
    [10, 3, 1],
    [12.5, 4, 2],
  ]);
  expect(data.table().numRows).toBe(2);
  const text = await client.history('market', 'b.text');
  expect(text.data.rows()).toMatchObject([{ _topic: 'b.text', value: '价格' }]);
});

test('times choose rows, and every makes bars', async () => {
  const { data } = await client.history('market', 'a.trade');
  const times = data.rows().map(({ _received_at }) => _received_at as Date);
  const later = await client.history('market', 'a.trade', { from: times[1]!, to: times[2]! });
  expect(later.data.rows().map(({ price }) => price)).toEqual([12.5]);
  const bars = (await client.history('market', '*.trade', { every: '1d', size: 'size', zone: 'Asia/Shanghai' })).data;
  expect(bars.columnNames).toEqual(['_topic', '_start', 'open', 'high', 'low', 'close', 'volume', 'count']);
  const all = bars.rows();
  expect([all[0]!.open, all.at(-1)!.close, Math.max(...all.map(({ high }) => Number(high)))]).toEqual([10, 11, 12.5]);
});

test('a client that is not connected can read history', async () => {
  const other = broker.client({ apiUrl: `${broker.apiUrl}/` });
  expect((await other.history('market', 'b.text')).data.length).toBe(1);
  expect(other.isConnected).toBe(false);
});

test('a refused question is an error that names the reason', async () => {
  const codeOf = (question: Promise<unknown>): Promise<unknown> =>
    question.catch((error: PulseMQError) => [error.code, error.message]);
  const reader = await broker.reader('reader', 'other');
  const asReader = broker.client({ ...reader, apiUrl: broker.apiUrl });
  await expect(asReader.history('market', '>')).rejects.toBeInstanceOf(PermissionDeniedError);
  const wrong = broker.client({ token: 'wrong', apiUrl: broker.apiUrl });
  await expect(wrong.history('market', '>')).rejects.toBeInstanceOf(AuthFailedError);
  expect(await codeOf(client.history('other', '>'))).toEqual([
    'PMQ_BAD_QUERY',
    expect.stringContaining('does not keep history'),
  ]);
  expect(await codeOf(client.history('market', 'a.trade', { every: '1m', price: 'last' }))).toEqual([
    'PMQ_BAD_OPTION',
    expect.stringContaining('no message has the column last: topic a.trade, sequence 1, has price, size'),
  ]);
  expect(await codeOf(client.history('market', 'a..b'))).toEqual(['PMQ_BAD_NAME', expect.any(String)]);
  for (const options of [{ limit: 0 }, { columns: ['a,b'] }, { from: new Date(Number.NaN) }, { from: 'yesterday' }]) {
    expect(await codeOf(client.history('market', '>', options))).toEqual(['PMQ_BAD_OPTION', expect.any(String)]);
  }
});

test('the signal, the time and a broken connection end the call', async () => {
  const silent = createServer((request, answer) => {
    if (request.url?.includes('namespace=cut')) answer.writeHead(200, { 'content-length': 100 }).end('half');
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => silent.once('listening', resolve));
  onTestFinished(() => {
    silent.closeAllConnections();
    silent.close();
  });
  const other = broker.client({ apiUrl: `http://127.0.0.1:${(silent.address() as AddressInfo).port}` });
  const codeOf = (question: Promise<unknown>): Promise<unknown> => question.catch((error: PulseMQError) => error.code);
  const stop = new AbortController();
  const aborted = codeOf(other.history('market', '>', { signal: stop.signal }));
  silent.once('request', () => stop.abort());
  expect(await aborted).toBe('PMQ_ABORTED');
  expect(await codeOf(other.history('market', '>', { timeoutMs: 20 }))).toBe('PMQ_TIMEOUT');
  expect(await codeOf(other.history('cut', '>'))).toBe('PMQ_NOT_CONNECTED');
});

test('the address of the HTTP API is checked, and clear text is never chosen for a client that encrypts', async () => {
  expect(() => broker.client({ apiUrl: 'localhost:8080' })).toThrow('apiUrl is "localhost:8080", expected an address');
  const curve = broker.client({ curve: { serverKey: '0'.repeat(40) } });
  await expect(curve.history('market', '>')).rejects.toThrow('which CURVE does not encrypt: give apiUrl');
});

test('over https with the authority of the client', async () => {
  const encrypted = await TestBroker.start({}, 'tls');
  const { apiUrl } = encrypted;
  await expect(encrypted.client({ apiUrl }).history('market', '>')).rejects.toThrow('there is no namespace market');
  await expect(encrypted.client({ apiUrl, tls: true }).history('market', '>')).rejects.toThrow(/self-signed/);
});
