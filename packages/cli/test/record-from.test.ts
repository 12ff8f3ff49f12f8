import { expect, test } from 'vitest';
import { RunningBroker } from './running-broker.js';

test('record --from writes stored messages into a recording, which replay publishes', async () => {
  const broker = await RunningBroker.start();
  const jwt = await broker.logIn();
  for (const name of ['market', 'again']) {
    expect((await broker.call('POST', '/api/namespaces', { name, history: true }, jwt)).status).toBe(201);
  }
  for (const text of ['one', 'two', 'three']) await broker.run(['pub', 'market:a', text]);
  const recorded = await broker.run(['record', 'past.pmq', 'market:>', '--from', 'start', '--json']);
  expect([recorded.status, JSON.parse(recorded.stdout)]).toEqual([
    0,
    { file: 'past.pmq', messages: 3, bytes: expect.any(Number), gaps: 0 },
  ]);
  expect(recorded.stderr).toContain('recording to past.pmq\n');
  const replayed = await broker.run(['replay', 'past.pmq', '--speed', 'full', '--to-namespace', 'again']);
  expect(replayed).toMatchObject({ status: 0, stdout: expect.stringContaining('published 3 messages') });
  const seen = await broker.run(['sub', 'again:>', '--from', 'start', '--raw', '-q']);
  expect(seen.stdout).toBe('onetwothree');
  const wrong = await broker.run(['record', 'b.pmq', 'market:>', '--to', '1h']);
  expect(wrong).toMatchObject({ status: 2, stderr: expect.stringContaining('--to needs --from') });
});
