import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { scenarios } from '../../dist/market/all-scenarios.js';

const command = fileURLToPath(new URL('../../dist/market/main.js', import.meta.url));

test('every scenario is correct in small sizes', { timeout: 120_000 }, async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [command, '--quick']);
  expect(stdout).toContain(`Node ${process.version}`);
  for (const { name } of scenarios) {
    const own = stdout.split('\n').filter((line) => line.startsWith(`${name} `));
    expect(own.at(-1), stdout).toMatch(/ {2,}(correct$|skipped: this broker has no )/);
  }
});
