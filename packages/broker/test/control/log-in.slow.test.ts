import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import bcrypt from 'bcryptjs';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openSqlite } from '../../dist/control/store/sqlite/open-sqlite.js';
import type { ConfigInput } from '../../src/control/config/config-schema.js';
import { engineInThread } from './engine-in-thread.js';
import { type Answer, RunningServer } from './running-server.js';

/** A broker whose engine shares the thread of the test: these tests are about the HTTP API. */
const start = (config: ConfigInput = {}) => RunningServer.start(config, undefined, { engine: engineInThread });

/** A hash that costs the thread of the passwords days: a log-in that waits for it gets no answer. */
const endlessHash = `$2b$31$${'a'.repeat(53)}`;

const codeOf = ({ status, body }: Answer) => [status, (body as { code?: string }).code];

/** The store of a running broker, as another program could open it. */
async function storeOf(running: RunningServer) {
  const store = await openSqlite(join(running.folder, 'pulsemq.db'));
  onTestFinished(() => store.close());
  return store;
}

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

describe('guessing is slowed down', () => {
  const attempt = (running: RunningServer, username: string, password = 'wrong') =>
    running.call('POST', '/login', { username, password }, null);

  /** A log-in from another address of this machine. */
  function attemptFrom(running: RunningServer, address: string, body: object): Promise<number> {
    const { adminPort: port } = running.server.addresses;
    const headers = { 'content-type': 'application/json' };
    const call = request({ host: '127.0.0.1', port, path: '/login', method: 'POST', localAddress: address, headers });
    return new Promise((resolve, reject) => {
      call.on('error', reject).on('response', (response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      });
      call.end(JSON.stringify(body));
    });
  }

  test('fault T13: wrong passwords lock no user out: not from elsewhere, and not from the same address', async () => {
    const running = await start();
    const { username, password } = running.admin;
    for (let count = 0; count < 12; count++) {
      expect(await attemptFrom(running, '127.0.0.2', { username, password: 'wrong' })).toBe(401);
    }
    expect(await attemptFrom(running, '127.0.0.2', { username, password })).toBe(200);
    for (let count = 0; count < 12; count++) expect((await attempt(running, username)).status).toBe(401);
    expect((await attempt(running, username, password)).status).toBe(200);
  });

  test('fault T13: the lanes of strangers are full, and an address that has logged in keeps its way in, also after a restart', async () => {
    const running = await start();
    const { username, password } = running.admin;
    const flood = async (of: RunningServer) => {
      const answers = Array.from({ length: 120 }, (_, index) => attempt(of, `invented${index}`));
      // While they wait.
      const good = await attempt(of, username, password);
      return { good: good.status, statuses: (await Promise.all(answers)).map(({ status }) => status) };
    };
    const first = await flood(running);
    expect(first.good).toBe(200);
    expect(new Set(first.statuses)).toEqual(new Set([401, 429]));
    await running.server.stop();
    const again = await RunningServer.start({}, running.folder);
    expect((await flood(again)).good).toBe(200);
  });

  test('fault T13: behind a trusted proxy the address is the one that it forwards; any other sender is not believed', async () => {
    const running = await start({ server: { trusted_proxies: ['127.0.0.2'] } });
    const { adminPort } = running.server.addresses;
    const forwarded = async (localAddress: string): Promise<void> => {
      const headers = { 'content-type': 'application/json', 'x-forwarded-for': '198.51.100.9, 203.0.113.7' };
      const options = { host: '127.0.0.1', port: adminPort, path: '/login', method: 'POST', localAddress, headers };
      const call = request(options).end(JSON.stringify({ username: 'nobody', password: 'wrong' }));
      const [response] = (await once(call, 'response')) as [IncomingMessage];
      response.resume();
    };
    await forwarded('127.0.0.2');
    await forwarded('127.0.0.3');
    const rows = await running.ok<{ address: string }[]>('GET', '/api/audit-logs?operator=nobody');
    // The last hop that is not a proxy of ours.
    expect(rows.map(({ address }) => address)).toEqual(['127.0.0.3', '203.0.113.7']);
  });

  test('fault T21: a flood of invented names leaves a few rows and one with the counts', async () => {
    const running = await start();
    const names = Array.from({ length: 150 }, (_, index) => `invented${index}`);
    const statuses = await Promise.all(names.map(async (name) => (await attempt(running, name)).status));
    await running.server.stop();
    const again = await RunningServer.start({}, running.folder);
    const rows = await again.ok<{ result: string; new_value: string }[]>('GET', '/api/audit-logs?op_type=login');
    const failed = rows.filter(({ result }) => result !== 'ok');
    expect(failed.length).toBe(11);
    const summary = JSON.parse(failed.find(({ result }) => result === 'FLOOD')!.new_value);
    const uncheckedCount = statuses.filter((status) => status === 429).length;
    expect(summary).toMatchObject({ refused_count: 140, account_count: 140, address_count: 1 });
    expect(summary.unchecked_count).toBeGreaterThan(0);
    expect(summary.unchecked_count).toBeLessThanOrEqual(uncheckedCount);
    expect(running.log.filter((line) => line.includes('140 more log-ins were refused'))).toHaveLength(1);
  });

  test('at once: more log-ins than may wait are refused, with the time to come back', async () => {
    const running = await start();
    await (await storeOf(running)).users.update(1, { passwordHash: endlessHash });
    const { username, password } = running.admin;
    const logIn = () => running.call('POST', '/login', { username, password }, null);
    let isOver = false;
    const busy: Answer[] = [];
    const isBusy = new Promise<void>((resolve, reject) => {
      // Four are checked at one time, and sixty may wait.
      for (let count = 0; count < 80; count++) {
        logIn().then(
          (answer) => busy.push(answer) === 16 && resolve(),
          // The broker stops at the end of the test, and those that wait for a password then hear nothing any more.
          (error) => isOver || reject(error),
        );
      }
    });
    onTestFinished(() => {
      isOver = true;
    });
    await isBusy;
    busy.push(await logIn());
    for (const answer of busy) {
      expect([...codeOf(answer), answer.headers.get('retry-after')]).toEqual([429, 'TOO_MANY_LOGINS', '1']);
    }
  });
});
