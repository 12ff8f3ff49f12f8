import bcrypt from 'bcryptjs';
import { expect, test } from 'vitest';
import type { ConfigInput } from '../../src/control/config/config-schema.js';
import { codeOf, start, storeOf } from './log-in-scene.js';

test('a log-in answers a token and whose it is', async () => {
  const running = await start({ auth: { jwt_expiry_sec: 60 } });
  const beforeMs = Date.now();
  const { username, password } = running.admin;
  const { status, body } = await running.call('POST', '/login', { username, password }, null);
  expect([status, body]).toEqual([
    200,
    {
      token: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
      user: { id: 1, username: 'admin', user_type: 'super_admin' },
      expires_at: expect.stringMatching(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.000Z$/),
      must_change_password: true,
    },
  ]);
  const lifeMs = Date.parse((body as { expires_at: string }).expires_at) - beforeMs;
  expect(lifeMs).toBeGreaterThan(58_000);
  expect(lifeMs).toBeLessThan(90_000);
});

test('defect 40: whatever is wrong with a log-in has one answer', async () => {
  const running = await start();
  const password = 'a good password';
  await running.ok('POST', '/api/users', { username: 'gone', user_type: 'admin_only', password });
  await running.ok('PUT', '/api/users/2', { is_active: false });
  await running.ok('POST', '/api/users', { username: 'bot' });
  const answers = [
    await running.call('POST', '/login', { username: 'nobody', password }, null),
    await running.call('POST', '/login', { username: 'admin', password }, null),
    await running.call('POST', '/login', { username: 'gone', password }, null),
    await running.call('POST', '/login', { username: 'bot', password }, null),
    await running.call('POST', '/login', { username: 'bot', password: 'null' }, null),
    await running.call('POST', '/login', { username: "admin' --", password: running.admin.password }, null),
    await running.call('POST', '/login', { username: 'admin\0', password: running.admin.password }, null),
    await running.call('POST', '/login', { username: 'Admin', password: running.admin.password }, null),
  ];
  const { request_id, ...body } = answers[0]!.body as { request_id: string };
  expect(request_id).toEqual(expect.any(String));
  expect(body).toEqual({ error: 'unknown username or wrong password', code: 'WRONG_LOGIN' });
  for (const answer of answers) {
    expect(answer.status).toBe(401);
    expect(answer.body).toMatchObject(body);
  }
});

test('a user with nothing to administer may not log in, and learns so with the right password only', async () => {
  const running = await start();
  const password = 'a good password';
  await running.ok('POST', '/api/users', { username: 'bot', password });
  expect(codeOf(await running.call('POST', '/login', { username: 'bot', password }, null))).toEqual([403, 'FORBIDDEN']);
  expect((await running.call('POST', '/login', { username: 'bot', password: 'wrong' }, null)).status).toBe(401);
});

test('a token comes in its header: not in a URL, not in a cookie', async () => {
  const running = await start();
  const url = `http://127.0.0.1:${running.server.addresses.adminPort}/api/users`;
  const status = async (path: string, headers: Record<string, string>) => (await fetch(url + path, { headers })).status;
  expect(await status('', { authorization: `Bearer ${running.jwt}` })).toBe(200);
  expect(await status('', { authorization: `bearer   ${running.jwt}` })).toBe(200);
  for (const headers of [
    {},
    { authorization: running.jwt },
    { authorization: `Basic ${running.jwt}` },
    { authorization: `Bearer ${running.jwt} x` },
    { authorization: `Bearer ${running.admin.token}` },
    { cookie: `token=${running.jwt}` },
  ]) {
    expect([headers, await status('', headers as Record<string, string>)]).toEqual([headers, 401]);
  }
  expect(await status(`?token=${running.jwt}`, {})).toBe(401);
});

test('a bcrypt hash of the Python package is verified, then replaced', async () => {
  const running = await start();
  const store = await storeOf(running);
  const old = bcrypt.hashSync('from python', 4);
  await store.users.update(1, { passwordHash: old });
  expect((await running.call('POST', '/login', { username: 'admin', password: 'wrong' }, null)).status).toBe(401);
  expect((await store.users.byId(1))?.passwordHash).toBe(old);
  await running.logIn('admin', 'from python');
  expect((await store.users.byId(1))?.passwordHash).toMatch(/^\$argon2id\$/);
  await running.logIn('admin', 'from python');
});

test('with force_password_change a generated password opens nothing else', async () => {
  const running = await start({ auth: { force_password_change: true } });
  expect(codeOf(await running.call('GET', '/api/users'))).toEqual([403, 'PASSWORD_CHANGE_REQUIRED']);
  expect((await running.call('GET', '/api/me')).status).toBe(200);
  const change = { current_password: running.admin.password, new_password: 'a better one' };
  const { token } = await running.ok<{ token: string }>('POST', '/api/auth/password', change);
  expect((await running.call('GET', '/api/users', undefined, token)).status).toBe(200);
});

test('with ask_password_change off a generated password is not called one to change, unless it must be', async () => {
  const asks = async (auth: NonNullable<ConfigInput['auth']>): Promise<boolean> => {
    const running = await start({ auth });
    const reply = await running.logIn('admin', running.admin.password);
    expect(await running.ok('GET', '/api/me')).toMatchObject({ must_change_password: reply.must_change_password });
    return reply.must_change_password;
  };
  expect(await asks({})).toBe(true);
  expect(await asks({ ask_password_change: false })).toBe(false);
  expect(await asks({ ask_password_change: false, force_password_change: true })).toBe(true);
});
