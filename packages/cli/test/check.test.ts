import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { folder } from './called-command.js';
import { callInProcess } from './in-process-command.js';

test('check: valid file 0; invalid file 2 and every problem; missing file 1', async () => {
  const cwd = folder();
  writeFileSync(join(cwd, 'good.yaml'), `server:\n  pub_port: 6000\nauth:\n  jwt_secret: ${'s'.repeat(32)}\n`);
  writeFileSync(join(cwd, 'bad.yaml'), 'server:\n  pub_prt: 1\n  host: ""\nlogging:\n  level: loud\nother: 1\n');
  expect(await callInProcess(['check', 'good.yaml'], { cwd })).toMatchObject({
    status: 0,
    stdout: expect.stringMatching(/^good\.yaml is valid: it sets 2 of \d+ settings\n$/),
    stderr: '',
  });
  const effective = await callInProcess(['check', 'good.yaml', '--effective'], { cwd });
  expect(effective.stdout).toMatch(/server\.pub_port +6000 +file/);
  expect(effective.stdout).toMatch(/auth\.jwt_secret +\(set\) +file/);
  expect(effective.stdout).not.toContain('s'.repeat(32));
  const bad = await callInProcess(['check', 'bad.yaml', '--json'], { cwd });
  expect(bad.status).toBe(2);
  const { problems } = JSON.parse(bad.stdout) as { problems: string[] };
  for (const key of ['server.pub_prt', 'server.host', 'logging.level', '"other"']) {
    expect(problems.filter((problem) => problem.includes(key))).toHaveLength(1);
  }
  expect(problems).toHaveLength(4);
  expect(await callInProcess(['check', 'none.yaml'], { cwd })).toMatchObject({
    status: 1,
    stdout: '',
    stderr: 'pulsemq: configuration file not found: none.yaml\n',
  });
  expect(readdirSync(cwd).sort()).toEqual(['bad.yaml', 'good.yaml']);
});
