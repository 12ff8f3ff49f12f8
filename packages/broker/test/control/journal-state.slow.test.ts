import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JournalCheck, JournalState } from '@pulsemq/protocol';
import { expect, test } from 'vitest';
import { RunningServer } from './running-server.js';
import { until } from './until.js';

test('the state of the journal has its settings, its files and what it stored; a check finds damage', async () => {
  const running = await RunningServer.start({
    journal: { max_bytes: 100_000_000, max_age_hours: 48, fsync: 'always' },
  });
  const state = () => running.ok<JournalState>('GET', '/api/journal');
  const check = () => running.ok<JournalCheck>('GET', '/api/journal/segments/1/check');
  expect(await state()).toMatchObject({ namespaces: [], totals: null, segments: [], bytes: 0, segment_count: 0 });
  expect(await running.call('GET', '/api/journal/segments/1/check')).toMatchObject({ status: 404 });

  await running.ok('POST', '/api/namespaces', { name: 'market', history: true });
  const publish = { namespace: 'market', topic: 'a', format: 'string', data: 'the text of a message' };
  for (let count = 0; count < 3; count++) await running.ok('POST', '/api/publish', publish);
  const kept = await until(state, ({ totals }) => totals?.stored_total === 3);
  expect(kept).toMatchObject({
    namespaces: ['market'],
    folder: join(running.folder, 'journal'),
    fsync: 'always',
    max_bytes: 100_000_000,
    max_age_hours: 48,
    segment_count: 1,
    totals: { discarded_total: 0, waiting_bytes: 0, is_suspended: false },
    segments: [{ number: 1, bytes: expect.any(Number), begun_at: expect.stringMatching(/Z$/), is_open: true }],
  });
  expect(await check()).toEqual({ number: 1, message_count: 3, damages: [], missing_total: 0, index_problem: null });

  const folder = join(running.folder, 'journal');
  const file = join(folder, readdirSync(folder).find((name) => name.endsWith('.pmqj'))!);
  const bytes = readFileSync(file);
  const at = bytes.indexOf('the text');
  bytes[at]! ^= 1;
  writeFileSync(file, bytes);
  const damaged = await check();
  expect(damaged.message_count).toBeLessThan(3);
  const place = damaged.damages.find(({ from_byte, to_byte }) => from_byte <= at && at < to_byte);
  expect(place).toMatchObject({ reason: expect.stringMatching(/./) });

  // A number without a file is refused at once: it neither waits for a check nor stands in the way of one.
  const [, missing] = await Promise.all([check(), running.call('GET', '/api/journal/segments/9/check')]);
  expect(missing).toMatchObject({ status: 404 });
});
