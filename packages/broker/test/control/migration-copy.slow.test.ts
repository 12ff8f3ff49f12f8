import { readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PulseMQServer } from '@pulsemq/broker';
import { Kysely, Migrator, SqliteDialect } from 'kysely';
import Database from 'libsql';
import { expect, test } from 'vitest';
import { copyBeforeMigration } from '../../dist/control/store/backup/migration-copy.js';
import { migrations } from '../../dist/control/store/migrations/migrations.js';
import { applicationId } from '../../dist/control/store/sqlite/database-file.js';
import { openSqlite } from '../../dist/control/store/sqlite/open-sqlite.js';
import { temporaryFolder } from './running-server.js';

const names = Object.keys(migrations).sort();

/** A database as a version with the first `count` migrations left it, with a setting in it. */
async function olderDatabase(path: string, count: number): Promise<void> {
  writeFileSync(path, '', { mode: 0o600 });
  const database = new Database(path);
  database.pragma(`application_id = ${applicationId}`);
  database.pragma('journal_mode = WAL');
  const db = new Kysely<unknown>({ dialect: new SqliteDialect({ database }) });
  const known = Object.fromEntries(names.slice(0, count).map((name) => [name, migrations[name]!]));
  const { error } = await new Migrator({ db, provider: { getMigrations: async () => known } }).migrateToLatest();
  expect(error).toBeUndefined();
  database.exec("INSERT INTO settings VALUES ('made', 'before')");
  await db.destroy();
}

/** Starts a broker in a folder and stops it; returns its log. Throws what the start throws. */
async function startedOnce(folder: string): Promise<string> {
  const log: string[] = [];
  const server = new PulseMQServer({
    config: { server: { host: '127.0.0.1', pub_port: 0, admin_port: 0 } },
    workingDirectory: folder,
    console: { write: (line) => log.push(line) },
  });
  await server.start().finally(() => server.stop());
  return log.join('');
}

test('a database is copied before its schema changes; the copy is the old database, and the broker works on the new one', async () => {
  const folder = temporaryFolder();
  const path = join(folder, 'pulsemq.db');
  await olderDatabase(path, names.length - 1);
  const copy = `${path}.schema-${names.at(-2)}`;
  expect(await startedOnce(folder)).toContain(`the schema of the database changes; a copy from before is ${copy}`);
  expect(statSync(copy).mode & 0o777).toBe(0o600);
  const kept = new Database(copy);
  expect(kept.prepare('select name from kysely_migration order by name').all([])).toEqual(
    names.slice(0, -1).map((name) => ({ name })),
  );
  expect(kept.prepare("select value from settings where key = 'made'").all([])).toEqual([{ value: 'before' }]);
  kept.close();
  const store = await openSqlite(path);
  expect(await store.settings.get('made')).toBe('before');
  await store.close();
  // The schema is up to date now: no copy is needed.
  const before = readFileSync(copy);
  expect(await copyBeforeMigration(path)).toBeUndefined();
  expect(readFileSync(copy)).toEqual(before);
});

test('the three newest copies are kept', async () => {
  const folder = temporaryFolder();
  const path = join(folder, 'pulsemq.db');
  await olderDatabase(path, names.length - 1);
  for (const [index, name] of ['0001-a', '0002-b', '0003-c', '0004-d'].entries()) {
    writeFileSync(`${path}.schema-${name}`, '');
    utimesSync(`${path}.schema-${name}`, index, index);
  }
  expect(await copyBeforeMigration(path)).toBe(`${path}.schema-${names.at(-2)}`);
  expect(
    readdirSync(folder)
      .filter((name) => name.includes('.schema-'))
      .sort(),
  ).toEqual([`pulsemq.db.schema-${names.at(-2)}`, 'pulsemq.db.schema-0003-c', 'pulsemq.db.schema-0004-d'].sort());
});

test('an older broker says that a newer one wrote the database, and leaves it alone', async () => {
  const folder = temporaryFolder();
  const path = join(folder, 'pulsemq.db');
  await olderDatabase(path, names.length);
  const database = new Database(path);
  database.exec("INSERT INTO kysely_migration VALUES ('9999-later', '2030-01-01T00:00:00.000Z')");
  database.exec('CREATE TABLE later (x)');
  database.pragma('wal_checkpoint(TRUNCATE)');
  database.close();
  const before = readFileSync(path);
  await expect(startedOnce(folder)).rejects.toMatchObject({
    name: 'StartupError',
    exitCode: 2,
    message: `storage.db_path ${path} was written by a newer PulseMQ: it has the schema 9999-later, and this version knows the schema up to ${names.at(-1)}; it was not touched. Start the newer version, or restore a backup or copy from before the upgrade`,
  });
  expect(readFileSync(path)).toEqual(before);
  expect(readdirSync(folder).filter((name) => name.includes('.schema-'))).toEqual([]);
});
