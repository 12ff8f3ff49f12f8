import { MessageType } from '@pulsemq/protocol';
import { expect, onTestFinished, test } from 'vitest';
import { openSqlite } from '../../dist/control/store/sqlite/open-sqlite.js';
import { EntitlementFeed } from '../../src/control/entitlements/entitlement-feed.js';
import type { Store } from '../../src/control/store/store.js';
import { RecordingLink } from './recording-link.js';
import { RunningServer, temporaryFolder } from './running-server.js';

const newUser = (username: string) => ({
  username,
  userType: 'mq_normal' as const,
  passwordHash: null,
  tokenHash: 'hash',
  mustChangePassword: false,
});

async function opened(): Promise<Store> {
  const store = await openSqlite(`${temporaryFolder()}/pulsemq.db`);
  onTestFinished(() => store.close());
  return store;
}

const fail = (error: unknown): never => {
  throw error;
};

test('the engine gets the rights of each user, and no more than it needs', async () => {
  const store = await opened();
  const user = await store.users.add({ ...newUser('a'), passwordHash: 'secret' });
  const freshness = { rules: [{ pattern: '>', max_age_ms: 100, calendar: null }], calendars: {} };
  const bars = { rules: [], calendars: {} };
  const namespace = await store.namespaces.add({ name: 'n', description: 'about it', createdBy: 'a', freshness, bars });
  await store.grants.put({ userId: 1, namespaceId: 1, role: 'pub', grantedBy: 'a' });
  const link = new RecordingLink();
  const feed = new EntitlementFeed(link, store, fail);
  feed.userChanged(user);
  feed.namespaceChanged(namespace);
  await feed.pushAll();
  const engineUser = { id: 1, name: 'a', type: 'mq_normal', isActive: true, tokenHash: 'hash' };
  const rules = { freshness, bars };
  const engineNamespace = { id: 1, name: 'n', isActive: true, keepLastValue: false, history: false, ...rules };
  expect(link.sent.slice(0, 2)).toEqual([
    { kind: 'user', user: engineUser },
    { kind: 'namespace', namespace: engineNamespace },
  ]);
  expect(link.last('entitlements')?.entitlements).toMatchObject({
    users: [engineUser],
    namespaces: [engineNamespace],
    grants: [{ userId: 1, namespaceId: 1, role: 'pub' }],
    userKeys: [],
  });
  expect(JSON.stringify(link.sent)).not.toContain('secret');
});

test('a change while the whole truth is read is in it', async () => {
  const store = await opened();
  let release = (): void => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  let read = (): void => {};
  const hasRead = new Promise<void>((resolve) => {
    read = resolve;
  });
  const all = async () => {
    const users = await store.users.all();
    read();
    await released;
    return users;
  };
  const link = new RecordingLink();
  const feed = new EntitlementFeed(link, { ...store, users: { ...store.users, all } }, fail);
  const pushed = feed.pushAll();
  await hasRead;
  feed.userChanged(await store.users.add(newUser('late')));
  release();
  await pushed;
  expect(link.sent.map(({ kind }) => kind)).toEqual(['user', 'entitlements']);
  expect(link.last('entitlements')?.entitlements.users.map(({ name }) => name)).toEqual(['late']);
});

test('what another process changes is known after limits.rights_refresh_sec', async () => {
  const running = await RunningServer.start({ limits: { rights_refresh_sec: 1 } });
  await running.ok('POST', '/api/namespaces', { name: 'market' });
  const { id, token } = await running.user('bot');
  const wire = await running.wire('bot', token);
  const publish = () => wire.request({ type: MessageType.pub, namespace: 'market', topic: 'a' });
  expect((await publish()).body).toMatchObject({ error_code: 3 });
  const store = await openSqlite(`${running.folder}/pulsemq.db`);
  onTestFinished(() => store.close());
  await store.grants.put({ userId: id, namespaceId: 1, role: 'pub', grantedBy: 'somebody else' });
  while ((await publish()).type !== MessageType.ack);
});
