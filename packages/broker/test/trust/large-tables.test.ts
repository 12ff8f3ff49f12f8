import { MessageType } from '@pulsemq/protocol';
import { dictionary, tableFromArrays, tableToIPC, utf8 } from '@uwdata/flechette';
import { expect, test } from 'vitest';
import { EventReader } from '../control/event-reader.js';
import { RunningServer } from '../control/running-server.js';
import { until } from '../control/until.js';

/** 50 columns of 1,000 rows, all with one value of 1,000 characters that JSON writes with six: small on the wire, 300 MB as JSON. */
function largeTable(): Buffer {
  const names = Array.from({ length: 50 }, (_, index) => `column${index}`);
  const value = '\u0001'.repeat(1_000);
  const columns = Object.fromEntries(names.map((name) => [name, Array<string>(1_000).fill(value)]));
  const types = Object.fromEntries(names.map((name) => [name, dictionary(utf8())]));
  return Buffer.from(tableToIPC(tableFromArrays(columns, { types }), { format: 'stream' })!);
}

test('fault T2: a small message that is 300 MB as JSON is shown in part, by a tap and as the last value', async () => {
  const running = await RunningServer.start();
  await running.ok('POST', '/api/namespaces', { name: 'market', keep_last_value: true });
  const wire = await running.wire('admin', running.admin.token);
  const payload = largeTable();
  expect(payload.length).toBeLessThan(1_000_000);
  const tap = await EventReader.open(running, '/api/tap?namespace=market');
  const message = { type: MessageType.pub, namespace: 'market', topic: 'a', payload, format: 3 };
  for (let count = 0; count < 4; count++) await wire.request(message);
  const [topic] = await until(
    () => running.ok<{ id: number }[]>('GET', '/api/topics'),
    ({ length }) => length === 1,
  );
  const { data } = await tap.next();
  expect(JSON.stringify(data).length).toBeLessThan(2_100_000);
  const last = await running.ok<{ message: { content: { kind: string; rows: unknown[] } } }>(
    'GET',
    `/api/topics/${topic!.id}/last`,
  );
  const { kind, rows } = last.message.content;
  expect([kind, rows.length > 0]).toEqual(['table', true]);
  expect(JSON.stringify(last).length).toBeLessThan(4_300_000);
  expect(running.log.join('')).not.toContain('internal error');
  expect((await running.call('GET', '/health', undefined, null)).status).toBe(200);
});
