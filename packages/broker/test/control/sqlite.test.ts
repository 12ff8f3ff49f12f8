import { once } from 'node:events';
import {
  closeSync,
  copyFileSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import Database from 'libsql';
import { describe, expect, onTestFinished, test } from 'vitest';
import { StartupError } from '../../dist/control/startup-error.js';
import { openSqlite } from '../../dist/control/store/sqlite/open-sqlite.js';
import { temporaryFolder } from './running-server.js';
import { storeContract } from './store-contract.js';

storeContract('SQLite', () => openSqlite(join(temporaryFolder(), 'pulsemq.db')));

/** A database somebody else made, and what it does to it before it lets go. */
function foreignDatabase(path: string, ...statements: string[]): void {
  const database = new Database(path);
  for (const statement of statements) database.exec(statement);
  database.close();
}

/** Every file under a folder with its bytes, mode and time of change. */
function listing(folder: string): unknown[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true }).map((entry) => {
    const path = join(entry.parentPath, entry.name);
    const { mode, mtimeMs } = statSync(path);
    return [path, mode, mtimeMs, entry.isFile() ? readFileSync(path, 'hex') : null];
  });
}

describe('a path that is not ours stops the start and stays as it is', () => {
  test.each([
    [
      'a database of the Python package',
      'is a database of another program; it was not touched',
      (path: string) =>
        foreignDatabase(path, 'CREATE TABLE users (id INTEGER, username TEXT)', 'INSERT INTO users VALUES (1, 1)'),
    ],
    [
      'a database in WAL mode',
      'is a database of another program',
      (path: string) => foreignDatabase(path, 'PRAGMA journal_mode = WAL', 'CREATE TABLE t (x)'),
    ],
    [
      'a database with another mark',
      'is a database of another program',
      (path: string) => foreignDatabase(path, 'PRAGMA application_id = 7', 'CREATE TABLE t (x)'),
    ],
    ['text', 'is not a database; it was not touched', (path: string) => writeFileSync(path, 'x'.repeat(200))],
    ['a few bytes', 'is not a database; it was not touched', (path: string) => writeFileSync(path, 'x')],
    [
      'a header cut off',
      'is a database of another program',
      (path: string) => writeFileSync(path, 'SQLite format 3\0'),
    ],
    ['a folder', 'is not a file', (path: string) => mkdirSync(path)],
  ] as const)('%s', async (_, text, make) => {
    const folder = temporaryFolder();
    const path = join(folder, 'pulsemq.db');
    make(path);
    const before = listing(folder);
    const refused = await openSqlite(path).then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(refused).toBeInstanceOf(StartupError);
    expect(refused).toMatchObject({ exitCode: 2, message: expect.stringContaining(`storage.db_path ${path} ${text}`) });
    expect((refused as Error).message).not.toContain('\n');
    expect(listing(folder)).toEqual(before);
  });

  test('a folder that cannot be made', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'file'), 'x');
    const before = listing(folder);
    const path = join(folder, 'file', 'pulsemq.db');
    await expect(openSqlite(path)).rejects.toMatchObject({ exitCode: 2, message: expect.stringContaining(path) });
    expect(listing(folder)).toEqual(before);
  });

  test.runIf(process.platform === 'linux')('a folder in /proc, which takes none', async () => {
    const path = '/proc/missing/pulsemq.db';
    await expect(openSqlite(path)).rejects.toMatchObject({ exitCode: 2, message: expect.stringContaining('ENOENT') });
  });
});

test('a database of ours that is broken, or newer than this broker, stops the start', async () => {
  const path = join(temporaryFolder(), 'pulsemq.db');
  await (await openSqlite(path)).close();
  foreignDatabase(path, "INSERT INTO kysely_migration (name, timestamp) VALUES ('9999-later', '2999')");
  const later = { exitCode: 2, message: expect.stringContaining('the schema cannot be brought up to date') };
  await expect(openSqlite(path)).rejects.toMatchObject(later);
  const file = openSync(path, 'r+');
  ftruncateSync(file, 4_096);
  closeSync(file);
  const broken = { exitCode: 2, message: expect.stringContaining(`storage.db_path ${path}`) };
  await expect(openSqlite(path)).rejects.toMatchObject(broken);
});

test('everything is there after closing, ids go on, and only its owner may read it', async () => {
  const path = join(temporaryFolder(), 'deep', 'pulsemq.db');
  const first = await openSqlite(path);
  const user = { userType: 'mq_normal', passwordHash: 'p', tokenHash: 't', mustChangePassword: false } as const;
  for (const username of ['a', 'b']) await first.users.add({ ...user, username });
  await first.users.remove(2);
  const namespace = await first.namespaces.add({ name: 'n', description: 'ü', createdBy: 'a' });
  const topics = await first.topics.addAll([{ namespaceId: 1, name: 't', createdBy: 'a' }]);
  await first.grants.put({ userId: 1, namespaceId: 1, role: 'pub', grantedBy: 'a' });
  await first.settings.put('k', 'v');
  await first.revokedTokens.add('id', 9);
  const [users, grants] = [await first.users.all(), await first.grants.all()];
  for (const name of readdirSync(join(path, '..'))) {
    expect([name, statSync(join(path, '..', name)).mode & 0o777]).toEqual([name, 0o600]);
  }
  await first.close();
  const second = await openSqlite(path);
  onTestFinished(() => second.close());
  expect([await second.users.all(), await second.grants.all()]).toEqual([users, grants]);
  expect([await second.namespaces.all(), await second.topics.all()]).toEqual([[namespace], topics]);
  expect([await second.settings.get('k'), await second.revokedTokens.all(0)]).toEqual(['v', ['id']]);
  expect((await second.users.add({ ...user, username: 'c' })).id).toBe(3);
});

test('the file by itself is the whole store once it is closed', async () => {
  const folder = temporaryFolder();
  const store = await openSqlite(join(folder, 'pulsemq.db'));
  await store.settings.put('k', 'v');
  await store.close();
  copyFileSync(join(folder, 'pulsemq.db'), join(folder, 'copy.db'));
  const copy = await openSqlite(join(folder, 'copy.db'));
  onTestFinished(() => copy.close());
  expect(await copy.settings.get('k')).toBe('v');
});

test('an empty file becomes the database', async () => {
  const path = join(temporaryFolder(), 'pulsemq.db');
  writeFileSync(path, '');
  const store = await openSqlite(path);
  await store.close();
  expect(readFileSync(path, 'latin1').startsWith('SQLite format 3\0')).toBe(true);
});

test('a store that another process is writing to is waited for', async () => {
  const path = join(temporaryFolder(), 'pulsemq.db');
  await (await openSqlite(path)).close();
  // Opening blocks this thread, so the other one lets go by itself.
  const other = new Worker(
    `const { parentPort, workerData } = require('node:worker_threads');
     const Database = require('libsql');
     const database = new Database(workerData);
     database.pragma('busy_timeout = 5000');
     database.exec('BEGIN IMMEDIATE');
     parentPort.postMessage('locked');
     Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
     database.exec('COMMIT');
     database.close();`,
    { eval: true, workerData: path },
  );
  onTestFinished(async () => {
    await other.terminate();
  });
  await once(other, 'message');
  const store = await openSqlite(path);
  await store.settings.put('k', 'v');
  await store.close();
});
