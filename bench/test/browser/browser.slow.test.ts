import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const command = fileURLToPath(new URL('../../dist/browser/main.js', import.meta.url));
const run = (...args: string[]) => spawnSync(process.execPath, [command, ...args], { encoding: 'utf8' });

test('every scenario runs in small sizes, and no page is closed', { timeout: 180_000 }, () => {
  const names = run('--list').stdout.match(/^[\w-]+/gm)!;
  expect(names.length).toBeGreaterThan(3);
  const { stdout, stderr, status } = run('--quick');
  const output = `${stdout}${stderr}`;
  for (const name of names) {
    const own = stdout.split('\n').filter((line) => line.startsWith(`${name} `));
    expect(own.at(-1), output).toMatch(/ +(correct$|skipped: no Chromium )/);
  }
  expect(status, output).toBe(0);
});
