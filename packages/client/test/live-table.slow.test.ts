import { expect, test } from 'vitest';
import {
  type LiveRow,
  type LiveTable,
  type LiveTableChange,
  type PulseMQClient,
  SerializedPayload,
} from '../src/index.js';
import { TestBroker } from './support/broker.js';
import { nextEvent } from './support/events.js';
import { TcpProxy } from './support/proxy.js';

const soon = { baseDelayMs: 1, maxDelayMs: 20, maxTries: 1_000 };

async function keeping(): Promise<{ broker: TestBroker; writer: PulseMQClient }> {
  const broker = await TestBroker.start();
  await broker.keepingNamespace('market');
  return { broker, writer: await broker.connected({ reconnect: soon }) };
}

const quote = (writer: PulseMQClient, topic: string, values: object): Promise<void> =>
  writer.publish('market', topic, JSON.stringify(values), { format: 'string' });

/** Resolves with the first change that fulfils the condition. */
const changeWhen = (table: LiveTable, condition: (change: LiveTableChange) => boolean): Promise<LiveTableChange> =>
  new Promise((resolve) => {
    table.on('change', (change) => {
      if (condition(change)) resolve(change);
    });
  });

const inShort = ({ topic, values, confirmed }: LiveRow): string =>
  `${topic} ${JSON.stringify(values)}${confirmed ? '' : ' unconfirmed'}`;

test('last: the last value of a topic, undefined when there is none, and what was subscribed stays', async () => {
  const { broker, writer } = await keeping();
  const client = await broker.connected();
  const seen: unknown[] = [];
  await client.subscribe('market', 'a', { onMessage: ({ data }) => seen.push(String(data)) });
  await quote(writer, 'a', { price: 1 });
  await quote(writer, 'a', { price: 2 });
  const message = await client.last('market', 'a');
  expect([message?.data, message?.sequence, message?.isSnapshot]).toEqual(['{"price":2}', 2, true]);
  expect(await client.last('market', 'b')).toBeUndefined();
  expect(await client.last('other', 'a')).toBeUndefined();
  const all = await Promise.all(Array.from({ length: 50 }, () => client.last('market', 'a')));
  expect(all.map((one) => one?.sequence)).toEqual(Array(50).fill(2));
  await client.flush();
  expect(await client.querySubscriptions()).toEqual([{ namespace: 'market', pattern: 'a' }]);
  await quote(writer, 'a', { price: 3 });
  await expect.poll(() => seen).toEqual(['{"price":1}', '{"price":2}', '{"price":3}']);
});

test('last: bad names, an abort and a lane that is paused reject with typed errors', async () => {
  const { broker, writer } = await keeping();
  const client = await broker.connected({ requestTimeoutMs: 500 });
  await expect(client.last('market', 'a.*')).rejects.toMatchObject({ code: 'PMQ_BAD_NAME' });
  await expect(client.last('market', 'a', { signal: AbortSignal.abort() })).rejects.toMatchObject({
    code: 'PMQ_ABORTED',
  });
  const full = await client.subscribe('market', 'full', { queueLimit: 1, onFull: 'pause' });
  await writer.publish('market', 'full', Buffer.from('x'));
  await expect.poll(() => full.queuedCount).toBe(1);
  const paused = client.last('market', 'a');
  await expect(paused).rejects.toMatchObject({
    code: 'PMQ_TIMEOUT',
    message: 'the last value of market:a did not arrive within 500 ms (requestTimeoutMs)',
  });
});

test('a live table has the newest row of each topic, with age, and calls its listeners once for a read', async () => {
  const { broker, writer } = await keeping();
  await quote(writer, 'a', { price: 1, size: 5 });
  await quote(writer, 'a', { price: 2, size: 5 });
  await writer.publish('market', 'b', [{ price: 3 }, { price: 4 }], { format: 'df_pyarrow' });
  await writer.publish('market', 'c', '10.5', { format: 'string' });
  await writer.publish('market', 'd', Buffer.from([0xff]));
  const client = await broker.connected();
  const table = await client.liveTable('market', '>', { columns: ['price', 'value'] });
  expect(table.rows().map(inShort)).toEqual([
    'a {"price":2}',
    'b {"price":4}',
    'c {"value":10.5}',
    'd {"value":{"type":"Buffer","data":[255]}}',
  ]);
  const row = table.get('a')!;
  expect(row).toMatchObject({ namespace: 'market', sequence: 2, key: undefined, status: undefined });
  expect(row.ageMs).toBeLessThan(60_000);
  expect(row.receivedAt).toBeGreaterThan(Date.now() - 60_000);
  const changed = changeWhen(table, ({ rows }) => rows.some(({ topic }) => topic === 'e'));
  await quote(writer, 'a', { price: 9 });
  await quote(writer, 'e', { price: 8 });
  await changed;
  expect(table.get('a')).toBe(row);
  expect([inShort(row), inShort(table.get('e')!), table.size]).toEqual(['a {"price":9}', 'e {"price":8}', 5]);
  expect(table.get('f')).toBeUndefined();
  await table.close();
  expect(table.isClosed).toBe(true);
  expect(await client.querySubscriptions()).toEqual([]);
});

test('content that is no object has its value, as in history and in Python', async () => {
  const { broker, writer } = await keeping();
  for (const [topic, text] of Object.entries({ a: '"JSON"', b: 'plain', c: 'null', d: 'true', e: '[1,2]' })) {
    await writer.publish('market', topic, text, { format: 'string' });
  }
  const table = await (await broker.connected()).liveTable('market', '>');
  expect(table.rows().map(({ values }) => values.value)).toEqual(['JSON', 'plain', null, true, '[1,2]']);
  await table.close();
});

test('with a key a message has a row for each value of the column', async () => {
  const { broker, writer } = await keeping();
  const client = await broker.connected();
  const table = await client.liveTable('market', '>', { key: 'symbol' });
  const changed = changeWhen(table, ({ rows }) => rows.some(({ key }) => key === 'z'));
  const bars = (...rows: object[]): Promise<void> => writer.publish('market', 'all', rows, { format: 'df_msgpack' });
  await bars({ symbol: 'x', price: 1 }, { symbol: 'y', price: 1 });
  await bars({ symbol: 'y', price: 2 }, { symbol: 'z', price: 2 });
  await changed;
  expect(table.rows().map(({ key, values, sequence }) => [key, values.price, sequence])).toEqual([
    ['x', 1, 1],
    ['y', 2, 2],
    ['z', 2, 2],
  ]);
  expect(table.get('all', 'y')?.values).toEqual({ symbol: 'y', price: 2 });
  expect(table.get('all')).toBeUndefined();
});

test('rows are unconfirmed after a lost connection until their image or a message comes', async () => {
  const { broker, writer } = await keeping();
  const sub = await TcpProxy.to(broker.subPort);
  const client = await broker.connected({ subPort: sub.port, reconnect: soon });
  for (const topic of ['same', 'moved']) await quote(writer, topic, { price: 1 });
  const table = await client.liveTable('market', '>');
  const lost = changeWhen(table, ({ rows }) => rows.length === 2 && rows.every(({ confirmed }) => !confirmed));
  sub.refuse(true);
  sub.cut();
  await lost;
  await quote(writer, 'moved', { price: 2 });
  const back = changeWhen(table, () => table.rows().every(({ confirmed }) => confirmed));
  sub.refuse(false);
  await back;
  expect(table.rows().map(inShort)).toEqual(['same {"price":1}', 'moved {"price":2}']);
});

test('a restart of the broker: rows that the new snapshot does not have stay unconfirmed until they tick', async () => {
  const { broker, writer } = await keeping();
  const client = await broker.connected({ reconnect: soon });
  for (const topic of ['a', 'b']) await quote(writer, topic, { price: 1 });
  const table = await client.liveTable('market', '>');
  const reconnected = nextEvent(client, 'reconnected');
  await broker.restart();
  await reconnected;
  await table.snapshotEnd;
  expect(table.rows().map(inShort)).toEqual(['a {"price":1} unconfirmed', 'b {"price":1} unconfirmed']);
  const ticked = changeWhen(table, ({ rows }) => rows.some(({ confirmed }) => confirmed));
  await quote(writer, 'a', { price: 2 });
  await ticked;
  expect(table.rows().map(inShort)).toEqual(['a {"price":2}', 'b {"price":1} unconfirmed']);
});

test('rows have the status of their topic, and those of a deleted topic go', async () => {
  const { broker, writer } = await keeping();
  const client = await broker.connected();
  const table = await client.liveTable('market', '>');
  await quote(writer, 'a', { price: 1 });
  const gone = changeWhen(table, () => table.get('a')?.status?.publisher === 'gone');
  await writer.close();
  await gone;
  expect(table.get('a')?.status).toMatchObject({ topic: 'a', state: 'live', publisher: 'gone' });
  const removed = changeWhen(table, (change) => change.removed.length > 0);
  await broker.deleteTopic('market', 'a');
  expect((await removed).removed.map(({ topic }) => topic)).toEqual(['a']);
  expect(table.size).toBe(0);
});

test('a payload that cannot be decoded is a row with its problem, and a listener that throws is reported', async () => {
  const { broker, writer } = await keeping();
  const client = await broker.connected();
  const errors: string[] = [];
  client.on('error', ({ message }) => errors.push(message));
  const table = await client.liveTable('market', '>');
  table.on('change', () => {
    throw new Error('the listener threw');
  });
  const changed = changeWhen(table, () => true);
  await writer.publish('market', 'bad', new SerializedPayload(Buffer.from([0xc1]), { format: 'df_msgpack' }));
  await changed;
  expect(table.get('bad')?.values).toEqual({});
  expect(table.get('bad')?.problem).toContain('MessagePack payload has the unused byte 0xc1');
  expect(errors).toEqual(['the listener threw']);
  expect(JSON.parse(JSON.stringify(table.get('bad')))).toMatchObject({ topic: 'bad', sequence: 1, confirmed: true });
});

test('settings are checked, and a namespace without last values is refused', async () => {
  const { broker } = await keeping();
  const client = await broker.connected();
  await expect(client.liveTable('market', '>', { key: '' })).rejects.toMatchObject({ code: 'PMQ_BAD_OPTION' });
  await expect(client.liveTable('market', '>', { columns: [1] as never })).rejects.toThrow(
    'columns is a list of 1 entries, expected an array of names',
  );
  await expect(client.liveTable('other', '>')).rejects.toMatchObject({
    code: 'PMQ_MALFORMED',
    message: expect.stringContaining('needs last values'),
  });
  const abort = new AbortController();
  const table = await client.liveTable('market', '>', { signal: abort.signal });
  abort.abort();
  expect(table.isClosed).toBe(true);
});
