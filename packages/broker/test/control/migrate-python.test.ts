import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PulseMQServer } from '@pulsemq/broker';
import bcrypt from 'bcryptjs';
import Database from 'libsql';
import { expect, onTestFinished, test } from 'vitest';
import { openSqlite } from '../../dist/control/store/sqlite/open-sqlite.js';
import { migratePython } from '../../src/control/store/python/migrate-python.js';
import { WirePeer } from '../engine/wire-peer.js';
import { temporaryFolder } from './running-server.js';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const token = 'a'.repeat(32);
const time = '2026-01-31 09:30:00';

/** The tables of protocol-facts 7.3, as far as they are migrated, and one of its tables of statistics. */
const schema = `
  CREATE TABLE users (id INTEGER PRIMARY KEY AUTOINCREMENT, username TEXT NOT NULL UNIQUE, user_type TEXT NOT NULL
    DEFAULT 'mq_normal', password_hash TEXT, token_hash TEXT, is_active INTEGER NOT NULL DEFAULT 1, created_at TEXT, updated_at TEXT);
  CREATE TABLE namespaces (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE, description TEXT, created_by TEXT,
    is_active INTEGER NOT NULL DEFAULT 1, created_at TEXT);
  CREATE TABLE topics (id INTEGER PRIMARY KEY AUTOINCREMENT, namespace_id INTEGER NOT NULL REFERENCES namespaces(id), name TEXT,
    created_by TEXT, created_at TEXT, UNIQUE (namespace_id, name));
  CREATE TABLE namespace_permissions (id INTEGER PRIMARY KEY AUTOINCREMENT, user_id INTEGER, namespace_id INTEGER, role TEXT,
    granted_by TEXT, granted_at TEXT, UNIQUE (user_id, namespace_id));
  CREATE TABLE audit_log (id INTEGER PRIMARY KEY AUTOINCREMENT, op_type TEXT, target_type TEXT, operator TEXT, target TEXT,
    namespace TEXT, old_value TEXT, new_value TEXT, created_at TEXT);
  CREATE TABLE stats_topic_minute (id INTEGER PRIMARY KEY, namespace TEXT, topic_name TEXT, minute_ts INTEGER);`;

/** A database as the Python package leaves it: in WAL mode, with what it never checked. No process has it open. */
function pythonDatabase(path: string): void {
  const database = new Database(':memory:');
  database.exec(schema);
  const user = database.prepare('INSERT INTO users VALUES (?, ?, ?, ?, ?, ?, ?, ?)');
  user.run(1, 'admin', 'super_admin', bcrypt.hashSync('from before', 4), sha256('b'.repeat(32)), 1, time, time);
  user.run(3, 'publisher_01', 'mq_normal', null, sha256(token), 1, time, time);
  user.run(4, 'left', 'mq_normal', null, null, 0, time, time);
  user.run(5, '交易员', 'mq_normal', null, sha256('c'.repeat(32)), 1, time, time);
  user.run(6, 'odd', 'emperor', null, sha256('d'.repeat(32)), 1, time, time);
  const namespace = database.prepare('INSERT INTO namespaces VALUES (?, ?, ?, ?, ?, ?)');
  namespace.run(1, 'market_data', '行情', 'admin', 1, time);
  namespace.run(2, 'a b:c', null, 'user_3', 1, time);
  namespace.run(4, 'later', '', 'user_9', 1, time);
  const topic = database.prepare('INSERT INTO topics VALUES (?, ?, ?, ?, ?)');
  topic.run(1, 1, 'sz000651.kline.1m', 'user_3', time);
  topic.run(2, 1, 'ab\n', 'user_3', time);
  const grant = database.prepare('INSERT INTO namespace_permissions VALUES (?, ?, ?, ?, ?, ?)');
  grant.run(1, 3, 1, 'pub', 'admin', time);
  grant.run(2, 4, 1, 'emperor', 'admin', time);
  grant.run(3, 77, 1, 'admin', 'admin', time);
  const audit = database.prepare('INSERT INTO audit_log VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)');
  audit.run(1, 'grant', 'namespace_permission', 'admin', '3', null, null, 'pub', time);
  // Written in one go, since the driver would hold on to the file for a while.
  database.exec(`VACUUM INTO '${path}'`);
  const bytes = readFileSync(path);
  bytes.fill(2, 18, 20);
  writeFileSync(path, bytes);
}

test('a database of the Python package is migrated: ids, tokens, passwords and grants stay, and the old one is kept', async () => {
  const folder = temporaryFolder();
  const path = join(folder, 'pulsemq.db');
  pythonDatabase(path);
  const migrated = await migratePython(path);
  expect(migrated).toEqual({
    keptAt: `${path}.pulse-mq`,
    userCount: 5,
    namespaceCount: 3,
    topicCount: 2,
    grantCount: 1,
    withoutEffect: [
      'user "交易员"',
      'user of type "emperor" "odd"',
      'namespace "a b:c"',
      'topic "ab\\n"',
      'role "emperor"',
    ],
  });
  expect(statSync(`${path}.pulse-mq`).mode & 0o777).toBe(0o600);
  const kept = new Database(`${path}.pulse-mq`);
  expect(kept.prepare('SELECT count(*) AS count FROM users').get()).toMatchObject({ count: 5 });
  kept.close();

  const store = await openSqlite(path);
  onTestFinished(() => store.close());
  expect((await store.users.all()).map(({ id, username, isActive }) => [id, username, isActive])).toEqual([
    [1, 'admin', true],
    [3, 'publisher_01', true],
    [4, 'left', false],
    [5, '交易员', false],
    [6, 'odd', false],
  ]);
  expect((await store.namespaces.all()).map((one) => [one.id, one.name, one.createdBy, one.isActive])).toEqual([
    [1, 'market_data', 'admin', true],
    [2, 'a b:c', 'publisher_01', false],
    [4, 'later', 'user_9', true],
  ]);
  expect(await store.grants.all()).toEqual([
    { userId: 3, namespaceId: 1, role: 'pub', grantedBy: 'admin', grantedAt: '2026-01-31T09:30:00.000Z' },
  ]);
  const { rows } = await store.audit.list({}, { limit: 10, offset: 0 });
  expect(rows).toMatchObject([{ opType: 'grant', target: 'publisher_01', createdAt: '2026-01-31T09:30:00.000Z' }]);
  // Ids are never used twice, also not the package's.
  const user = { userType: 'mq_normal', passwordHash: null, tokenHash: null, mustChangePassword: false } as const;
  expect((await store.users.add({ ...user, username: 'new' })).id).toBe(7);
  expect(await migratePython(path)).toBeUndefined();
});

test('the broker starts on it: its users log in and publish with what they have, and what has no effect is one line', async () => {
  const folder = temporaryFolder();
  pythonDatabase(join(folder, 'pulsemq.db'));
  const log: string[] = [];
  const server = new PulseMQServer({
    config: { server: { host: '127.0.0.1', pub_port: 0, admin_port: 0 } },
    workingDirectory: folder,
    console: { write: (line) => log.push(line) },
  });
  await server.start();
  onTestFinished(() => server.stop());
  const login = await fetch(`http://127.0.0.1:${server.addresses.adminPort}/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username: 'admin', password: 'from before' }),
  });
  expect(login.status).toBe(200);
  const answer = (await login.json()) as { token: string };
  expect(answer).toMatchObject({ must_change_password: false });
  const read = async (path: string): Promise<[number, unknown]> => {
    const headers = { authorization: `Bearer ${answer.token}` };
    const response = await fetch(`http://127.0.0.1:${server.addresses.adminPort}${path}`, { headers });
    return [response.status, await response.json()];
  };
  for (const path of ['users', 'namespaces', 'topics', 'permissions', 'audit-logs', 'stats/users', 'users/5']) {
    expect([path, (await read(`/api/${path}`))[0]]).toEqual([path, 200]);
  }
  expect(await read('/api/definitions')).toMatchObject([
    200,
    {
      namespaces: [{ name: 'market_data' }, { name: 'later' }],
      users: [{ username: 'admin' }, { username: 'publisher_01' }, { username: 'left' }, { username: 'odd' }],
      grants: [{ username: 'publisher_01', namespace: 'market_data', role: 'pub' }],
    },
  ]);
  const peer = await WirePeer.open(server.addresses.pubPort, { socketType: 'DEALER' });
  onTestFinished(async () => {
    await peer.close();
  });
  expect((await peer.auth('publisher_01', token)).body).toMatchObject({ status: 'AUTH_OK', user_id: 3 });
  expect(log.filter((line) => line.includes('migrated a database'))).toHaveLength(1);
  const without = log.filter((line) => line.includes('migrated without effect'));
  expect(without).toHaveLength(1);
  expect(without[0]).toContain('namespace "a b:c"');
  expect(readdirSync(folder)).not.toContain('.pulsemq_admin');
});

test('a database that is in use, or only looks like that of the Python broker, stays as it is', async () => {
  const folder = temporaryFolder();
  const path = join(folder, 'pulsemq.db');
  pythonDatabase(path);
  const inUse = new Database(path);
  expect(inUse.prepare('SELECT count(*) AS count FROM users').get()).toMatchObject({ count: 5 });
  await expect(migratePython(path)).rejects.toMatchObject({
    exitCode: 2,
    message: expect.stringContaining('Stop the Python broker first'),
  });
  expect(inUse.prepare('SELECT count(*) AS count FROM users').get()).toMatchObject({ count: 5 });
  inUse.exec('ALTER TABLE users RENAME COLUMN token_hash TO key_hash');
  expect(await migratePython(path)).toBeUndefined();
  expect(readdirSync(folder).filter((name) => !name.startsWith('pulsemq.db'))).toEqual([]);
  inUse.close();
});

test('a copy that is there already is not overwritten', async () => {
  const folder = temporaryFolder();
  const path = join(folder, 'pulsemq.db');
  pythonDatabase(path);
  writeFileSync(`${path}.pulse-mq`, 'somebody else’s');
  expect((await migratePython(path))?.keptAt).toBe(`${path}.pulse-mq.1`);
  expect(readFileSync(`${path}.pulse-mq`, 'utf8')).toBe('somebody else’s');
});
