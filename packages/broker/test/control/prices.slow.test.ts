import { connect } from 'node:net';
import { DataFrame, encodePayload } from '@pulsemq/codecs';
import type { LastValueRow, PriceEventRow, PriceEvents } from '@pulsemq/protocol';
import { expect, test } from 'vitest';
import { EventReader } from './event-reader.js';
import { publishText } from './market-text.js';
import { RunningServer } from './running-server.js';
import { until } from './until.js';

async function withMarket(more: object = { keep_last_value: true }): Promise<RunningServer> {
  const running = await RunningServer.start();
  await running.ok('POST', '/api/namespaces', { name: 'market', ...more });
  return running;
}

/** The stream of a board. */
class BoardReader {
  readonly #events: EventReader;
  readonly columns: string[][] = [];

  private constructor(events: EventReader) {
    this.#events = events;
  }

  static async open(running: RunningServer, query = ''): Promise<BoardReader> {
    return new BoardReader(await EventReader.open(running, `/api/prices?namespace=market${query}`));
  }

  /** The next event of a name; columns that come before it are noted. */
  async next<Name extends keyof PriceEvents>(name: Name): Promise<PriceEvents[Name]> {
    const event = await this.#events.next((one) => {
      if (one.name === 'columns') this.columns.push([...(one.data as PriceEvents['columns']).columns]);
      return one.name === name;
    });
    return event.data as PriceEvents[Name];
  }

  /** All rows up to the first that `isWanted`. */
  async rowsUntil(isWanted: (row: PriceEventRow) => boolean): Promise<PriceEventRow[]> {
    for (const seen: PriceEventRow[] = []; ; ) {
      seen.push(...(await this.next('rows')).rows);
      if (seen.some(isWanted)) return seen;
    }
  }

  close(): void {
    this.#events.close();
  }
}

test('a board brings every value first, then changes, with the columns of tables and JSON', async () => {
  const running = await withMarket();
  const wire = await running.wire('admin', running.admin.token);
  const table = DataFrame.fromColumns({
    bid: [1, 2],
    last: [1.5, Number.NaN],
    名称: ['浦发', '平安'],
    depth: [[1], [2]],
  });
  const { payload } = encodePayload({ format: 'df_pyarrow', data: table });
  await wire.request(publishText('a.x', payload, { format: 3 }));
  await wire.request(publishText('a.y', '{"last": 2.5, "volume": 9007199254740993, "open": true, "note": {}}'));
  await wire.request(publishText('a.z', '42.5'));
  await wire.request(publishText('a.bytes', 'x', { format: 0 }));
  await wire.request(publishText('b.x', '{"other": 1}'));
  const board = await BoardReader.open(running, '&pattern=a.*');
  const first = await board.rowsUntil(({ topic }) => topic === 'a.bytes');
  expect(board.columns).toEqual([['last', 'bid', 'volume', '名称', 'open', 'value']]);
  expect(first.map(({ topic, values }) => [topic, values])).toEqual([
    ['a.x', { bid: 2, last: null, 名称: '平安' }],
    ['a.y', { last: 2.5, volume: 9007199254740992, open: 'true' }],
    ['a.z', { value: 42.5 }],
    ['a.bytes', {}],
  ]);
  expect(first[0]).toMatchObject({ sequence: 1, epoch: expect.any(Number), is_snapshot: true, conflated: 0 });
  expect(Math.abs(first[0]!.received_at_ms - Date.now())).toBeLessThan(60_000);
  await wire.request(publishText('b.x', '{"other": 2}'));
  await wire.request(publishText('a.y', '{"last": 3}'));
  const [changed] = await board.rowsUntil(({ is_snapshot }) => !is_snapshot);
  expect(changed).toMatchObject({ topic: 'a.y', sequence: 2, is_snapshot: false, values: { last: 3 } });
  await wire.request(publishText('a.new', '{"turnover": 1}'));
  await board.rowsUntil(({ topic }) => topic === 'a.new');
  expect(board.columns.at(-1)).toEqual(['last', 'bid', 'volume', '名称', 'open', 'value', 'turnover']);
});

test('viewers of a pattern share a board: a later one gets all rows, each its own columns', async () => {
  const running = await withMarket();
  const wire = await running.wire('admin', running.admin.token);
  await wire.request(publishText('a', '{"last": 1, "bid": 2}'));
  const one = await BoardReader.open(running);
  await one.next('rows');
  await wire.request(publishText('a', '{"last": 3, "bid": 4}'));
  await one.next('rows');
  const other = await BoardReader.open(running, '&columns=bid,%20nothing');
  const { rows } = await other.next('rows');
  expect(rows).toMatchObject([{ topic: 'a', sequence: 2, is_snapshot: true }]);
  expect(rows[0]!.values).toEqual({ bid: 4 });
  one.close();
  await wire.request(publishText('a', '{"last": 5, "bid": 6}'));
  expect((await other.next('rows')).rows[0]).toMatchObject({ sequence: 3, is_snapshot: false, values: { bid: 6 } });
});

test('a topic has at most four updates a second, the newest is among them, and none is lost from the count', async () => {
  const running = await withMarket();
  const wire = await running.wire('admin', running.admin.token);
  await wire.request(publishText('a', '0'));
  const board = await BoardReader.open(running);
  await board.next('rows');
  const startMs = performance.now();
  const count = 3_000;
  for (let sent = 0; sent < count; sent += 100) {
    await Promise.all(Array.from({ length: 100 }, (_, at) => wire.request(publishText('a', String(sent + at + 1)))));
  }
  const rows = await board.rowsUntil(({ sequence }) => sequence === count + 1);
  const seconds = (performance.now() - startMs) / 1_000;
  expect(rows.length).toBeLessThanOrEqual(4 * seconds + 2);
  expect(rows.at(-1)!.values).toEqual({ value: count });
  expect(rows.reduce((sum, { conflated }) => sum + conflated + 1, 0)).toBe(count);
});

test('statuses come with the rows and with each change, and a deleted topic says so', async () => {
  const running = await withMarket();
  const rules = [{ pattern: '>', max_age_ms: 60_000, calendar: null }];
  await running.ok('PUT', '/api/namespaces/1/freshness', { rules });
  const wire = await running.wire('admin', running.admin.token);
  await wire.request(publishText('a', '1'));
  const topics = () => running.ok<{ id: number; publisher: string }[]>('GET', '/api/topics');
  const [topic] = await until(topics, (list) => list.length === 1);
  const board = await BoardReader.open(running);
  expect(await board.next('status')).toMatchObject({ topics: [{ topic: 'a', state: 'live', max_age_ms: 60_000 }] });
  await wire.close();
  expect(await board.next('status')).toMatchObject({ topics: [{ state: 'stale', reason: 'publisher_gone' }] });
  await running.ok('DELETE', `/api/topics/${topic!.id}`);
  expect(await board.next('status')).toMatchObject({ topics: [{ topic: 'a', state: 'deleted' }] });
  const later = await BoardReader.open(running);
  await later.next('columns');
  const again = await running.wire('admin', running.admin.token);
  await again.request(publishText('b', '2'));
  expect((await later.next('rows')).rows.map((row) => row.topic)).toEqual(['b']);
});

test('a reader that does not read holds up nothing, and gets the newest rows when it reads again', async () => {
  const running = await withMarket();
  const wire = await running.wire('admin', running.admin.token);
  const socket = connect(running.server.addresses.adminPort, '127.0.0.1').pause();
  const request = `GET /api/prices?namespace=market HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${running.jwt}\r\n\r\n`;
  socket.write(request);
  const other = await BoardReader.open(running);
  await other.next('columns');
  const names = Array.from({ length: 40 }, (_, at) => `column_number_${at}`);
  const wide = (value: number) =>
    JSON.stringify(Object.fromEntries(names.map((name) => [name, `${value} ${'x'.repeat(150)}`])));
  const rounds = 12;
  for (let round = 1; round <= rounds; round++) {
    await Promise.all(Array.from({ length: 150 }, (_, at) => wire.request(publishText(`t.${at}`, wide(round)))));
    await other.rowsUntil(({ topic, sequence }) => topic === 't.149' && sequence === round);
  }
  let text = '';
  const seen = new Promise<void>((resolve) => {
    socket.on('data', (chunk) => {
      text = (text + chunk).slice(-4_000_000);
      if (text.includes(`"topic":"t.149","sequence":${rounds},`)) resolve();
    });
  });
  socket.resume();
  await seen;
  expect(text).toMatch(/"topic":"t\.\d+","sequence":\d+,"epoch":\d+,"received_at_ms":\d+,"conflated":[1-9]/);
  socket.destroy();
});

test('boards are bounded, and one that ends leaves room', async () => {
  const running = await withMarket();
  const open = (at: number) => EventReader.open(running, `/api/prices?namespace=market&pattern=t${at}`);
  const boards = await Promise.all(Array.from({ length: 20 }, (_, at) => open(at)));
  expect(boards.map(({ status }) => status)).toEqual(Array(20).fill(200));
  expect((await open(0)).status).toBe(200);
  const full = await running.call('GET', '/api/prices?namespace=market&pattern=more');
  expect(full).toMatchObject({ status: 429, body: { code: 'TOO_MANY_BOARDS' } });
  boards[7]!.close();
  for (let status = 429; status !== 200; ) ({ status } = await open(21));
});

test.each([
  ['/api/prices?namespace=nothing', 404, 'NOT_FOUND'],
  ['/api/prices?namespace=plain', 409, 'NOT_KEPT'],
  ['/api/prices?namespace=market&pattern=a..b', 400, 'BAD_INPUT'],
  ['/api/last?namespace=nothing', 404, 'NOT_FOUND'],
  ['/api/last?namespace=plain', 409, 'NOT_KEPT'],
  ['/api/last', 400, 'BAD_INPUT'],
])('%s is refused with %i %s', async (path, status, code) => {
  const running = await withMarket();
  await running.ok('POST', '/api/namespaces', { name: 'plain' });
  expect(await running.call('GET', path)).toMatchObject({ status, body: { code } });
});

test('the last values of a pattern are listed in pages, by name, with what each says', async () => {
  const running = await withMarket();
  const wire = await running.wire('admin', running.admin.token);
  for (const topic of ['b.y', 'b.x', 'a', 'b.z']) await wire.request(publishText(topic, `{"last": "${topic}"}`));
  await wire.request(publishText('b.z', 'x'.repeat(100_000), { format: 3 }));
  const path = '/api/last?namespace=market&pattern=b.*';
  const list = async (more = '') => running.call('GET', `${path}${more}`);
  const answer = await until(list, ({ headers }) => headers.get('x-total-count') === '3');
  const rows = answer.body as LastValueRow[];
  expect(rows[0]).toEqual({
    namespace: 'market',
    topic: 'b.x',
    format: 'string',
    sequence: 1,
    epoch: expect.any(Number),
    received_at: expect.stringMatching(/^20.*Z$/),
    publisher: 'present',
    state: 'live',
    content: { kind: 'text', text: '{"last": "b.x"}', is_json: true, is_cut: false },
  });
  expect(rows.map(({ topic, content }) => [topic, content.kind])).toEqual([
    ['b.x', 'text'],
    ['b.y', 'text'],
    ['b.z', 'unreadable'],
  ]);
  const second = await list('&limit=1&offset=1');
  expect((second.body as LastValueRow[]).map(({ topic }) => topic)).toEqual(['b.y']);
  expect(second.headers.get('x-total-count')).toBe('3');
});
