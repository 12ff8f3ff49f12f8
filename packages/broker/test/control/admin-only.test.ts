import { MessageType } from '@pulsemq/protocol';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { RunningServer } from './running-server.js';

/** Users of type `admin_only` administer, have nothing on the wire, and cannot raise themselves. */

let running: RunningServer;
let clerkId: number;
let jwt: string;

const password = 'a good password';

beforeAll(async () => {
  running = await RunningServer.open();
  await running.ok('POST', '/api/namespaces', { name: 'market', keep_last_value: true });
  const clerk = await running.ok<{ id: number; token?: string }>('POST', '/api/users', {
    username: 'clerk',
    user_type: 'admin_only',
    password,
  });
  clerkId = clerk.id;
  expect(clerk.token).toBeUndefined();
  jwt = (await running.logIn('clerk', password)).token;
});
afterAll(() => running.close());

test('fault T14: admin_only reads no messages and publishes none, through the API either', async () => {
  const wire = await running.wire('admin', running.admin.token);
  await wire.request({ type: MessageType.pub, namespace: 'market', topic: 'a', payload: Buffer.from('x') });
  let topics: { id: number }[] = [];
  while (topics.length === 0) topics = await running.ok<{ id: number }[]>('GET', '/api/topics');
  // A grant gives it nothing.
  await running.ok('POST', '/api/namespaces/1/permissions', { user_id: clerkId, role: 'admin' });
  for (const [method, path, body] of [
    ['GET', `/api/topics/${topics[0]!.id}/last`],
    ['GET', `/api/topics/${topics[0]!.id}/last?raw=true`],
    ['GET', '/api/tap?namespace=market'],
    ['POST', '/api/publish', { namespace: 'market', topic: 'a', format: 'string', data: 'x' }],
  ] as const) {
    const answer = await running.call(method, path, body, jwt);
    expect([path, answer.status, answer.body]).toMatchObject([path, 403, { code: 'ADMIN_ONLY' }]);
  }
  // The same for one whose token was made before it became admin_only.
  const bot = await running.user('bot', 1, 'pub');
  await running.ok('PUT', `/api/users/${bot.id}`, { user_type: 'admin_only' });
  await expect(running.wire('bot', bot.token)).rejects.toThrow();
});

test('fault T14: admin_only raises neither itself nor others to super_admin, and changes no super_admin', async () => {
  for (const [method, path, body] of [
    ['PUT', `/api/users/${clerkId}`, { user_type: 'super_admin' }],
    ['PUT', `/api/users/${clerkId}`, { user_type: 'mq_super' }],
    ['POST', '/api/users', { username: 'other', user_type: 'super_admin' }],
    ['PUT', '/api/users/1', { is_active: false }],
    ['DELETE', '/api/users/1', undefined],
    ['POST', '/api/users/1/reset-token', undefined],
    ['POST', '/api/users/1/password', { password: 'another one' }],
  ] as const) {
    const answer = await running.call(method, path, body, jwt);
    expect([path, answer.status, answer.body]).toMatchObject([path, 403, { code: 'SUPER_ADMIN_ONLY' }]);
  }
  expect(await running.ok('GET', `/api/users/${clerkId}`)).toMatchObject({ user_type: 'admin_only' });
  // What it is for still works.
  await running.ok('POST', '/api/users', { username: 'reader' }, jwt);
});
