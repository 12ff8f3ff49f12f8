import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { scenarios } from '../../dist/market/all-scenarios.js';

const command = fileURLToPath(new URL('../../dist/market/main.js', import.meta.url));

test('every scenario is correct in small sizes', { timeout: 120_000 }, () => {
  const { stdout, stderr, status } = spawnSync(process.execPath, [command, '--quick'], { encoding: 'utf8' });
  const output = `${stdout}${stderr}`;
  expect(stdout).toContain(`Node ${process.version}`);
  for (const { name } of scenarios) {
    const own = stdout.split('\n').filter((line) => line.startsWith(`${name} `));
    expect(own.at(-1), output).toMatch(/ {2,}(correct$|skipped: this broker has no )/);
  }
  expect(status, output).toBe(0);
});
