import { join } from 'node:path';
import { MessageType } from '@pulsemq/protocol';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openSqlite } from '../../dist/control/store/sqlite/open-sqlite.js';
import type { ConfigInput } from '../../src/control/config/config-schema.js';
import { version } from '../../src/control/version.js';
import { engineInThread } from './engine-in-thread.js';
import { RunningServer } from './running-server.js';

/** A broker whose engine shares the thread of the test: these tests are about the HTTP API. */
const start = (config: ConfigInput = {}) => RunningServer.start(config, undefined, { engine: engineInThread });

const isoTime = expect.stringMatching(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/);

/** Text that is harmless only where it stays text. */
const hostileTexts = [
  "'; DROP TABLE users; --",
  "' OR '1'='1",
  '<script>alert(1)</script>',
  '{{7*7}}',
  '%_\\"`',
  '价格',
];

/** Audit rows, newest first, as another program reads them. */
async function auditRows(running: RunningServer) {
  const store = await openSqlite(join(running.folder, 'pulsemq.db'));
  onTestFinished(() => store.close());
  return (await store.audit.list({}, { limit: 100, offset: 0 })).rows;
}

describe('GET /health', () => {
  test('defect 33: tells without a log-in that it is up, and true figures', async () => {
    const running = await start();
    const health = async () => (await running.call('GET', '/health', undefined, null)).body as Record<string, number>;
    expect(await health()).toEqual({
      status: 'ok',
      version,
      connections: 0,
      msg_rate: 0,
      uptime_seconds: expect.any(Number),
      memory_mb: expect.any(Number),
    });
    expect((await health()).memory_mb).toBeGreaterThan(10);
    expect(version).toMatch(/^\d+\.\d+\.\d+$/);
    const wires = [await running.wire('admin', running.admin.token), await running.wire('admin', running.admin.token)];
    while ((await health()).connections !== 2);
    await wires[0]!.close();
    while ((await health()).connections !== 1);
  });
});

describe('namespaces', () => {
  test('none is there at first; what is made is listed by id', async () => {
    const running = await start();
    expect(await running.ok('GET', '/api/namespaces')).toEqual([]);
    const made = await running.call('POST', '/api/namespaces', { name: 'market_data', description: 'prices' });
    expect([made.status, made.body]).toEqual([201, { id: 1, name: 'market_data' }]);
    await running.ok('POST', '/api/namespaces', { name: 'aaa' });
    const listed = await running.call('GET', '/api/namespaces');
    const market = {
      id: 1,
      name: 'market_data',
      description: 'prices',
      created_by: 'admin',
      is_active: true,
      created_at: isoTime,
      keep_last_value: false,
      history: false,
      topic_count: 0,
      grant_count: 0,
    };
    expect([listed.status, listed.body]).toEqual([200, [market, { ...market, id: 2, name: 'aaa', description: '' }]]);
    expect(listed.headers.get('x-total-count')).toBe('2');
    const page = await running.call('GET', '/api/namespaces?limit=1&offset=1');
    expect([(page.body as { id: number }[]).map(({ id }) => id), page.headers.get('x-total-count')]).toEqual([
      [2],
      '2',
    ]);
  });

  test('numbers are not used twice', async () => {
    const running = await start();
    for (const id of [1, 2, 3]) {
      expect(await running.ok('POST', '/api/namespaces', { name: 'again' })).toEqual({ id, name: 'again' });
      await running.ok('DELETE', `/api/namespaces/${id}`);
    }
  });

  test('what is published to first is listed under its publisher, and not deleted by accident', async () => {
    const running = await start();
    await running.ok('POST', '/api/users', { username: 'feed', user_type: 'mq_super' });
    const { token } = await running.ok<{ token: string }>('POST', '/api/users/2/reset-token');
    const wire = await running.wire('feed', token);
    for (const topic of ['a', 'b']) await wire.request({ type: MessageType.pub, namespace: 'market', topic });
    const namespaces = async () => running.ok<{ topic_count: number }[]>('GET', '/api/namespaces');
    while ((await namespaces())[0]?.topic_count !== 2);
    expect(await namespaces()).toMatchObject([{ id: 1, name: 'market', created_by: 'feed' }]);
    const refused = await running.call('DELETE', '/api/namespaces/1');
    expect([refused.status, (refused.body as { code: string }).code]).toEqual([409, 'HAS_TOPICS']);
    await running.ok('DELETE', '/api/namespaces/1?force=true');
    expect(await namespaces()).toEqual([]);
  });

  test('defect 18: names that break the rules are refused', async () => {
    const running = await start();
    for (const name of ['system', '', ' ', 'a b:c/é', 'ns\n', 'a.b', '*', '>', 'x'.repeat(33), ...hostileTexts]) {
      const { status, body } = await running.call('POST', '/api/namespaces', { name });
      const details = [{ field: 'body.name', problem: expect.any(String) }];
      expect([name, status, body]).toEqual([name, 400, expect.objectContaining({ code: 'BAD_INPUT', details })]);
    }
    const { body } = await running.call('POST', '/api/namespaces', { name: 'system' });
    expect((body as { error: string }).error).toContain('reserved');
    expect(await running.ok('GET', '/api/namespaces')).toEqual([]);
    await running.ok('POST', '/api/namespaces', { name: 'x'.repeat(32) });
  });

  test.each(hostileTexts)('%s is a description like any other', async (description) => {
    const running = await start();
    await running.ok('POST', '/api/namespaces', { name: 'a', description });
    expect(await running.ok('GET', '/api/namespaces')).toMatchObject([{ description }]);
    expect(await running.ok('GET', `/api/namespaces?text=${encodeURIComponent(description)}`)).toEqual([]);
    expect(await running.ok('GET', '/api/users')).toHaveLength(1);
  });
});

describe('permissions', () => {
  test('are granted by name to a user the granter may not list', async () => {
    const running = await start();
    const namespace = await running.ok<{ id: number }>('POST', '/api/namespaces', { name: 'market' });
    const path = `/api/namespaces/${namespace.id}/permissions`;
    await running.user('lead', undefined, undefined, { password: 'a password of noon' });
    await running.user('bot');
    await running.ok('POST', path, { username: 'lead', role: 'admin' });
    const { token: lead } = await running.logIn('lead', 'a password of noon');
    expect((await running.call('GET', '/api/users', undefined, lead)).status).toBe(403);
    expect(await running.ok('POST', path, { username: 'bot', role: 'pub' }, lead)).toEqual({ status: 'granted' });
    const grants = await running.ok<{ username: string; role: string }[]>('GET', path);
    expect(grants.map(({ username, role }) => `${username} ${role}`)).toEqual(['lead admin', 'bot pub']);
    expect((await auditRows(running))[0]).toMatchObject({ opType: 'grant', target: 'bot', operator: 'lead' });
  });

  test('are granted, changed by a second grant, and leave an audit row each', async () => {
    const running = await start();
    await running.ok('POST', '/api/namespaces', { name: 'market' });
    await running.user('bot');
    const grant = (body: object) => running.call('POST', '/api/namespaces/1/permissions', body);
    const { status, body } = await grant({ user_id: 2 });
    expect([status, body]).toEqual([200, { status: 'granted' }]);
    await grant({ user_id: 2, role: 'pub' });
    expect((await grant({ user_id: 99, role: 'pub' })).status).toBe(400);
    const grants = await running.ok('GET', '/api/namespaces/1/permissions');
    expect(grants).toEqual([
      {
        user_id: 2,
        username: 'bot',
        namespace_id: 1,
        namespace: 'market',
        role: 'pub',
        granted_by: 'admin',
        granted_at: isoTime,
      },
    ]);
    const rows = (await auditRows(running)).filter(({ opType }) => opType === 'grant');
    const row = { targetType: 'namespace_permission', operator: 'admin', namespace: 'market', address: '127.0.0.1' };
    expect(rows).toMatchObject([
      { ...row, target: '99', oldValue: null, newValue: null, result: 'BAD_INPUT' },
      { ...row, target: 'bot', oldValue: '"sub"', newValue: '"pub"', result: 'ok' },
      { ...row, target: 'bot', oldValue: null, newValue: '"sub"', result: 'ok' },
    ]);
  });
});

describe('users', () => {
  test('the first admin is user 1; what is made is listed by id, without a hash', async () => {
    const running = await start();
    const first = await running.call('POST', '/api/users', { username: 'signal_bot' });
    expect([first.status, first.body]).toEqual([
      201,
      { id: 2, username: 'signal_bot', user_type: 'mq_normal', token: expect.stringMatching(/^[0-9a-f]{32}$/) },
    ]);
    const clerk = await running.call('POST', '/api/users', { username: 'clerk', user_type: 'admin_only' });
    expect([clerk.status, clerk.body]).toEqual([
      201,
      { id: 3, username: 'clerk', user_type: 'admin_only', password: expect.stringMatching(/^[\w-]{16}$/) },
    ]);
    const listed = await running.call('GET', '/api/users');
    const user = {
      id: 1,
      username: 'admin',
      user_type: 'super_admin',
      is_active: true,
      session_count: 0,
      has_token: true,
      has_password: true,
      must_change_password: true,
      created_at: isoTime,
      updated_at: isoTime,
    };
    const bot = { id: 2, username: 'signal_bot', user_type: 'mq_normal', has_password: false };
    expect(listed.body).toEqual([
      user,
      { ...user, ...bot, must_change_password: false },
      { ...user, id: 3, username: 'clerk', user_type: 'admin_only', has_token: false },
    ]);
    expect(listed.headers.get('x-total-count')).toBe('3');
    expect(await running.ok('GET', '/api/users?user_type=admin_only')).toMatchObject([{ id: 3 }]);
    expect(await running.ok('GET', '/api/users?text=SIGNAL_')).toMatchObject([{ id: 2 }]);
  });

  test.each([
    ['super_admin', true, true],
    ['mq_super', true, false],
    ['mq_normal', true, false],
    ['admin_only', false, true],
  ])('defect 29: a new %s gets what it needs: token %j, password %j', async (user_type, hasToken, hasPassword) => {
    const running = await start();
    const made = await running.ok<{ token?: string; password?: string }>('POST', '/api/users', {
      username: 'one',
      user_type,
    });
    expect([made.token !== undefined, made.password !== undefined]).toEqual([hasToken, hasPassword]);
    if (made.token !== undefined) await running.wire('one', made.token);
    if (made.password !== undefined) await running.logIn('one', made.password);
  });

  test('a name that is taken is refused, and the one who has it stays as it is', async () => {
    const running = await start();
    const { token } = await running.user('bot');
    const { status, body } = await running.call('POST', '/api/users', { username: 'bot', user_type: 'super_admin' });
    expect([status, body]).toEqual([409, expect.objectContaining({ error: 'user "bot" exists already' })]);
    expect(await running.ok('GET', '/api/users/2')).toMatchObject({ user_type: 'mq_normal' });
    await running.wire('bot', token);
  });

  test.each(hostileTexts)('%s is refused as a username, finds no user and breaks nothing', async (text) => {
    const running = await start();
    expect((await running.call('POST', '/api/users', { username: text })).status).toBe(400);
    expect(await running.ok('GET', `/api/users?text=${encodeURIComponent(text)}`)).toEqual([]);
    expect((await running.call('POST', '/login', { username: text, password: text }, null)).status).toBe(401);
    expect(await running.ok('GET', '/api/users')).toHaveLength(1);
    const rows = await auditRows(running);
    expect(rows[0]).toMatchObject({ opType: 'login', operator: text, result: 'WRONG_LOGIN' });
  });

  test('the last super_admin stays, however two are taken away at once', async () => {
    const running = await start();
    const password = 'a good password';
    await running.ok('POST', '/api/users', { username: 'second', user_type: 'super_admin' });
    await running.ok('POST', '/api/users', { username: 'third', user_type: 'super_admin' });
    const clerk = await running.user('clerk', undefined, undefined, { user_type: 'admin_only', password });
    const { token } = await running.logIn('clerk', password);
    expect(clerk.id).toBe(4);
    const users = Array.from({ length: 1_000 }, (_, index) => ({ username: `n${index}`, user_type: 'mq_normal' }));
    const answers = await Promise.all([
      // All wait for the store, and then take turns.
      running.call('POST', '/api/definitions?dry_run=true', { version: 1, namespaces: [], users, grants: [] }, token),
      running.call('PUT', '/api/users/2', { is_active: false }),
      running.call('PUT', '/api/users/3', { user_type: 'mq_normal' }),
      running.call('DELETE', '/api/users/1'),
    ]);
    // One is refused as the last. A call that is read after its caller was deleted is not made.
    const notMade = answers.filter(({ status }) => status === 401).length;
    expect(answers[0]!.status).toBe(200);
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(notMade === 0 ? 1 : 0);
    const left = await running.ok<{ is_active: boolean }[]>(
      'GET',
      '/api/users?user_type=super_admin',
      undefined,
      token,
    );
    expect(left.filter(({ is_active }) => is_active)).toHaveLength(Math.max(1, notMade));
  });
});

test('the username of a refused log-in cannot pass for another one in the audit log', async () => {
  const running = await start();
  for (const username of ['admin\0', 'admin\n', 'x'.repeat(200)]) {
    expect((await running.call('POST', '/login', { username, password: 'wrong' }, null)).status).toBe(401);
  }
  const operators = (await auditRows(running)).map(({ operator }) => operator);
  expect(operators).toEqual(['x'.repeat(200), 'admin\ufffd', 'admin\ufffd', 'admin']);
});
