import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { makeFirstAdmin } from '../../dist/control/auth/first-admin.js';
import { Passwords } from '../../dist/control/auth/passwords.js';
import { openSqlite } from '../../dist/control/store/sqlite/open-sqlite.js';
import { RunningServer, temporaryFolder } from './running-server.js';

test('defect 34: the first admin is written once, as JSON that eval reads, readable by its owner only', async () => {
  const folder = temporaryFolder();
  const running = await RunningServer.start({}, folder);
  const path = join(folder, '.pulsemq_admin');
  expect(statSync(path).mode & 0o777).toBe(0o600);
  const text = readFileSync(path, 'utf8');
  // A Python dict literal as well: nothing but text in double quotes, and no true, false or null.
  expect(text).toMatch(/^\{\n(?: {2}"\w+": "[\w-]+",?\n){4}\}\n$/);
  expect(running.admin).toEqual({
    username: 'admin',
    password: expect.stringMatching(/^[\w-]{16}$/),
    token: expect.stringMatching(/^[0-9a-f]{32}$/),
    role: 'super_admin',
  });
  await running.server.stop();
  await running.server.start();
  expect(readFileSync(path, 'utf8')).toBe(text);
  expect(readdirSync(folder).filter((name) => name.startsWith('.pulsemq_admin'))).toEqual(['.pulsemq_admin']);
  await running.logIn('admin', running.admin.password);
  await running.wire('admin', running.admin.token);
});

test('older files of that name are set aside, whatever they are', async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, '.pulsemq_admin'), 'of another database');
  writeFileSync(join(folder, '.pulsemq_admin.1'), 'of a third');
  const running = await RunningServer.start({}, folder);
  expect(readFileSync(join(folder, '.pulsemq_admin.1'), 'utf8')).toBe('of a third');
  expect(readFileSync(join(folder, '.pulsemq_admin.2'), 'utf8')).toBe('of another database');
  const log = running.log.join('');
  expect(log).toContain(`first admin created; username, password and token are in ${folder}/.pulsemq_admin`);
  expect(log).toContain(`an older file of that name was moved to ${folder}/.pulsemq_admin.2`);
  expect(log).not.toContain(running.admin.password);
  expect(log).not.toContain(running.admin.token);
});

test('there is no first admin while there is any user, and none when its file cannot be written', async () => {
  const folder = temporaryFolder();
  const store = await openSqlite(join(folder, 'pulsemq.db'));
  const passwords = new Passwords();
  onTestFinished(async () => {
    await passwords.close();
    await store.close();
  });
  const nowhere = join(folder, 'nowhere');
  await expect(makeFirstAdmin(store, passwords, nowhere)).rejects.toMatchObject({
    exitCode: 2,
    message: expect.stringContaining(join(nowhere, '.pulsemq_admin')),
  });
  expect(await store.users.all()).toEqual([]);
  mkdirSync(nowhere);
  expect(await makeFirstAdmin(store, passwords, nowhere)).toEqual({ path: join(nowhere, '.pulsemq_admin') });
  expect(await makeFirstAdmin(store, passwords, folder)).toBeUndefined();
  expect(existsSync(join(folder, '.pulsemq_admin'))).toBe(false);
  expect(await store.users.all()).toMatchObject([
    { id: 1, username: 'admin', userType: 'super_admin', mustChangePassword: true },
  ]);
});
