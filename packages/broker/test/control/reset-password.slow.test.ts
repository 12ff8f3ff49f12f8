import { readdirSync, readFileSync, renameSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { resetPassword } from '@pulsemq/broker';
import { expect, test } from 'vitest';
import { openSqlite } from '../../dist/control/store/sqlite/open-sqlite.js';
import { RunningServer, temporaryFolder } from './running-server.js';
import { fillStartedFolder } from './started-folder.js';

/** A stopped broker in a folder, with the log-in that its admin had, and a way to reset. */
async function stopped() {
  const folder = temporaryFolder();
  const jwt = await fillStartedFolder(folder);
  const file = join(folder, '.pulsemq_admin');
  const reset = (more: Partial<Parameters<typeof resetPassword>[0]> = {}) =>
    resetPassword({
      databasePath: join(folder, 'pulsemq.db'),
      username: 'admin',
      credentialsPath: file,
      newToken: false,
      ...more,
    });
  return { folder, jwt, file, reset, credentials: () => JSON.parse(readFileSync(file, 'utf8')) };
}

test('the new password is in the file, the token stays, and log-ins have ended', async () => {
  const { folder, jwt, file, reset, credentials } = await stopped();
  const before = credentials();
  expect(await reset()).toMatchObject({ hasToken: true, setAside: undefined, user: { username: 'admin' } });
  const after = credentials();
  expect(after).toEqual({ ...before, password: after.password });
  expect(after.password).not.toBe(before.password);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(readdirSync(folder).filter((name) => name.startsWith('.pulsemq_admin'))).toEqual(['.pulsemq_admin']);

  const running = await RunningServer.start({}, folder);
  expect((await running.call('GET', '/api/me', undefined, jwt)).status).toBe(401);
  const old = await running.call('POST', '/login', { username: 'admin', password: before.password }, null);
  expect(old.status).toBe(401);
  await running.wire('admin', after.token);
  const [row] = await running.ok<{ operator: string; target: string }[]>(
    'GET',
    '/api/audit-logs?op_type=user.password',
  );
  expect(row).toMatchObject({ operator: 'offline', target: 'admin' });
});

test('a lost file: without its token the new one has none, and a new token can be asked for', async () => {
  const { folder, file, reset, credentials } = await stopped();
  const { token: oldToken } = credentials();
  renameSync(file, join(folder, 'lost'));
  expect(await reset()).toMatchObject({ hasToken: false });
  expect(Object.keys(credentials())).toEqual(['username', 'password', 'role']);
  expect(await reset({ newToken: true })).toMatchObject({ hasToken: true });
  const { token, password } = credentials();
  expect(token).toMatch(/^[0-9a-f]{32}$/);
  const running = await RunningServer.start({}, folder);
  await running.wire('admin', token);
  await expect(running.wire('admin', oldToken)).rejects.toThrow('wrong token');
  await running.logIn('admin', password);
});

test('a file of another user is moved aside; a password that was asked for goes into no file', async () => {
  const { folder, file, reset, credentials } = await stopped();
  writeFileSync(file, '{"username": "other"}');
  expect(await reset({ password: 'a chosen password', credentialsPath: null })).toMatchObject({ setAside: undefined });
  expect(credentials()).toEqual({ username: 'other' });
  expect(await reset()).toMatchObject({ setAside: `${file}.1`, hasToken: false });
  expect(JSON.parse(readFileSync(`${file}.1`, 'utf8'))).toEqual({ username: 'other' });
  const store = await openSqlite(join(folder, 'pulsemq.db'));
  expect((await store.users.byName('admin'))?.mustChangePassword).toBe(true);
  await store.close();
});

test('what cannot be reset says why, and nothing changes', async () => {
  const { folder, reset, credentials } = await stopped();
  const before = credentials();
  await expect(reset({ username: 'nobody' })).rejects.toThrow(
    'there is no user "nobody" in the database; users of type super_admin: admin',
  );
  await expect(reset({ password: 'short', credentialsPath: null })).rejects.toThrow(
    'the new password has 5 characters; it must have 8 to 256',
  );
  const none = join(folder, 'none.db');
  await expect(reset({ databasePath: none })).rejects.toThrow(`there is no database of a broker at ${none}`);
  expect(readdirSync(folder).filter((name) => name.startsWith('none'))).toEqual([]);
  const running = await RunningServer.start({}, folder);
  await expect(reset()).rejects.toThrow(
    `is in use by a broker, process ${process.pid}; stop it first, or let another administrator run: pulsemq user password admin`,
  );
  expect(credentials()).toEqual(before);
  await running.ok('GET', '/api/users');
});

test('a file that the broker has left for PostgreSQL is not taken for its database', async () => {
  const { folder, reset, credentials } = await stopped();
  const before = credentials();
  const shared = join(folder, 'pulsemq.db.postgres.lock');
  writeFileSync(shared, '');
  utimesSync(shared, new Date(), new Date(Date.now() + 60_000));
  await expect(reset()).rejects.toThrow(
    `the last broker of this folder did not use ${join(folder, 'pulsemq.db')}: its database is in PostgreSQL. Give its settings with --config`,
  );
  expect(credentials()).toEqual(before);
  utimesSync(shared, new Date(), new Date(0));
  await reset();
  expect(credentials().password).not.toBe(before.password);
});

test('a start without the file says how to get a new password', async () => {
  const { folder, file } = await stopped();
  const { log, server } = await RunningServer.start({}, folder);
  expect(log.join('')).not.toContain('reset-password');
  await server.stop();
  renameSync(file, join(folder, 'lost'));
  await server.start();
  expect(log.join('')).toContain(
    'there is no .pulsemq_admin in this folder; where its password is lost, stop the broker and run: pulsemq admin reset-password',
  );
});
