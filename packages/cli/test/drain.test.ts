import { expect, test } from 'vitest';
import { RunningBroker } from './running-broker.js';

test('drain: ends the broker when its clients have gone or the time is over, and says so', async () => {
  const broker = await RunningBroker.start();
  const staying = await broker.wire();
  expect(await broker.run(['drain', '--within', '1s'])).toMatchObject({ status: 0, stdout: 'the broker has ended\n' });
  await staying.closed;
  expect((await broker.run(['drain'])).status).not.toBe(0);
});

test('drain: an administrator who is not a super_admin is refused, and the broker goes on', async () => {
  const broker = await RunningBroker.start();
  const jwt = await broker.logIn();
  const { password } = (await (
    await broker.call('POST', '/api/users', { username: 'helper', user_type: 'admin_only' }, jwt)
  ).json()) as { password: string };
  const login = await broker.call('POST', '/login', { username: 'helper', password });
  const { token } = (await login.json()) as { token: string };
  expect((await broker.call('POST', '/api/drain', { within_s: 0 }, token)).status).toBe(403);
  expect((await broker.call('GET', '/ready')).status).toBe(200);
});
