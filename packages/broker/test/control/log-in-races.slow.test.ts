import { once } from 'node:events';
import { connect } from 'node:net';
import bcrypt from 'bcryptjs';
import { describe, expect, test } from 'vitest';
import { start, storeOf } from './log-in-scene.js';
import type { Answer, RunningServer } from './running-server.js';

describe('what happens at once', () => {
  const password = 'a good password';
  const opens = async (running: RunningServer, username: string, tried: string): Promise<boolean> =>
    (await running.call('POST', '/login', { username, password: tried }, null)).status === 200;
  const me = async (running: RunningServer, { body }: Answer): Promise<number> =>
    (await running.call('GET', '/api/me', undefined, (body as { token?: string }).token ?? 'none')).status;

  test('a password set by an administrator stands, although its user changes it at that moment', async () => {
    const running = await start();
    const { id } = await running.user('clerk', undefined, undefined, { user_type: 'admin_only', password });
    const { token } = await running.logIn('clerk', password);
    const change = { current_password: password, new_password: 'one of their own' };
    const [own, set] = await Promise.all([
      running.call('POST', '/api/auth/password', change, token),
      running.call('POST', `/api/users/${id}/password`, { password: 'set by hand' }),
    ]);
    expect(set.status).toBe(200);
    expect(await opens(running, 'clerk', 'set by hand')).toBe(true);
    expect(await opens(running, 'clerk', 'one of their own')).toBe(false);
    expect(await me(running, own)).toBe(401);
  });

  test('of several changes of one password one counts, and one log-in is left', async () => {
    const running = await start();
    const answers = await Promise.all(
      ['first one', 'second one', 'third one'].map((new_password) =>
        running.call('POST', '/api/auth/password', { current_password: running.admin.password, new_password }),
      ),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 401, 401]);
    expect((await Promise.all(answers.map((answer) => me(running, answer)))).sort()).toEqual([200, 401, 401]);
  });

  test('a bcrypt hash is not put back over the password that was set during the log-in', async () => {
    const running = await start();
    const { id } = await running.user('clerk', undefined, undefined, { user_type: 'admin_only', password });
    await (await storeOf(running)).users.update(id, { passwordHash: bcrypt.hashSync('from python', 4) });
    const [logIn] = await Promise.all([
      running.call('POST', '/login', { username: 'clerk', password: 'from python' }, null),
      running.call('POST', `/api/users/${id}/password`, { password: 'set by hand' }),
    ]);
    expect(await opens(running, 'clerk', 'set by hand')).toBe(true);
    expect(await opens(running, 'clerk', 'from python')).toBe(false);
    expect(await me(running, logIn)).toBe(401);
  });

  test('D12: a call whose body comes after its log-in has ended is refused, and leaves its row', async () => {
    const running = await start();
    const { id } = await running.user('clerk', undefined, undefined, { user_type: 'admin_only', password });
    const { token } = await running.logIn('clerk', password);
    const body = JSON.stringify({ username: 'mine', user_type: 'super_admin', password });
    const socket = connect(running.server.addresses.adminPort, '127.0.0.1');
    let text = '';
    socket.setEncoding('utf8').on('data', (chunk) => {
      text += chunk;
    });
    socket.write(
      `POST /api/users HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${token}\r\nexpect: 100-continue\r\n` +
        `connection: close\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n`,
    );
    // The broker has checked the log-in, and waits for the body.
    await once(socket, 'data');
    expect(text).toBe('HTTP/1.1 100 Continue\r\n\r\n');
    await running.ok('PUT', `/api/users/${id}`, { is_active: false });
    socket.write(body);
    await once(socket, 'close');
    expect(text).toMatch(/HTTP\/1\.1 401 .*NOT_AUTHENTICATED/s);
    expect(await running.ok('GET', '/api/users?text=mine')).toEqual([]);
    expect(await running.ok('GET', '/api/audit-logs?operator=clerk&op_type=user.create')).toMatchObject([
      { result: 'NOT_AUTHENTICATED', new_value: null },
    ]);
  });
});
