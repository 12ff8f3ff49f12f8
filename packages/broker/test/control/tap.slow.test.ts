import { connect } from 'node:net';
import { DataFrame, encodePayload } from '@pulsemq/codecs';
import { type MessageParts, MessageType, type ShownMessage, type TapBatch } from '@pulsemq/protocol';
import { expect, test } from 'vitest';
import type { WirePeer } from '../engine/wire-peer.js';
import { EventReader } from './event-reader.js';
import { lateEngine } from './late-engine.js';
import { RunningServer } from './running-server.js';

const publish = (topic: string, payload: string | Uint8Array = 'x', more = {}) => ({
  type: MessageType.pub,
  namespace: 'market',
  topic,
  payload: Buffer.from(payload),
  ...more,
});

async function withMarket(): Promise<RunningServer> {
  const running = await RunningServer.start();
  await running.ok('POST', '/api/namespaces', { name: 'market' });
  return running;
}

/** Publishes a message until the tap shows it: one that comes when the time for decoding is used up is only counted. */
async function shown(wire: WirePeer, tap: EventReader, message: MessageParts): Promise<ShownMessage> {
  for (;;) {
    await wire.request(message);
    const [first] = ((await tap.next()).data as TapBatch).messages;
    if (first !== undefined) return first;
  }
}

test('a tap shows the messages of its pattern as people look at them', async () => {
  const running = await withMarket();
  const wire = await running.wire('admin', running.admin.token);
  const tap = await EventReader.open(running, '/api/tap?namespace=market&pattern=a.*');
  const rows = DataFrame.fromColumns({
    price: Float64Array.of(1.5, Number.NaN),
    volume: [2n ** 60n, 7n],
    at: [new Date(1), null],
  });
  const frame = encodePayload({ format: 'df_pyarrow', data: rows });
  const packed = encodePayload({ format: 'bytes', data: Buffer.alloc(5_000, 'q'), compress: 'zstd' });
  await wire.request(publish('b.x'));
  const text = publish('a.x', '{"bid":1}', { format: 1, timestamp: 1_700_000_000_000 });
  expect(await shown(wire, tap, text)).toMatchObject({
    namespace: 'market',
    topic: 'a.x',
    username: 'admin',
    sequence: 1,
    format: 'string',
    compressed: null,
    published_at: '2023-11-14T22:13:20.000Z',
    received_at: expect.stringMatching(/^20\d\d-.*Z$/),
    payload_bytes: 9,
    content: { kind: 'text', text: '{"bid":1}', is_json: true, is_cut: false },
  });
  expect((await shown(wire, tap, publish('a.y', frame.payload, { format: 3 }))).content).toEqual({
    kind: 'table',
    columns: [
      { name: 'price', dtype: 'float64' },
      { name: 'volume', dtype: 'int64' },
      { name: 'at', dtype: 'datetime64[ms]' },
    ],
    rows: [
      [1.5, '1152921504606846976', '1970-01-01T00:00:00.001Z'],
      ['NaN', 7, null],
    ],
    row_count: 2,
  });
  const compressed = publish('a.z', packed.payload, { format: 0, flags: packed.flags });
  expect(await shown(wire, tap, compressed)).toMatchObject({
    compressed: 'zstd',
    payload_bytes: packed.payload.length,
    content: { kind: 'bytes', base64: Buffer.alloc(5_000, 'q').toString('base64'), is_cut: false },
  });
  expect((await shown(wire, tap, publish('a.x', 'no table', { format: 3 }))).content).toMatchObject({
    kind: 'unreadable',
    problem: 'the payload is not an Arrow IPC stream',
    base64: Buffer.from('no table').toString('base64'),
  });
});

test('a tap that was answered sees every message, although the engine learns of it late', async () => {
  const running = await RunningServer.start({}, undefined, { engine: lateEngine });
  await running.ok('POST', '/api/namespaces', { name: 'market' });
  const wire = await running.wire('admin', running.admin.token);
  const tap = await EventReader.open(running, '/api/tap?namespace=market');
  await wire.request(publish('a'));
  expect((await tap.next()).data).toMatchObject({ shown_total: 1, seen_total: 1 });
});

test('D12: past its rate a tap counts what it leaves out, and is no subscriber in any figure', async () => {
  const running = await withMarket();
  const wire = await running.wire('admin', running.admin.token);
  const tap = await EventReader.open(running, '/api/tap?namespace=market&max_rate=5');
  const count = 5_000;
  const startMs = performance.now();
  for (let sent = 0; sent < count; sent += 500) {
    await Promise.all(Array.from({ length: 500 }, () => wire.request(publish('a'))));
  }
  let batch: TapBatch;
  do batch = (await tap.next()).data as TapBatch;
  while (batch.seen_total < count);
  const seconds = (performance.now() - startMs) / 1_000;
  expect(batch.seen_total).toBe(count);
  expect(batch.shown_total).toBeGreaterThan(0);
  expect(batch.shown_total).toBeLessThanOrEqual(5 * seconds + 2);
  const stats = async () => running.ok<Record<string, number>>('GET', '/api/stats/system');
  let figures = await stats();
  while (figures.msg_total !== count) figures = await stats();
  expect(figures).toMatchObject({ delivered_total: 0, dropped_total: 0, subscribers: 0 });
  const topic = async () => running.ok<{ live: Record<string, number> | null }>('GET', '/api/topics/1');
  let { live } = await topic();
  while (live?.msg_total !== count) live = (await topic()).live;
  expect(live).toMatchObject({ delivered_total: 0, subscriber_count: 0 });
});

test('a message too large to be shown is counted', async () => {
  const running = await withMarket();
  const wire = await running.wire('admin', running.admin.token);
  const tap = await EventReader.open(running, '/api/tap?namespace=market');
  await wire.request(publish('a', Buffer.alloc(2_000_000)));
  expect((await tap.next()).data).toEqual({ messages: [], shown_total: 0, seen_total: 1 });
});

test('a tap ends when its reader goes, so that the next one finds room', async () => {
  const running = await withMarket();
  const path = '/api/tap?namespace=market';
  const taps = await Promise.all(Array.from({ length: 20 }, () => EventReader.open(running, path)));
  expect(taps.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 200));
  expect(await running.call('GET', path)).toMatchObject({ status: 429, body: { code: 'TOO_MANY_TAPS' } });
  for (const tap of taps) tap.close();
  let status = 429;
  while (status === 429) {
    const tap = await EventReader.open(running, path);
    ({ status } = tap);
  }
  expect(status).toBe(200);
});

test('D12: a reader that does not read delays no other, and no message waits for it without end', async () => {
  const running = await withMarket();
  const wire = await running.wire('admin', running.admin.token);
  const socket = connect(running.server.addresses.adminPort, '127.0.0.1').pause();
  socket.write(
    `GET /api/tap?namespace=market&max_rate=1000 HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${running.jwt}\r\n\r\n`,
  );
  const tap = await EventReader.open(running, '/api/tap?namespace=market&max_rate=1');
  const payload = Buffer.alloc(65_000, '{');
  for (let sent = 0; sent < 400; sent++) await wire.request(publish('a', payload));
  let batch: TapBatch;
  do batch = (await tap.next()).data as TapBatch;
  while (batch.seen_total < 400);
  expect((await running.call('GET', '/health')).status).toBe(200);
  socket.destroy();
});

test.each([
  ['GET', '/api/tap', 400],
  ['GET', '/api/tap?namespace=market&pattern=a..b', 400],
  ['GET', '/api/tap?namespace=market&max_rate=0', 400],
  ['GET', '/api/tap?namespace=market&max_rate=1001', 400],
  ['GET', '/api/tap?namespace=nothing', 404],
  ['HEAD', '/api/tap?namespace=market', 404],
  ['HEAD', '/api/stream', 404],
])('%s %s is refused with %i', async (method, path, status) => {
  const running = await withMarket();
  expect((await running.call(method, path)).status).toBe(status);
});
