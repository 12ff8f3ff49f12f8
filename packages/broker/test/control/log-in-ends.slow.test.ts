import { describe, expect, test } from 'vitest';
import { codeOf, start } from './log-in-scene.js';

describe('log-ins end', () => {
  test('one by one with their log-out, which outlives a restart', async () => {
    const running = await start();
    const other = (await running.logIn('admin', running.admin.password)).token;
    await running.ok('POST', '/logout', {}, other);
    const status = async (token: string) => (await running.call('GET', '/api/me', undefined, token)).status;
    expect([await status(other), await status(running.jwt)]).toEqual([401, 200]);
    await running.server.stop();
    await running.server.start();
    expect([await status(other), await status(running.jwt)]).toEqual([401, 200]);
  });

  test('all at once with a new password, one of their own or one that was set', async () => {
    const running = await start();
    const change = { current_password: running.admin.password, new_password: 'a better one' };
    const wrong = await running.call('POST', '/api/auth/password', { ...change, current_password: 'wrong' });
    expect(codeOf(wrong)).toEqual([403, 'WRONG_PASSWORD']);
    const { token } = await running.ok<{ token: string }>('POST', '/api/auth/password', change);
    const me = (jwt: string) => running.call('GET', '/api/me', undefined, jwt);
    expect((await me(running.jwt)).status).toBe(401);
    expect((await me(token)).body).toMatchObject({ must_change_password: false });
    await running.ok('POST', '/api/users/1/password', { password: 'set by hand' }, token);
    expect((await me(token)).status).toBe(401);
    expect(codeOf(await running.call('POST', '/login', { username: 'admin', password: 'a better one' }, null))).toEqual(
      [401, 'WRONG_LOGIN'],
    );
    await running.logIn('admin', 'set by hand');
  });

  test('with the user: deactivated, demoted, deleted', async () => {
    const running = await start();
    const password = 'a good password';
    const end: [string, (id: number) => Promise<unknown>][] = [
      ['deactivated', (id) => running.ok('PUT', `/api/users/${id}`, { is_active: false })],
      ['demoted', (id) => running.ok('PUT', `/api/users/${id}`, { user_type: 'mq_normal' })],
      ['deleted', (id) => running.ok('DELETE', `/api/users/${id}`)],
    ];
    for (const [username, finish] of end) {
      const { id } = await running.user(username, undefined, undefined, { user_type: 'admin_only', password });
      const { token } = await running.logIn(username, password);
      expect((await running.call('GET', '/api/users', undefined, token)).status).toBe(200);
      await finish(id);
      expect(codeOf(await running.call('GET', '/api/users', undefined, token))).toEqual([401, 'NOT_AUTHENTICATED']);
    }
  });
});
