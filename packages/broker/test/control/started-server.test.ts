import { expect, test } from 'vitest';
import { RunningServer } from './running-server.js';

test('defect 1: the admin server answers as soon as the broker has started, on the port the banner shows', async () => {
  const running = await RunningServer.start();
  const { status, body } = await running.call('GET', '/health', undefined, null);
  expect([status, (body as { status: string }).status]).toEqual([200, 'ok']);
  expect((await running.call('GET', '/api/users')).status).toBe(200);
});
