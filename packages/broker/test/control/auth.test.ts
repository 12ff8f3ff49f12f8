import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import bcrypt from 'bcryptjs';
import { SignJWT, UnsecuredJWT } from 'jose';
import { expect, onTestFinished, test } from 'vitest';
import { LoginThrottle } from '../../src/control/auth/login-throttle.js';
import { LoginTokens } from '../../src/control/auth/login-tokens.js';
import { RunningServer, temporaryFolder } from './running-server.js';

test('defect 34: the first admin is JSON that eval reads, for nobody else, once', async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, '.pulsemq_admin'), 'of another database');
  const running = await RunningServer.start({}, folder);
  const path = join(folder, '.pulsemq_admin');
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(Object.keys(running.admin)).toEqual(['username', 'password', 'token', 'role']);
  // A Python dict literal as well: no true, false or null in it.
  expect(readFileSync(path, 'utf8')).not.toMatch(/\b(true|false|null)\b/);
  expect(readFileSync(join(folder, '.pulsemq_admin.1'), 'utf8')).toBe('of another database');
  const written = statSync(path).mtimeMs;
  await running.server.stop();
  await running.server.start();
  expect(statSync(path).mtimeMs).toBe(written);
  expect(existsSync(join(folder, '.pulsemq_admin.2'))).toBe(false);
  expect(running.log.join('')).not.toContain(running.admin.password);
});

test('a log-in survives a restart: the secret is generated once and kept', async () => {
  const running = await RunningServer.start();
  await running.server.stop();
  await running.server.start();
  expect((await running.call('GET', '/api/users')).status).toBe(200);
});

test('forged, unsigned, expired and foreign tokens are refused', async () => {
  const secret = 'x'.repeat(32);
  const running = await RunningServer.start({ auth: { jwt_secret: secret } });
  const key = new TextEncoder().encode(secret);
  const claims = { user_id: 1, username: 'admin', user_type: 'super_admin', ver: 1 };
  const sign = (more: (jwt: SignJWT) => SignJWT, by = key) =>
    more(new SignJWT(claims).setProtectedHeader({ alg: 'HS256' }).setJti('1').setIssuer('pulsemq')).sign(by);
  const good = (jwt: SignJWT) => jwt.setAudience('pulsemq-admin').setExpirationTime('1h');
  const status = async (token: string) => (await running.call('GET', '/api/users', undefined, token)).status;
  expect(await status(await sign(good))).toBe(200);
  const refused = [
    await sign(good, new TextEncoder().encode('y'.repeat(32))),
    await sign((jwt) => jwt.setAudience('pulsemq-admin').setExpirationTime(1)),
    await sign((jwt) => jwt.setAudience('other').setExpirationTime('1h')),
    await sign((jwt) => good(jwt).setIssuer('other')),
    new UnsecuredJWT(claims).setIssuer('pulsemq').setAudience('pulsemq-admin').setExpirationTime('1h').encode(),
    'nonsense',
  ];
  for (const token of refused) expect(await status(token)).toBe(401);
  expect((await running.call('GET', '/api/users', undefined, null)).status).toBe(401);
  // Not in a URL, not in a cookie.
  expect((await running.call('GET', `/api/users?token=${running.jwt}`, undefined, null)).status).toBe(401);
});

test('a token ends with its log-out and with a new version of its user', async () => {
  const running = await RunningServer.start();
  const other = (await running.logIn('admin', running.admin.password)).token;
  await running.ok('POST', '/logout', {}, other);
  expect((await running.call('GET', '/api/me', undefined, other)).status).toBe(401);
  expect((await running.call('GET', '/api/me')).status).toBe(200);
  const change = { current_password: running.admin.password, new_password: 'a better one' };
  const { token } = await running.ok<{ token: string }>('POST', '/api/auth/password', change);
  expect((await running.call('GET', '/api/me')).status).toBe(401);
  expect(await running.ok('GET', '/api/me', undefined, token)).toMatchObject({ must_change_password: false });
  await running.logIn('admin', 'a better one');
});

test('wrong names and wrong passwords have one answer, and guessing is slowed down', async () => {
  const running = await RunningServer.start();
  const attempt = (username: string) => running.call('POST', '/login', { username, password: 'wrong' }, null);
  const [unknown, wrong] = [await attempt('nobody'), await attempt('admin')];
  expect([unknown.status, wrong.status]).toEqual([401, 401]);
  expect((unknown.body as { error: string }).error).toBe((wrong.body as { error: string }).error);
  for (let count = 1; count < 10; count++) expect((await attempt('nobody')).status).toBe(401);
  const late = await attempt('nobody');
  expect(late.status).toBe(429);
  expect(Number(late.headers.get('retry-after'))).toBeGreaterThan(0);
  await running.logIn('admin', running.admin.password);
});

test('the throttle lets go after five minutes, and bears a hundred attempts at once', () => {
  const throttle = new LoginThrottle();
  for (let count = 0; count < 10; count++) expect(throttle.begin('a', 'x', 0)).toBe(0);
  for (let count = 0; count < 10; count++) throttle.end('a', 'x', false);
  expect(throttle.begin('a', 'x', 1_000)).toBe(299);
  expect(throttle.begin('b', 'x', 1_000)).toBe(0);
  expect(throttle.begin('a', 'x', 300_000)).toBe(0);
  for (let count = 0; count < 100; count++) expect(throttle.begin('c', 'y', 0)).toBe(0);
  expect(throttle.begin('c', 'y', 0)).toBe(1);
  throttle.end('c', 'y', true);
  expect(throttle.begin('c', 'y', 0)).toBe(0);
});

test('a bcrypt hash of the Python package is verified, then replaced', async () => {
  const folder = temporaryFolder();
  const running = await RunningServer.start({}, folder);
  const { openSqlite } = await import('../../src/control/store/sqlite/open-sqlite.js');
  const store = await openSqlite(join(folder, 'pulsemq.db'));
  onTestFinished(() => store.close());
  await store.users.update(1, { passwordHash: bcrypt.hashSync('from python', 4) });
  await running.logIn('admin', 'from python');
  expect((await store.users.byId(1))?.passwordHash).toMatch(/^\$argon2id\$/);
  await running.logIn('admin', 'from python');
});

test('with force_password_change a generated password opens nothing else', async () => {
  const running = await RunningServer.start({ auth: { force_password_change: true } });
  const refused = await running.call('GET', '/api/users');
  expect([refused.status, (refused.body as { code: string }).code]).toEqual([403, 'PASSWORD_CHANGE_REQUIRED']);
  const change = { current_password: running.admin.password, new_password: 'a better one' };
  const { token } = await running.ok<{ token: string }>('POST', '/api/auth/password', change);
  expect((await running.call('GET', '/api/users', undefined, token)).status).toBe(200);
});

test('tokens say when they end', async () => {
  const tokens = new LoginTokens('x'.repeat(32), 60);
  const user = { id: 1, username: 'a', userType: 'super_admin', tokenVersion: 3 } as never;
  const { token, expiresAtSeconds } = await tokens.sign(user);
  expect(await tokens.verify(token)).toMatchObject({ userId: 1, tokenVersion: 3, expiresAtSeconds });
});
