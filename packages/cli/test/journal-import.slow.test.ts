import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { engineInThread } from '../../broker/test/control/engine-in-thread.js';
import { RunningServer } from '../../broker/test/control/running-server.js';
import { until } from '../../broker/test/control/until.js';
import { folder } from './called-command.js';
import { importInto, message, recording, startMs, stored } from './recordings.js';

test('a broker answers imported messages, and its own topics go on with their epochs', async () => {
  const cwd = folder();
  const publish = async (broker: RunningServer, price: number): Promise<void> => {
    const body = { namespace: 'market', topic: 'own', format: 'string', data: `{"price":${price}}` };
    expect((await broker.call('POST', '/api/publish', body)).status).toBe(200);
  };
  const first = await RunningServer.open({}, cwd, { engine: engineInThread });
  for (const name of ['market', 'test']) await first.ok('POST', '/api/namespaces', { name, history: true });
  await publish(first, 10);
  await until(
    async () => (existsSync(join(cwd, 'journal')) ? stored(cwd).length : 0),
    (count) => count === 1,
  );
  await first.server.stop();
  const later = Date.now() - startMs + 1_000;
  const file = recording(cwd, [message('a', 3, later), message('a', 4, later + 1)]);
  expect((await importInto(cwd, file, '--to-namespace', 'test')).status).toBe(0);
  const second = await RunningServer.start({}, cwd, { engine: engineInThread });
  const rows = await second.ok<Record<string, number>[]>('GET', '/api/history?namespace=test');
  expect(rows.map(({ _sequence, price }) => [_sequence, price])).toEqual([
    [3, 3],
    [4, 4],
  ]);
  await publish(second, 11);
  await until(
    async () => stored(cwd).length,
    (count) => count === 4,
  );
  const own = stored(cwd).filter(({ key }) => key === 'market:own');
  expect(own.map(({ sequence }) => sequence)).toEqual([1, 2]);
  expect(new Set(own.map(({ epoch }) => epoch)).size).toBe(1);
});
