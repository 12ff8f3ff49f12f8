import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'libsql';
import { expect, test } from 'vitest';
import { openSqlite } from '../../src/control/store/sqlite/open-sqlite.js';
import { temporaryFolder } from './running-server.js';
import { storeContract } from './store-contract.js';

storeContract('SQLite', () => openSqlite(join(temporaryFolder(), 'pulsemq.db')));

test('a database of another program, a file that is none and a folder are refused and stay untouched', async () => {
  const folder = temporaryFolder();
  const foreign = join(folder, 'foreign.db');
  const database = new Database(foreign);
  database.pragma('journal_mode = WAL');
  database.exec('CREATE TABLE t (x); INSERT INTO t VALUES (1)');
  database.close();
  writeFileSync(join(folder, 'text.db'), 'x'.repeat(200));
  mkdirSync(join(folder, 'folder.db'));
  const before = readdirSync(folder).map((name) => [name, statSync(join(folder, name)).mtimeMs]);
  const bytes = readFileSync(foreign);
  for (const [name, text] of [
    ['foreign.db', 'is a database of another program; it was not touched'],
    ['text.db', 'is not a database; it was not touched'],
    ['folder.db', 'is not a file'],
  ] as const) {
    await expect(openSqlite(join(folder, name))).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringContaining(text),
    });
  }
  expect(readdirSync(folder).map((name) => [name, statSync(join(folder, name)).mtimeMs])).toEqual(before);
  expect(readFileSync(foreign).equals(bytes)).toBe(true);
});

test('what is stored is there after closing, and nobody else may read it', async () => {
  const path = join(temporaryFolder(), 'deep', 'pulsemq.db');
  const first = await openSqlite(path);
  await first.settings.put('k', 'v');
  expect(statSync(path).mode & 0o777).toBe(0o600);
  await first.close();
  const second = await openSqlite(path);
  expect(await second.settings.get('k')).toBe('v');
  await second.close();
});
