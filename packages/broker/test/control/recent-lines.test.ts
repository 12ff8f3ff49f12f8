import type { LogLine } from '@pulsemq/protocol';
import { expect, test } from 'vitest';
import { RecentLines } from '../../src/control/logging/recent-lines.js';
import { EventReader } from './event-reader.js';
import { RunningServer } from './running-server.js';

/** The newest lines of the log: in memory, by pages, and as they are written. */

const record = (level: number, msg: string, logger = 'pulsemq.broker'): string =>
  JSON.stringify({ level, time: 0, logger, msg });

test('keeps the newest 2,000 lines, each with at most 2,000 characters', () => {
  const lines = new RecentLines();
  for (let at = 1; at <= 2_500; at += 1) lines.add(record(30, `line ${at}`));
  lines.add(record(50, 'x'.repeat(10_000)));
  const all = lines.newest({ level: 'debug' }, 10_000);
  expect(all).toHaveLength(2_000);
  expect(all[0]).toMatchObject({ id: 2_501, level: 'error', logger: 'pulsemq.broker' });
  expect(all[0]!.text).toHaveLength(2_001);
  expect(all.at(-1)).toMatchObject({ id: 502, text: 'line 502' });
});

test('filters by level and text, and goes back page by page', () => {
  const lines = new RecentLines();
  for (let at = 1; at <= 100; at += 1) lines.add(record(at % 10 === 0 ? 40 : 30, `line ${at}`));
  lines.add(record(20, 'quiet', 'pulsemq.admin'));
  const ids = (found: readonly LogLine[]): readonly number[] => found.map(({ id }) => id);
  expect(ids(lines.newest({ level: 'warn' }, 3))).toEqual([100, 90, 80]);
  expect(ids(lines.newest({ level: 'warn', before: 80 }, 2))).toEqual([70, 60]);
  expect(ids(lines.newest({ level: 'debug', text: 'ADMIN' }, 5))).toEqual([101]);
  expect(ids(lines.newest({ level: 'info', text: 'line 55' }, 5))).toEqual([55]);
});

test('a line cannot forge another one', () => {
  const lines = new RecentLines();
  lines.add(record(30, 'a\nb'));
  expect(lines.newest({ level: 'debug' }, 1)[0]!.text).toBe('a\\nb');
});

test('an administrator reads the log of the broker, and sees a line as it is written', async () => {
  const running = await RunningServer.start();
  const [first] = await running.ok<LogLine[]>('GET', '/api/logs?limit=1&text=is up on');
  expect(first).toMatchObject({ level: 'info', logger: 'pulsemq.broker' });
  const stream = await EventReader.open(running, '/api/logs/stream?level=warn');
  await expect(running.wire('admin', 'wrong')).rejects.toThrow('authentication failed');
  const { data } = await stream.next(({ name }) => name === 'line');
  expect(data).toMatchObject({ level: 'warn', text: expect.stringContaining('log-in of "admin" refused') });
  for (const query of ['level=loud', 'limit=0', 'before=x']) {
    expect((await running.call('GET', `/api/logs?${query}`)).status).toBe(400);
  }
});
