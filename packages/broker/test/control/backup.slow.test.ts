import { readdirSync, readFileSync, rmSync, statSync, watch, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { backUpDatabase, restoreBackup, verifyBackup, writeBackup } from '@pulsemq/broker';
import { expect, onTestFinished, test } from 'vitest';
import { openSqlite } from '../../dist/control/store/sqlite/open-sqlite.js';
import { RunningServer, temporaryFolder } from './running-server.js';

/** A broker with something of everything that is stored. */
async function filled(): Promise<RunningServer> {
  const running = await RunningServer.start();
  const { id } = await running.ok<{ id: number }>('POST', '/api/namespaces', { name: 'market', keep_last_value: true });
  await running.user('feed_1', id, 'pub');
  await running.user('reader_1', id, 'sub');
  await running.ok('PUT', `/api/namespaces/${id}/freshness`, {
    rules: [{ pattern: '*.quote', max_age_ms: 5_000, calendar: 'cn' }],
    calendars: { cn: { time_zone: 'Asia/Shanghai', weekdays: ['mon'], ranges: [['09:30', '11:30']], holidays: [] } },
  });
  await running.ok('POST', '/api/alert-rules', { name: 'lost', kind: 'drops', threshold: 1e9 });
  await running.ok('POST', '/api/webhooks', { name: 'chat', url: 'http://127.0.0.1:1/', is_enabled: false });
  await running.ok('POST', '/api/publish', {
    namespace: 'market',
    topic: '600000.SH.quote',
    format: 'string',
    data: 'x',
  });
  while ((await running.ok<unknown[]>('GET', '/api/topics')).length === 0);
  return running;
}

/** Everything in a database but statistics, audit rows and the time of the last trial write. */
async function contentOf(path: string): Promise<unknown> {
  const store = await openSqlite(path);
  try {
    return {
      users: await store.users.all(),
      namespaces: await store.namespaces.all(),
      topics: await store.topics.all(),
      grants: await store.grants.all(),
      jwtSecret: await store.settings.get('jwt_secret'),
      alertRules: await store.alertRules.all(),
      webhooks: await store.webhooks.all(),
      revoked: await store.revokedTokens.all(0),
    };
  } finally {
    await store.close();
  }
}

/** The bytes of `POST /api/backup`, as a file. */
async function downloaded(running: RunningServer, path: string): Promise<void> {
  const response = await fetch(`http://127.0.0.1:${running.server.addresses.adminPort}/api/backup`, {
    method: 'POST',
    headers: { authorization: `Bearer ${running.jwt}` },
  });
  expect([response.status, response.headers.get('content-type')]).toEqual([200, 'application/octet-stream']);
  const header = await writeBackup(path, () => response.body!);
  expect(Number(response.headers.get('content-length'))).toBe(statSync(path).size);
  expect(header.bytes).toBeLessThan(statSync(path).size);
}

test('a backup under load holds everything of one moment; restored elsewhere, a broker starts with it', async () => {
  const running = await filled();
  let isOver = false;
  // Users come and go meanwhile, and each leaves an audit row.
  const load = (async () => {
    for (let count = 0; !isOver; count++) {
      const { id } = await running.user(`passing_${count}`);
      await running.ok('DELETE', `/api/users/${id}`);
    }
  })();
  const backup = join(running.folder, 'a.backup');
  await downloaded(running, backup);
  isOver = true;
  await load;
  const [row] = await running.ok<{ op_type: string; operator: string; new_value: string }[]>(
    'GET',
    '/api/audit-logs?op_type=backup.create',
  );
  expect([row?.operator, JSON.parse(row!.new_value)]).toEqual(['admin', await verifyBackup(backup)]);
  expect(statSync(backup).mode & 0o777).toBe(0o600);
  await running.server.stop();

  const elsewhere = temporaryFolder();
  const path = join(elsewhere, 'pulsemq.db');
  expect((await restoreBackup(backup, path)).keptAt).toBeUndefined();
  expect(statSync(path).mode & 0o777).toBe(0o600);
  const passing = /^passing_/;
  const restored = (await contentOf(path)) as { users: { username: string }[] };
  const original = (await contentOf(join(running.folder, 'pulsemq.db'))) as { users: { username: string }[] };
  expect(restored.users.filter(({ username }) => passing.test(username)).length).toBeLessThanOrEqual(1);
  expect({ ...restored, users: restored.users.filter(({ username }) => !passing.test(username)) }).toEqual(original);
  expect(readdirSync(running.folder).filter((name) => name.includes('.copy-'))).toEqual([]);

  writeFileSync(join(elsewhere, '.pulsemq_admin'), readFileSync(join(running.folder, '.pulsemq_admin')));
  const again = await RunningServer.start({}, elsewhere);
  expect(await again.ok('GET', '/api/definitions')).toMatchObject({
    grants: expect.arrayContaining([{ username: 'feed_1', namespace: 'market', role: 'pub' }]),
  });
});

test('a restoration is refused while a broker has the database, and so is a backup of the file', async () => {
  const running = await RunningServer.start();
  const path = join(running.folder, 'pulsemq.db');
  const backup = join(temporaryFolder(), 'a.backup');
  await downloaded(running, backup);
  await expect(restoreBackup(backup, path)).rejects.toThrow(`is in use by a broker, process ${process.pid}; stop it`);
  await expect(backUpDatabase(path, `${backup}.2`)).rejects.toThrow(`is in use by a broker, process ${process.pid}`);
  await running.ok('GET', '/api/users');
});

test('two backups at once: the second is refused; a copy that is not read is removed', async () => {
  const running = await RunningServer.start();
  const answers = await Promise.all([1, 2].map(() => running.call('POST', '/api/backup')));
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
  expect(answers.find(({ status }) => status === 409)?.body).toMatchObject({ code: 'BACKUP_RUNNING' });
  const stopper = new AbortController();
  onTestFinished(() => stopper.abort());
  const { body } = await fetch(`http://127.0.0.1:${running.server.addresses.adminPort}/api/backup`, {
    method: 'POST',
    headers: { authorization: `Bearer ${running.jwt}` },
    signal: stopper.signal,
  });
  await body!.cancel();
  await expect.poll(() => readdirSync(running.folder).filter((name) => name.includes('.copy-'))).toEqual([]);
});

test('what a killed broker left of a backup is removed at the next start, and nothing else', async () => {
  const running = await RunningServer.start();
  await running.server.stop();
  const left = '.pulsemq.db.copy-01234567-89ab-cdef-0123-456789abcdef';
  const other = '.pulsemq.db.copy-of-mine';
  for (const name of [left, other]) writeFileSync(join(running.folder, name), '');
  await running.server.start();
  expect(readdirSync(running.folder)).not.toContain(left);
  expect(readdirSync(running.folder)).toContain(other);
  rmSync(join(running.folder, other));
});

/** Resolves when a copy of the database appears in a folder. */
const copyBegins = (folder: string): Promise<void> =>
  new Promise((resolve) => {
    const watcher = watch(folder, (_, name) => {
      if (name?.includes('.copy-') !== true) return;
      watcher.close();
      resolve();
    });
  });

const copiesIn = (folder: string): string[] => readdirSync(folder).filter((name) => name.includes('.copy-'));

test('a broker that is stopped ends a backup that it makes, and leaves no copy', async () => {
  const running = await RunningServer.start();
  const begins = copyBegins(running.folder);
  const answer = running.call('POST', '/api/backup').catch((error: Error) => error);
  await begins;
  await running.server.stop();
  expect(await answer).toBeDefined();
  expect(copiesIn(running.folder)).toEqual([]);
});

test('a caller that leaves while the copy is made leaves none, and the next backup works', async () => {
  const running = await RunningServer.start();
  const begins = copyBegins(running.folder);
  const leaving = new AbortController();
  const answer = fetch(`http://127.0.0.1:${running.server.addresses.adminPort}/api/backup`, {
    method: 'POST',
    headers: { authorization: `Bearer ${running.jwt}` },
    signal: leaving.signal,
  }).catch((error: Error) => error);
  await begins;
  leaving.abort();
  await answer;
  await expect.poll(async () => (await running.call('POST', '/api/backup')).status, { timeout: 15_000 }).toBe(200);
  await expect.poll(() => copiesIn(running.folder)).toEqual([]);
});
