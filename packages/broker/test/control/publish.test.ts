import { DataFrame, decodePayload } from '@pulsemq/codecs';
import { type CompressionAlgorithm, FormatCode, MessageType, type PayloadFormat } from '@pulsemq/protocol';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { RunningServer } from './running-server.js';

let running: RunningServer;

beforeAll(async () => {
  running = await RunningServer.open();
  await running.ok('POST', '/api/namespaces', { name: 'market' });
  await running.ok('POST', '/api/namespaces', { name: 'closed' });
  await running.ok('PUT', '/api/namespaces/2', { is_active: false });
});
afterAll(() => running.close());

const rows = [
  { symbol: 'A', price: 1.5 },
  { symbol: 'B', price: 2 },
];

test.each<[PayloadFormat, unknown, unknown, CompressionAlgorithm | undefined]>([
  ['string', 'héllo', 'héllo', undefined],
  ['bytes', Buffer.from([0, 255]).toString('base64'), Buffer.from([0, 255]), undefined],
  ['bytes', Buffer.alloc(5_000).toString('base64'), Buffer.alloc(5_000), 'zlib'],
  ['df_msgpack', rows, rows, undefined],
  ['df_pyarrow', rows, rows, undefined],
  ['df_pyarrow', Array.from({ length: 500 }, () => rows[0]), Array.from({ length: 500 }, () => rows[0]), 'lz4'],
])(
  'a message of format %s reaches a subscriber under the name of who published it',
  async (format, data, read, compress) => {
    const session = await running.wire('admin', running.admin.token);
    const subscriber = await running.bound(session);
    await session.request({ type: MessageType.sub, namespace: 'market', topic: 'a' });
    const body = { namespace: 'market', topic: 'a', format, data, compress };
    const reply = await running.ok<{ payload_bytes: number; sequence: number }>('POST', '/api/publish', body);
    expect(reply).toMatchObject({ status: 'published', subscriber_count: 1 });
    const { key, ...message } = await subscriber.delivery();
    expect(key).toBe('market:a');
    expect(message.username).toBe('admin');
    expect(message.header.format).toBe(FormatCode[format]);
    expect(message.payload.length).toBe(reply.payload_bytes);
    const decoded = decodePayload(message.header.format, message.header.flags, message.payload);
    expect(decoded.compressed).toBe(compress);
    expect(decoded.data instanceof DataFrame ? decoded.data.rows() : decoded.data).toEqual(read);
  },
);

test('fault F3: rows keep integers past 2^53, and one name twice in a row is refused', async () => {
  const session = await running.wire('admin', running.admin.token);
  const subscriber = await running.bound(session);
  await session.request({ type: MessageType.sub, namespace: 'market', topic: 'exact' });
  const body = (row: string) => `{"namespace":"market","topic":"exact","format":"df_pyarrow","data":[${row}]}`;
  expect((await running.call('POST', '/api/publish', body('{"id":9007199254740993,"v":[-0,1.5]}'))).status).toBe(200);
  const { header, payload } = await subscriber.delivery();
  const frame = decodePayload(header.format, header.flags, payload).data as DataFrame;
  expect(frame.rows()).toEqual([{ id: 9007199254740993n, v: [-0, 1.5] }]);
  expect(await running.call('POST', '/api/publish', body('{"id":1,"id":2}'))).toMatchObject({
    status: 400,
    body: { code: 'BAD_INPUT', error: expect.stringContaining("Duplicate key 'id'") },
  });
  expect(await running.call('POST', '/api/publish', body('{"id":18446744073709551616}'))).toMatchObject({
    status: 400,
    body: { error: expect.stringContaining('column "id", row 0 is 18446744073709551616n') },
  });
});

describe('a message that cannot be is refused', () => {
  const good = { namespace: 'market', topic: 'a', format: 'string', data: 'x' };
  test.each<[string, object, number, string]>([
    ['no such namespace', { namespace: 'nothing' }, 404, 'NOT_FOUND'],
    ['a namespace that is off', { namespace: 'closed' }, 409, 'NAMESPACE_INACTIVE'],
    ['a bad topic', { topic: 'a..b' }, 400, 'BAD_INPUT'],
    ['a pattern', { topic: 'a.*' }, 400, 'BAD_INPUT'],
    ['an unknown format', { format: 'json' }, 400, 'BAD_INPUT'],
    ['an unknown compression', { compress: 'gzip' }, 400, 'BAD_INPUT'],
    ['rows as text', { data: [{ a: 1 }] }, 400, 'BAD_INPUT'],
    ['text as rows', { format: 'df_pyarrow' }, 400, 'BAD_INPUT'],
    ['text that is no base64', { format: 'bytes', data: 'é' }, 400, 'BAD_INPUT'],
    ['half a surrogate pair', { data: '\ud800' }, 400, 'BAD_INPUT'],
    ['a column of two kinds', { format: 'df_msgpack', data: [{ a: 1 }, { a: 'x' }] }, 400, 'BAD_INPUT'],
    ['too long a text', { data: 'x'.repeat(8_193) }, 413, 'TOO_LARGE'],
    ['too many bytes', { format: 'bytes', data: Buffer.alloc(10_485_762).toString('base64') }, 413, 'TOO_LARGE'],
    ['too many rows', { format: 'df_pyarrow', data: Array.from({ length: 20_001 }, () => ({})) }, 400, 'BAD_INPUT'],
    [
      'too many columns',
      { format: 'df_pyarrow', data: [Object.fromEntries(Array.from({ length: 1_001 }, (_, index) => [index, 1]))] },
      400,
      'BAD_INPUT',
    ],
    [
      'too many cells, most of them empty',
      { format: 'df_msgpack', data: Array.from({ length: 20_000 }, (_, index) => ({ [index % 30]: 1 })) },
      400,
      'BAD_INPUT',
    ],
  ])('%s', async (_, change, status, code) => {
    const answer = await running.call('POST', '/api/publish', { ...good, ...change });
    expect(answer).toMatchObject({ status, body: { code } });
  });
});

test('what is wrong with the data is said with the limit', async () => {
  const errorOf = async (data: unknown) => {
    const body = { namespace: 'market', topic: 'a', format: 'df_pyarrow', data };
    return ((await running.call('POST', '/api/publish', body)).body as { error: string }).error;
  };
  const wanted = 'body.data: must be a text, or an array of at most 20000 row objects';
  for (const data of [5, [1], Array.from({ length: 20_001 }, () => ({}))]) expect(await errorOf(data)).toBe(wanted);
  const wide = Object.fromEntries(Array.from({ length: 1_001 }, (_, index) => [index, 1]));
  expect(await errorOf([wide])).toBe('body.data: has more than 1000 columns, the limit');
});

test('a publish through the API leaves an audit row, and is for administrators', async () => {
  await running.ok('POST', '/api/publish', { namespace: 'market', topic: 'audited', format: 'string', data: 'x' });
  const rows = await running.ok<unknown[]>('GET', '/api/audit-logs?op_type=publish&target=audited');
  expect(rows).toMatchObject([
    { operator: 'admin', namespace: 'market', result: 'ok', new_value: expect.stringContaining('"payload_bytes":1') },
  ]);
  const { id } = await running.user('manager', 1, 'admin', { password: 'some password' });
  expect(id).toBeGreaterThan(0);
  const { token } = await running.logIn('manager', 'some password');
  const body = { namespace: 'market', topic: 'a', format: 'string', data: 'x' };
  expect((await running.call('POST', '/api/publish', body, token)).status).toBe(403);
});
