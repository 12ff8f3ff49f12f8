import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '..', '..');

/** The parts of `npm run test:journal` in small. */
function run(...options: string[]): string {
  return execFileSync(process.execPath, [join(root, 'test/journal/run.mjs'), '--seed', '7', ...options], {
    cwd: root,
    encoding: 'utf8',
  });
}

test('flipped bits and cuts on disk are found or harmless', () => {
  expect(run('--only', 'flips', '--flips', '30')).toMatch(/^flips: 30 times damaged: /);
});

test('what was acknowledged survives kills and restarts, and reaches a client once and in order', {
  timeout: 120_000,
}, () => {
  const printed = run('--only', 'kills,runs', '--kills', '2', '--runs', '1', '--rounds', '2');
  expect(printed).toMatch(/^kills: 2 kills, .*\nruns: 1 runs, /);
});
