import { readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { logLine } from '../../src/control/logging/log-line.js';
import { openLogging } from '../../src/control/logging/logging.js';
import { temporaryFolder } from './running-server.js';

test('a line is time, level, logger and text, and a peer cannot forge a second one', () => {
  const json = JSON.stringify({ level: 40, time: 0, logger: 'pulsemq.broker', msg: 'a\nb\u2028c\u001b[31m' });
  expect(logLine(json)).toMatch(
    /^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}\.000 WARN {2}\[pulsemq\.broker\] a\\nb\\u2028c\\u001b\[31m\n$/,
  );
});

test('lines go to the file and the console, from their level up', async () => {
  const dir = temporaryFolder();
  const shown: string[] = [];
  const logging = openLogging({ dir, maxDays: 7, level: 'info', console: { write: (line) => shown.push(line) } });
  const log = logging.logger('pulsemq.admin');
  log.debug('hidden');
  log.info('shown');
  await logging.close();
  expect(shown).toHaveLength(1);
  expect(readFileSync(join(dir, 'pulsemq.log'), 'utf8')).toBe(shown[0]);
  expect(shown[0]).toContain('INFO  [pulsemq.admin] shown');
});

test("yesterday's file is set aside under its day, and only max_days of them are kept", async () => {
  const dir = temporaryFolder();
  const days = ['2026-01-01', '2026-01-02', '2026-01-03', '2026-01-04'];
  for (const day of days) writeFileSync(join(dir, `pulsemq.log.${day}`), day);
  writeFileSync(join(dir, 'pulsemq.log.bak'), 'not ours');
  writeFileSync(join(dir, 'pulsemq.log'), 'yesterday\n');
  const yesterday = new Date(Date.now() - 86_400_000);
  utimesSync(join(dir, 'pulsemq.log'), yesterday, yesterday);
  const logging = openLogging({ dir, maxDays: 2, level: 'info', console: null });
  logging.logger('x').info('today');
  await logging.close();
  const names = readdirSync(dir).sort();
  expect(readFileSync(join(dir, 'pulsemq.log'), 'utf8')).toContain('today');
  const kept = names.filter((name) => /\d$/.test(name));
  expect(kept).toHaveLength(2);
  expect(kept[0]).toBe('pulsemq.log.2026-01-04');
  expect(readFileSync(join(dir, kept[1]!), 'utf8')).toBe('yesterday\n');
  expect(names).toContain('pulsemq.log.bak');
});
