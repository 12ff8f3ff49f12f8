import { join } from 'node:path';
import { MessageType } from '@pulsemq/protocol';
import { describe, expect, test } from 'vitest';
import { RunningServer } from '../control/running-server.js';
import { until } from '../control/until.js';
import { canMount, smallDisk } from './small-disk.js';

/** No room is left on the disk of the database. */

const diskBytes = 4_194_304;

async function scene() {
  const disk = smallDisk(diskBytes);
  const running = await RunningServer.start({ storage: { db_path: join(disk.folder, 'pulsemq.db') } });
  const { id: namespaceId } = await running.ok<{ id: number }>('POST', '/api/namespaces', { name: 'market' });
  const { id: userId, token } = await running.user('publisher', namespaceId, 'pub');
  return { disk, running, namespaceId, userId, token };
}

const pub = (topic: string) => ({
  type: MessageType.pub,
  namespace: 'market',
  topic,
  username: 'publisher',
  payload: Buffer.from('x'),
});

interface Row {
  op_type: string;
  created_at: string;
}

/** Writes until the room that the write-ahead log still had is used up too. */
async function fillWholly({ running, disk }: Awaited<ReturnType<typeof scene>>): Promise<void> {
  disk.fill();
  await until(
    () => running.call('POST', '/api/namespaces', { name: `n${Math.random().toString(36).slice(2)}` }),
    ({ status }) => status === 503,
  );
}

describe.skipIf(!canMount)('a full disk', () => {
  test('fault T17: logging in works, the cause is named, and what waited is stored when there is room', async () => {
    const at = await scene();
    const { running, disk, token } = at;
    await fillWholly(at);
    const refused = await running.call('POST', '/api/users', { username: 'late' });
    expect(refused).toMatchObject({ status: 503, body: { code: 'STORE_FULL', request_id: expect.any(String) } });
    expect(refused.body).toMatchObject({
      error: expect.stringContaining('no room is left on the disk of the database'),
    });
    const ready = await running.call('GET', '/ready', undefined, null);
    expect([ready.status, ready.body]).toMatchObject([503, { problems: [{ code: 'STORE_FULL' }] }]);
    const figures = await running.ok<{ problems: { code: string }[] }>('GET', '/api/stats/system');
    expect(figures.problems.map(({ code }) => code)).toEqual(['STORE_FULL']);
    const before = new Date().toISOString();
    expect((await running.logIn('admin', running.admin.password)).token).toBeTruthy();
    const after = new Date().toISOString();
    const publisher = await running.wire('publisher', token);
    expect((await publisher.request(pub('first'))).body.status).toBe('PUB_OK');
    disk.makeRoom();
    const rows = await until(
      () => running.ok<Row[]>('GET', `/api/audit-logs?op_type=login&from=${before}`),
      ({ length }) => length > 0,
    );
    // The row has the time of the call.
    expect(rows.map(({ created_at }) => created_at <= after)).toEqual([true]);
    await until(
      () => running.ok<unknown[]>('GET', '/api/topics?namespace=market'),
      ({ length }) => length === 1,
    );
    await running.ok('POST', '/api/users', { username: 'late' });
  });

  test('fault T17: a revocation acts at once and is kept in the file, which has its room already', async () => {
    const at = await scene();
    const { running, disk, namespaceId, userId, token } = at;
    const publisher = await running.wire('publisher', token);
    await fillWholly(at);
    const path = `/api/namespaces/${namespaceId}/permissions/${userId}`;
    const revoked = await running.call('DELETE', path);
    expect([revoked.status, revoked.body]).toEqual([202, { status: 'revoked', stored: false }]);
    expect((await publisher.request(pub('after'))).type).toBe(MessageType.error);
    const gone = await running.call('DELETE', path);
    expect(gone).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } });
    await running.ok('POST', '/logout');
    expect((await running.call('GET', '/api/users')).status).toBe(401);
    await running.server.stop();
    disk.makeRoom();
    const again = await RunningServer.start({ storage: { db_path: join(disk.folder, 'pulsemq.db') } }, running.folder);
    const grants = () => again.ok<unknown[]>('GET', `/api/namespaces/${namespaceId}/permissions`);
    expect(await grants()).toEqual([]);
    expect((await again.call('GET', '/api/users', undefined, running.jwt)).status).toBe(401);
    await until(
      () => again.ok<Row[]>('GET', '/api/audit-logs?op_type=revoke'),
      ({ length }) => length === 1,
    );
    await again.server.stop();
    const last = await RunningServer.start({ storage: { db_path: join(disk.folder, 'pulsemq.db') } }, running.folder);
    expect(await last.ok<unknown[]>('GET', `/api/namespaces/${namespaceId}/permissions`)).toEqual([]);
  });

  test('fault T15: a change is answered by what became of it, not of its audit row, which comes later', async () => {
    const at = await scene();
    const { running, disk } = at;
    // A call that changes the engine and not the store.
    await fillWholly(at);
    const answer = await running.call('POST', '/api/connections/disconnect-user', { user_id: at.userId });
    expect([answer.status, answer.body]).toEqual([200, { status: 'disconnected', session_count: 0 }]);
    disk.makeRoom();
    const rows = await until(
      () => running.ok<Row[]>('GET', '/api/audit-logs?op_type=disconnect_user'),
      ({ length }) => length > 0,
    );
    expect(rows).toMatchObject([{ target: 'publisher', result: 'ok' }]);
  });
});
