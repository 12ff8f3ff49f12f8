import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { PostgresServer } from '../../../../test/postgres/postgres-server.mjs';
import { copyStore } from '../../dist/control/store/copy/copy-store.js';
import { PendingFile } from '../../dist/control/store/pending/pending-file.js';
import { openPostgres } from '../../dist/control/store/postgres/open-postgres.js';
import { openSqlite } from '../../dist/control/store/sqlite/open-sqlite.js';
import type { Store } from '../../dist/control/store/store.js';
import { temporaryFolder } from '../control/running-server.js';

let server: PostgresServer;
beforeAll(async () => {
  server = await PostgresServer.start();
});
afterAll(() => server?.remove());

const everything = { limit: 10_000, offset: 0 };
const entry = {
  opType: 'grant',
  targetType: 'user',
  operator: 'admin',
  address: '127.0.0.1',
  target: 'a',
  namespace: null,
  oldValue: null,
  newValue: '"sub"',
  result: 'ok',
  requestId: '1',
};
const systemRow = (ts: number, msgCount: number) => ({
  ts,
  msgCount,
  byteCount: 2 ** 40,
  deliveredCount: 3,
  deliveredBytes: 4,
  droppedCount: 5,
  connections: 6,
  onlineUsers: 7,
  authTotal: 8,
  authFail: 9,
  permDenied: 10,
  publisherDelays: '5 4 1:1 4:1',
  brokerDelays: null,
  engineLoopLagMs: 0.5,
  memoryMb: 80,
});

/** Something in every table; users and topics with gaps between their ids, and a removed one at the end. */
async function fill(store: Store): Promise<void> {
  const secrets = { passwordHash: "p'\\", tokenHash: 'ü€𝄞', mustChangePassword: true };
  for (const username of ['a', 'b', 'c', 'd']) await store.users.add({ username, userType: 'mq_normal', ...secrets });
  await store.users.remove(2);
  await store.users.remove(4);
  await store.namespaces.add({
    name: 'n',
    description: '<b>\n',
    createdBy: 'a',
    freshness: { rules: [], calendars: {} },
    bars: { rules: [], calendars: {} },
  });
  const names = Array.from({ length: 1_203 }, (_, index) => `t${index}`);
  await store.topics.addAll(names.map((name) => ({ namespaceId: 1, name, createdBy: 'a' })));
  for (const id of [1, 7, 1_203]) await store.topics.remove(id);
  await store.grants.put({ userId: 3, namespaceId: 1, role: 'pub', grantedBy: 'a' });
  await store.settings.put('jwt_secret', 'x'.repeat(64));
  await store.revokedTokens.add('token', 4_000_000_000);
  await store.alertRules.add({
    ...{
      name: 'r',
      kind: 'topic_stale',
      namespace: 'n',
      pattern: 'a.*',
      threshold: 1.1,
      forSeconds: 5,
      isEnabled: false,
    },
  });
  await store.webhooks.add({ name: 'w', url: 'http://x/', secret: 's', isEnabled: true });
  await store.transaction(async ({ audit }) => {
    for (let index = 0; index < 1_100; index++) await audit.add({ ...entry, createdAt: new Date(index).toISOString() });
  });
  await store.stats.put('minute', { system: [systemRow(60, 1), systemRow(120, 2)], topics: [], users: [] });
  await store.stats.put('hour', { system: [systemRow(3_600, 3)], topics: [], users: [] });
}

/** Everything that a store has. */
const contentOf = async (store: Store): Promise<Record<string, unknown>> => ({
  users: await store.users.all(),
  namespaces: await store.namespaces.all(),
  topics: await store.topics.all(),
  grants: await store.grants.all(),
  secret: await store.settings.get('jwt_secret'),
  loggedOut: await store.revokedTokens.all(0),
  rules: await store.alertRules.all(),
  webhooks: await store.webhooks.all(),
  audit: await store.audit.list({}, everything),
  minutes: await store.stats.system('minute', 0),
  hours: await store.stats.system('hour', 0),
});

async function contentAt(opening: Promise<Store>): Promise<Record<string, unknown>> {
  const store = await opening;
  try {
    return await contentOf(store);
  } finally {
    await store.close();
  }
}

const options = { isForced: false, broker: 'a' };

test('a copy to PostgreSQL and one back are equal in every table, and give no id twice', async () => {
  const folder = temporaryFolder();
  const [first, second] = ['first.db', 'second.db'].map((name) => join(folder, name)) as [string, string];
  const url = await server.database();
  const source = await openSqlite(first);
  await fill(source);
  const content = await contentOf(source);
  await source.close();

  const shown: string[] = [];
  const there = await copyStore({
    ...options,
    from: `sqlite:${first}`,
    to: url,
    onProgress: (table: string) => shown.push(table),
  });
  expect(there.tables).toContainEqual({ table: 'topics', rowCount: 1_200 });
  expect(there.tables).toContainEqual({ table: 'statistics (minute)', rowCount: 2 });
  expect(new Set(shown)).toContain('audit_log');
  expect(JSON.stringify(there)).not.toContain('postgres://');
  expect(await contentAt(openPostgres(url, 'a'))).toEqual(content);

  await copyStore({ ...options, from: url, to: `sqlite:${second}` });
  expect(await contentAt(openSqlite(second))).toEqual(content);

  for (const opening of [openPostgres(url, 'a'), openSqlite(second)]) {
    const store = await opening;
    const added = await store.users.add({
      username: 'new',
      userType: 'mq_normal',
      passwordHash: null,
      tokenHash: null,
      mustChangePassword: false,
    });
    expect(added.id).toBe(5);
    expect((await store.topics.addAll([{ namespaceId: 1, name: 'new', createdBy: 'a' }]))[0]?.id).toBeGreaterThan(
      1_203,
    );
    await store.close();
  }
});

test('a target with rows is refused and stays as it is, and --force replaces them', async () => {
  const path = join(temporaryFolder(), 'pulsemq.db');
  const url = await server.database();
  const source = await openSqlite(path);
  await fill(source);
  await source.close();
  const target = await openPostgres(url, 'a');
  await target.namespaces.add({ name: 'other', description: '', createdBy: 'x' });
  const before = await contentOf(target);
  const copy = { ...options, from: `sqlite:${path}`, to: url };
  await expect(copyStore(copy)).rejects.toThrow(/is not empty \(namespaces\); --force removes/);
  expect(await contentOf(target)).toEqual(before);
  await copyStore({ ...copy, isForced: true });
  expect((await target.namespaces.all()).map(({ name }) => name)).toEqual(['n']);
  // No id is used twice: neither one of the source nor one of the target.
  expect((await target.namespaces.add({ name: 'late', description: '', createdBy: 'x' })).id).toBe(2);
  await target.close();
});

test('statistics of several brokers are one sum in a file', async () => {
  const path = join(temporaryFolder(), 'pulsemq.db');
  const url = await server.database();
  for (const name of ['a', 'b']) {
    const store = await openPostgres(url, name);
    await store.stats.put('minute', { system: [systemRow(60, 5)], topics: [], users: [] });
    await store.close();
  }
  await copyStore({ ...options, from: url, to: `sqlite:${path}` });
  const { minutes } = await contentAt(openSqlite(path));
  expect(minutes).toMatchObject([{ ts: 60, msgCount: 10, byteCount: 2 ** 41, memoryMb: 80 }]);
});

test('changes that wait for a file are part of the copy; a file that a broker has, or that is missing, is refused', async () => {
  const folder = temporaryFolder();
  const path = join(folder, 'pulsemq.db');
  const source = await openSqlite(path);
  await fill(source);
  await source.close();
  const { file } = await PendingFile.open(`${path}.pending`);
  await file.add({ number: 1, change: { kind: 'userOff', userId: 1 }, audit: null });
  await file.close();
  const url = await server.database();
  await copyStore({ ...options, from: `sqlite:${path}`, to: url });
  const copied = await openPostgres(url, 'a');
  expect((await copied.users.byId(1))?.isActive).toBe(false);
  await copied.close();
  await expect(copyStore({ ...options, from: `sqlite:${join(folder, 'none.db')}`, to: url })).rejects.toThrow(
    'there is no database at',
  );
  writeFileSync(join(folder, 'text.db'), 'not a database'.repeat(20));
  await expect(copyStore({ ...options, from: `sqlite:${join(folder, 'text.db')}`, to: url })).rejects.toThrow(
    'is not a database',
  );
});
