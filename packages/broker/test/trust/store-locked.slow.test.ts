import { join } from 'node:path';
import { MessageType } from '@pulsemq/protocol';
import { expect, test } from 'vitest';
import { RunningServer } from '../control/running-server.js';
import { until } from '../control/until.js';
import { lockedDatabase } from './locked-database.js';

/** Another process holds the write lock of the database, as a backup does. Messages flow, and nothing that was promised is lost. */

interface Problem {
  code: string;
  text: string;
}

const pathOf = ({ folder }: RunningServer): string => join(folder, 'pulsemq.db');

/** A running broker with the namespace `market` and a publisher. */
async function scene() {
  const running = await RunningServer.start();
  const { id } = await running.ok<{ id: number }>('POST', '/api/namespaces', { name: 'market' });
  const { id: userId, token } = await running.user('publisher', id, 'pub');
  return { running, namespaceId: id, userId, token };
}

const pub = (topic: string, username = 'publisher') => ({
  type: MessageType.pub,
  namespace: 'market',
  topic,
  username,
  payload: Buffer.from('x'),
});

const topicNames = async (running: RunningServer): Promise<string[]> =>
  (await running.ok<{ name: string }[]>('GET', '/api/topics?namespace=market&limit=1000')).map(({ name }) => name);

test('fault T16: topics first published to under the lock are registered when it is gone', async () => {
  const { running, token } = await scene();
  const publisher = await running.wire('publisher', token);
  const unlock = await lockedDatabase(pathOf(running));
  for (const topic of ['one', 'two', 'three']) {
    expect((await publisher.request(pub(topic))).body.status).toBe('PUB_OK');
  }
  await until(
    () => running.call('GET', '/ready', undefined, null),
    ({ body }) => (body as { problems: Problem[] }).problems[0]?.code === 'STORE_LOCKED',
  );
  // The broker has waited for the lock, and given up.
  await until(
    async () => running.log.join(''),
    (log) => log.includes('the store cannot be written'),
  );
  expect(await topicNames(running)).toEqual([]);
  await unlock();
  expect(
    (
      await until(
        () => topicNames(running),
        (names) => names.length === 3,
      )
    ).sort(),
  ).toEqual(['one', 'three', 'two']);
  await until(
    () => running.call('GET', '/ready', undefined, null),
    ({ status }) => status === 200,
  );
});

test('fault T16: under the lock /health answers from memory, reads go on, and changes fail with their cause', async () => {
  const { running } = await scene();
  const unlock = await lockedDatabase(pathOf(running));
  const refused = running.call('POST', '/api/users', { username: 'late' });
  let isRefused = false;
  void refused.then(() => (isRefused = true));
  // Both answers overtake the change that waits for the lock.
  expect((await running.call('GET', '/health', undefined, null)).status).toBe(200);
  expect((await running.ok<unknown[]>('GET', '/api/users')).length).toBe(2);
  expect(isRefused).toBe(false);
  expect(await refused).toMatchObject({
    status: 503,
    body: {
      code: 'STORE_LOCKED',
      error: expect.stringContaining('another process holds the write lock'),
      request_id: expect.any(String),
    },
  });
  await unlock();
  // The first write after it succeeds: no statement was left open.
  await running.ok('POST', '/api/users', { username: 'late' });
  const rows = await running.ok<{ target: string; result: string }[]>('GET', '/api/audit-logs?op_type=user.create');
  expect(rows.filter(({ target }) => target === 'late').map(({ result }) => result)).toEqual(['ok', 'STORE_LOCKED']);
  expect(running.log.filter((line) => line.includes('the store cannot be written: another process'))).toHaveLength(1);
});

test('fault T16: a revocation under the lock acts at once, is answered 202, and is stored later', async () => {
  const { running, namespaceId, userId, token } = await scene();
  const publisher = await running.wire('publisher', token);
  const unlock = await lockedDatabase(pathOf(running));
  const revoked = await running.call('DELETE', `/api/namespaces/${namespaceId}/permissions/${userId}`);
  expect([revoked.status, revoked.body]).toEqual([202, { status: 'revoked', stored: false }]);
  expect((await publisher.request(pub('after'))).type).toBe(MessageType.error);
  // Reads show it as made, and so does the engine after all rights are sent again.
  expect(await running.ok('GET', `/api/namespaces/${namespaceId}/permissions`)).toEqual([]);
  await unlock();
  await until(
    () => running.ok<unknown[]>('GET', '/api/audit-logs?op_type=revoke'),
    (rows) => rows.length === 1,
  );
  await running.ok('POST', `/api/namespaces/${namespaceId}/permissions`, { user_id: userId, role: 'pub' });
  expect((await publisher.request(pub('again'))).body.status).toBe('PUB_OK');
});

test('fault T17: a deactivation that could not be stored holds over a restart, also while the store still fails', async () => {
  const { running, userId, token } = await scene();
  const unlock = await lockedDatabase(pathOf(running));
  const kept = await running.call('PUT', `/api/users/${userId}`, { is_active: false });
  expect([kept.status, kept.body]).toEqual([202, { status: 'updated', stored: false }]);
  await running.server.stop();
  const again = await RunningServer.start({}, running.folder);
  expect(again.log.join('')).not.toContain('cannot be opened');
  await expect(again.wire('publisher', token)).rejects.toThrow('authentication failed');
  expect(await again.ok('GET', `/api/users/${userId}`)).toMatchObject({ is_active: false });
  await unlock();
  await until(
    () => again.ok<unknown[]>('GET', '/api/audit-logs?op_type=user.update'),
    (rows) => rows.length === 1,
  );
  await again.server.stop();
  const last = await RunningServer.start({}, running.folder);
  expect(await last.ok('GET', `/api/users/${userId}`)).toMatchObject({ is_active: false });
  await last.ok('PUT', `/api/users/${userId}`, { is_active: true });
  await last.wire('publisher', token);
});

test('fault T19: a second broker on one database file does not start, and says which process has it', async () => {
  const { running } = await scene();
  const second = RunningServer.open({}, running.folder);
  await expect(second).rejects.toMatchObject({
    name: 'StartupError',
    exitCode: 2,
    message: `storage.db_path ${pathOf(running)} is in use by another broker, process ${process.pid}; stop that one, or give this one another path`,
  });
  await running.server.stop();
  await RunningServer.start({}, running.folder);
});
