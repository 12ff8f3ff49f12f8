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
    stdout: expect.stringMatching(/^good\.yaml is valid: 2 of \d+ settings are set\n$/),
    stderr: '',
  });
  const effective = await callInProcess(['check', 'good.yaml', '--effective'], { cwd });
  expect(effective.stdout).toContain('\n  pub_port: 6000 # file\n');
  expect(effective.stdout).toContain('\n  jwt_secret: (set) # file\n');
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

test('check reads the environment and the options as serve does, without a file too', async () => {
  const cwd = folder();
  writeFileSync(join(cwd, 'old.yaml'), 'server: {admin_port: 9000}\nbroker: {hwm: 5}\n');
  const env = { PULSEMQ_SERVER_PUB_PORT: '7000', PULSEMQ_SERVER_ADMIN_PORT: '7001', PULSEMQ_LOG_LEVEL: 'debug' };
  const { status, stdout, stderr } = await callInProcess(
    ['check', '--config', 'old.yaml', '--effective', '--admin-port', '8001'],
    { cwd, env },
  );
  expect(status).toBe(0);
  for (const line of ['pub_port: 7000 # environment', 'admin_port: 8001 # command line', 'backlog_messages: 5 # file'])
    expect(stdout).toContain(`\n  ${line}\n`);
  expect(stderr.split('\n')).toEqual([
    'pulsemq: broker.hwm has the new name broker.backlog_messages; the old name still works',
    'pulsemq: the environment variable PULSEMQ_LOG_LEVEL is not a setting and has no effect; did you mean PULSEMQ_LOGGING_LEVEL?',
    '',
  ]);
  const alone = await callInProcess(['check', '--json'], { cwd, env: { PULSEMQ_SERVER_PUB_PORT: '7000' } });
  expect(JSON.parse(alone.stdout)).toMatchObject({ status: 'ok', setting_count: 1, warnings: [] });
  const wrong = await callInProcess(['check'], { cwd, env: { PULSEMQ_SERVER_PUB_PORT: 'x' } });
  expect(wrong).toMatchObject({
    status: 2,
    stdout: 'configuration: PULSEMQ_SERVER_PUB_PORT is "x"; allowed: 0 to 65535\n',
  });
  const both = await callInProcess(['check', 'old.yaml', '--config', 'old.yaml'], { cwd });
  expect(both).toMatchObject({ status: 2, stderr: 'pulsemq: give either a file or --config, not both\n' });
});
