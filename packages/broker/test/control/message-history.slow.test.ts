import { DataFrame } from '@pulsemq/codecs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { RunningServer } from './running-server.js';
import { until } from './until.js';

type Row = Record<string, unknown>;

let running: RunningServer;
let token: string;

const rowsOf = (query: string): Promise<Row[]> => running.ok<Row[]>('GET', `/api/history?namespace=market${query}`);

const publish = (topic: string, data: unknown): Promise<unknown> =>
  running.ok('POST', '/api/publish', {
    namespace: 'market',
    topic,
    format: 'string',
    data: typeof data === 'string' ? data : JSON.stringify(data),
  });

const url = (query: string): string =>
  `http://127.0.0.1:${running.server.addresses.adminPort}/api/history?namespace=market${query}`;

const asUser = (query: string, name: string, secret: string): Promise<Response> =>
  fetch(url(query), { headers: { authorization: `Basic ${Buffer.from(`${name}:${secret}`).toString('base64')}` } });

beforeAll(async () => {
  running = await RunningServer.open();
  const { id } = await running.ok<{ id: number }>('POST', '/api/namespaces', { name: 'market', history: true });
  await running.ok('POST', '/api/namespaces', { name: 'plain' });
  ({ token } = await running.user('quant', id, 'sub'));
  await publish('a.trade', { price: 10, size: 3 });
  await publish('b.trade', { price: 20.5, note: '=1+1' });
  await publish('a.trade', '[{"price": 11}, {"price": 12, "size": 9007199254740993}]');
  await publish('a.text', 'hello, "you"');
  await until(
    () => rowsOf(''),
    (rows) => rows.length === 5,
  );
});

afterAll(() => running.close());

test('history has the rows of messages in the order of acceptance, with topic, sequence and time', async () => {
  const rows = await rowsOf('');
  expect(rows.map(({ _received_at, ...row }) => row)).toEqual([
    { _topic: 'a.trade', _sequence: 1, price: 10, size: 3 },
    { _topic: 'b.trade', _sequence: 1, price: 20.5, note: '=1+1' },
    { _topic: 'a.trade', _sequence: 2, price: 11 },
    { _topic: 'a.trade', _sequence: 2, price: 12, size: '9007199254740993' },
    { _topic: 'a.text', _sequence: 1, value: 'hello, "you"' },
  ]);
  const times = rows.map(({ _received_at }) => Date.parse(String(_received_at)));
  expect(times).toEqual(times.toSorted((a, b) => a - b));
});

test('topics, times, sequences and columns choose the rows', async () => {
  expect((await rowsOf('&pattern=*.text')).length).toBe(1);
  expect((await rowsOf('&pattern=a.trade&from_sequence=2&to_sequence=2')).length).toBe(2);
  const all = await rowsOf('');
  const second = String(all[1]!._received_at);
  expect(await rowsOf(`&from=${second}`)).toEqual(all.slice(1));
  expect(await rowsOf(`&to=${second}`)).toEqual(all.slice(0, 1));
  const [first] = await rowsOf('&columns=size,price');
  expect(Object.keys(first!)).toEqual(['_topic', '_sequence', '_received_at', 'size', 'price']);
});

test('an answer says whether there are more rows than its limit', async () => {
  for (const [limit, hasMore] of [
    [3, 'true'],
    [5, 'false'],
  ]) {
    const answer = await running.call('GET', `/api/history?namespace=market&limit=${limit}`);
    expect(answer.body).toHaveLength(Number(limit));
    expect(answer.headers.get('x-has-more')).toBe(hasMore);
  }
});

test('CSV has a head and guards formulas', async () => {
  const { body } = await running.call('GET', '/api/history?namespace=market&pattern=*.trade&limit=2&format=csv');
  const [head, first, second] = String(body).split('\r\n');
  expect(head).toBe('_topic,_sequence,_received_at,price,size,note');
  expect(first).toMatch(/^a\.trade,1,20[^,]+Z,10,3,$/);
  expect(second).toMatch(/^b\.trade,1,20[^,]+Z,20\.5,,'=1\+1$/);
});

test('a user who may subscribe reads Arrow with name and token', async () => {
  const answer = await asUser('&pattern=*.trade&format=arrow', 'quant', token);
  expect(answer.headers.get('content-type')).toBe('application/vnd.apache.arrow.stream');
  const frame = DataFrame.fromArrow(new Uint8Array(await answer.arrayBuffer()));
  expect(frame.columns.map(({ name, dtype }) => [name, dtype])).toEqual([
    ['_topic', 'str'],
    ['_sequence', 'int64'],
    ['_received_at', 'datetime64[us, UTC]'],
    ['price', 'float64'],
    ['size', 'int64'],
    ['note', 'str'],
  ]);
  expect(frame.length).toBe(4);
});

test('history needs the right to subscribe, a right token and a namespace that keeps it', async () => {
  const { token: other } = await running.user('stranger');
  expect((await asUser('', 'stranger', other)).status).toBe(403);
  expect((await asUser('', 'quant', other)).status).toBe(401);
  expect((await running.call('GET', '/api/history?namespace=plain')).body).toMatchObject({ code: 'NOT_KEPT' });
  expect((await running.call('GET', '/api/history?namespace=none')).status).toBe(404);
  expect((await running.call('GET', '/api/history?namespace=market&from=2026-02-30')).status).toBe(400);
});

test('two questions are answered at once, and a third is refused', async () => {
  const answers = await Promise.all([1, 2, 3].map(() => running.call('GET', '/api/history?namespace=market')));
  expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 200, 429]);
  await until(
    () => running.call('GET', '/api/history?namespace=market'),
    ({ status }) => status === 200,
  );
});

test('every makes bars of the prices, and says what does not fit', async () => {
  const bars = await rowsOf('&pattern=a.trade&every=1d&zone=Asia/Shanghai&size=size');
  const volume = bars.reduce((sum, { volume: one }) => sum + Number(one), 0);
  const prices = bars.flatMap(({ open, close }) => [open, close]);
  // A run past midnight in Shanghai has two bars.
  expect([prices[0], prices.at(-1), volume]).toEqual([10, 12, 9_007_199_254_740_996]);
  const { body, headers } = await running.call('GET', '/api/history?namespace=market&every=1d&limit=1&format=csv');
  expect(String(body).split('\r\n')[0]).toBe('_topic,_start,open,high,low,close,count');
  expect(headers.get('x-row-count')).toBe('1');
  for (const [query, code, text] of [
    ['every=7m', 'BAD_INPUT', 'divides a day'],
    ['every=1m&columns=price', 'BAD_INPUT', 'cannot be combined with every'],
    ['size=size', 'BAD_INPUT', 'needs every'],
    ['every=1m&zone=Mars', 'BAD_INPUT', 'not a known time zone'],
    ['every=1m&price=last', 'BAD_COLUMN', 'no message has the column last: topic a.trade, sequence 1, has price, size'],
  ]) {
    const answer = await running.call('GET', `/api/history?namespace=market&${query}`);
    expect([answer.status, answer.body]).toEqual([
      400,
      expect.objectContaining({ code, error: expect.stringContaining(text!) }),
    ]);
  }
});

test('a range that ends before it begins, and a field that is not known, are refused by name', async () => {
  for (const [query, error] of [
    [
      'from=2026-11-30T02:00:00.000002Z&to=2026-11-30T03:00:00%2B01:00',
      'query.from: is 2026-11-30T02:00:00.000002Z, after the end of to, 2026-11-30T02:00:00.000000Z; give a from before to, or exchange the two',
    ],
    [
      'from=2026-12-01T00:00:00.000001Z&to=2026-11-30',
      'query.from: is 2026-12-01T00:00:00.000001Z, after the end of to, 2026-12-01T00:00:00.000000Z; give a from before to, or exchange the two',
    ],
    [
      'from_sequence=3&to_sequence=2',
      'query.from_sequence: is 3, after to_sequence, 2; give one up to it, or exchange the two',
    ],
    [
      'form=2026-11-30',
      'query: unknown field "form"; expected namespace, pattern, from, to, from_sequence, to_sequence, columns, every, zone, price, size, limit, format',
    ],
  ]) {
    const { status, body } = await running.call('GET', `/api/history?namespace=market&${query}`);
    expect([status, body]).toMatchObject([400, { code: 'BAD_INPUT', error }]);
  }
});

test('a range of no time is a range: it has no rows', async () => {
  expect(await rowsOf('&from=2026-11-30T00:00:00Z&to=2026-11-30T00:00:00Z')).toEqual([]);
  const sequences = await rowsOf('&pattern=a.trade&from=2026-01-01&from_sequence=1&to_sequence=1');
  expect(sequences).toHaveLength(1);
});
