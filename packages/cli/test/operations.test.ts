import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { folder } from './called-command.js';
import { callInProcess, InProcessCommand } from './in-process-command.js';

test('serve takes settings from the environment, warns of what has no effect, and SIGHUP reads the file again', async () => {
  const cwd = folder();
  writeFileSync(join(cwd, 'config.yaml'), 'broker: {hwm: 5000}\nlogging: {level: warn}\n');
  const env = {
    PULSEMQ_SERVER_HOST: '127.0.0.1',
    PULSEMQ_SERVER_PUB_PORT: '0',
    PULSEMQ_SERVER_ADMIN_PORT: '0',
    PULSEMQ_LOGGING_FORMAT: 'json',
    PULSEMQ_LOGING_LEVEL: 'debug',
  };
  const broker = new InProcessCommand(['serve', '--config', 'config.yaml'], { cwd, env });
  await broker.says('/health', 'stdout');
  expect(broker.stdout).toContain('tcp://127.0.0.1:');
  const linesOf = () =>
    broker.stderr
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line));
  expect(linesOf().map(({ level, message }) => [level, message])).toEqual(
    expect.arrayContaining([
      ['warn', 'configuration: broker.hwm has the new name broker.backlog_messages; the old name still works'],
      [
        'warn',
        'configuration: the environment variable PULSEMQ_LOGING_LEVEL is not a setting and has no effect; did you mean PULSEMQ_LOGGING_LEVEL?',
      ],
    ]),
  );
  writeFileSync(join(cwd, 'config.yaml'), 'broker: {hwm: 5000}\nlogging: {level: info}\n');
  broker.signal('SIGHUP');
  await broker.says('reloaded: changed logging.level');
  broker.signal('SIGTERM');
  expect(await broker.ended).toBe(0);
  const logged = readFileSync(join(cwd, 'logs', 'pulsemq.log'), 'utf8')
    .trimEnd()
    .split('\n');
  expect(JSON.parse(logged.at(-1)!)).toMatchObject({ level: 'info', logger: 'pulsemq.broker', message: 'stopped' });
});

describe('install-service', () => {
  test('D10: prints a unit, writes it once, and replaces it only with --force', async () => {
    const cwd = folder();
    const unit = join(cwd, 'units', 'pulsemq.service');
    const args = [
      'install-service',
      '--unit',
      unit,
      '--user',
      'feed',
      '--data',
      '/srv/feed',
      '--config',
      '/etc/p.yaml',
    ];
    const printed = await callInProcess([...args, '--print'], { cwd });
    expect([printed.status, existsSync(unit)]).toEqual([0, false]);
    for (const line of [
      'User=feed',
      'WorkingDirectory=/srv/feed',
      'ReadWritePaths=/srv/feed',
      'ExecReload=/bin/kill -HUP $MAINPID',
    ]) {
      expect(printed.stdout.split('\n')).toContain(line);
    }
    expect(printed.stdout).toMatch(/\nExecStart=\/.*node \/.*\/bin\/pulsemq\.js serve --config \/etc\/p\.yaml\n/);
    const written = await callInProcess(args, { cwd });
    expect(written.stdout).toMatch(/^wrote .*pulsemq\.service\. Next, as root:\n {2}id feed /);
    expect(readFileSync(unit, 'utf8')).toBe(printed.stdout);
    writeFileSync(unit, 'mine');
    expect(await callInProcess(args, { cwd })).toMatchObject({
      status: 2,
      stderr: expect.stringContaining(`${unit} exists already; give --force`),
    });
    expect(readFileSync(unit, 'utf8')).toBe('mine');
    expect((await callInProcess([...args, '--force'], { cwd })).status).toBe(0);
    expect(readFileSync(unit, 'utf8')).toBe(printed.stdout);
  });

  test.each([
    [['--user', 'a b'], '--user a b is not the name of a user'],
    [['--data', 'relative'], '--data relative: give an absolute path'],
    [['--data', '/a b'], '--data /a b: give an absolute path'],
    [['--config', '/a\nExecStartPre=/bin/x'], 'give an absolute path'],
  ])('refuses %j', async (args, text) => {
    const { status, stderr, stdout } = await callInProcess(['install-service', '--print', ...args]);
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toContain(text);
  });

  test('says what cannot be written', async () => {
    const cwd = folder();
    mkdirSync(join(cwd, 'pulsemq.service'));
    const args = ['install-service', '--force', '--unit', join(cwd, 'pulsemq.service')];
    expect((await callInProcess(args, { cwd })).stderr).toMatch(/pulsemq\.service cannot be written: EISDIR/);
  });
});

test.each([
  [['backup', 'a.backup', '--config', 'pg.yaml'], 'make the backup with pg_dump'],
  [['restore', 'a.backup', '--yes', '--config', 'pg.yaml'], 'restore a backup of it with pg_restore'],
  [['admin', 'reset-password', '--config', 'pg.yaml'], 'let another administrator run: pulsemq user password admin'],
])('%j says what to do where the database is a server', async (args, instead) => {
  const cwd = folder();
  writeFileSync(join(cwd, 'pg.yaml'), 'storage: {driver: postgres, url: "postgres://localhost/pulsemq"}\n');
  expect(await callInProcess(args, { cwd })).toEqual({
    status: 2,
    stdout: '',
    stderr: `pulsemq: storage.driver is postgres, and this command works on a database file; ${instead}\n`,
  });
});
