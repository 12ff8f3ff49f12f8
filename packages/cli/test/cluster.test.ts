import { expect, test } from 'vitest';
import { RunningBroker } from './running-broker.js';

/** A broker on its own answers for itself; with several brokers the console's story of the cluster asks all. */

test('cluster sessions: the sessions of a user with their broker, or that there is none or no such user', async () => {
  const broker = await RunningBroker.start();
  const peer = await broker.wire();
  const { stdout, status } = await broker.run(['cluster', 'sessions', broker.admin.username]);
  expect(status).toBe(0);
  expect(stdout).toMatch(/^BROKER +SESSION +USER +CLIENT +ADDRESS\nthis broker +s\d+ +admin +\S.* +127\.0\.0\.1\n$/);
  expect(await broker.run(['cluster', 'sessions', 'nobody'])).toMatchObject({
    status: 6,
    stderr: expect.stringContaining('there is no user nobody'),
  });
  await broker.run(['user', 'create', 'idle', '--save', 'idle.json']);
  expect(await broker.run(['cluster', 'sessions', 'idle'])).toMatchObject({ stdout: 'idle has no session\n' });
  peer.socket.destroy();
});

test('cluster publishers: who publishes a topic, and its last message', async () => {
  const broker = await RunningBroker.start();
  await broker.run(['pub', 'market:a.quote', '1', '--new-namespace']);
  const { stdout } = await broker.run(['cluster', 'publishers', 'market:a.quote']);
  expect(stdout).toMatch(
    /^no session publishes market:a\.quote\nlast message at this broker: sequence 1 of epoch \d+, \S+Z\n$/,
  );
  const json = JSON.parse((await broker.run(['cluster', 'publishers', 'market:none', '--json'])).stdout);
  expect(json).toEqual([
    { broker_id: null, broker_name: null, is_own: true, has_answered: true, count: 0, sessions: [], last: null },
  ]);
  expect(await broker.run(['cluster', 'publishers', 'market:no topic'])).toMatchObject({
    stderr: expect.stringContaining('topic'),
  });
});
