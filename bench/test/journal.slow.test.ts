import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseJournalOptions } from '../dist/journal/journal-options.js';

test('options that are out of range are refused', () => {
  expect(parseJournalOptions([])).toMatchObject({ journalBytes: 2e8, topicCount: 10_000 });
  expect(() => parseJournalOptions(['--gigabytes', '0'])).toThrow(
    '--gigabytes takes a number from 0.001 to 1000, not 0',
  );
  expect(() => parseJournalOptions(['--megabytes', '1'])).toThrow('--megabytes');
});

test('a small journal is filled, read and replayed without a missing message', { timeout: 180_000 }, () => {
  const words = ['--gigabytes', '0.004', '--topics', '100', '--fills', '5'];
  const printed = execFileSync(process.execPath, [join(import.meta.dirname, '../dist/journal/main.js'), ...words], {
    encoding: 'utf8',
  });
  for (const name of ['ready', '100 messages of a topic', 'replay, raw reader', 'replay, client library, callback']) {
    expect(printed).toContain(name);
  }
});
