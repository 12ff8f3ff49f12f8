import { readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PulseMQServer } from '@pulsemq/broker';
import { describe, expect, onTestFinished, test } from 'vitest';
import { RunningServer } from '../../broker/test/control/running-server.js';
import { fillStartedFolder } from '../../broker/test/control/started-folder.js';
import { lastingPorts } from '../../broker/test/engine/lasting-ports.js';
import { folder } from './called-command.js';
import { callInProcess } from './in-process-command.js';
import { RunningBroker } from './running-broker.js';

/** A folder in which a broker has run. */
async function startedFolder(): Promise<string> {
  const cwd = folder();
  await fillStartedFolder(cwd);
  return cwd;
}

test('backup asks the running broker; restore checks it, refuses a running broker, and puts it in place', async () => {
  const broker = await RunningBroker.start();
  await broker.run(['ns', 'create', 'market']);
  const made = await broker.run(['backup', 'a.backup']);
  expect(made).toMatchObject({ status: 0, stderr: '' });
  expect(made.stdout).toMatch(/^a\.backup: \d+\.\d KiB, schema \d{4}-[\w-]+, checked\n$/);
  expect(statSync(join(broker.cwd, 'a.backup')).mode & 0o777).toBe(0o600);
  expect(await broker.run(['backup', 'a.backup'])).toMatchObject({
    status: 2,
    stderr: 'pulsemq: a.backup exists already; give another name, or --force to replace it\n',
  });
  expect((await broker.run(['backup', 'a.backup', '--force', '--json'])).stdout).toContain('"status":"made"');
  expect((await broker.run(['restore', 'a.backup', '--check'])).stdout).toMatch(/^a\.backup is whole: /);
  const refused = await broker.run(['restore', 'a.backup', '--yes']);
  expect(refused).toMatchObject({ status: 2, stdout: '' });
  expect(refused.stderr).toContain(`pulsemq.db is in use by a broker, process ${process.pid}; stop it first\n`);
  expect(await broker.run(['backup', 'b.backup', '--db-path', 'pulsemq.db'])).toMatchObject({ status: 2 });

  const cwd = folder();
  renameSync(join(broker.cwd, 'a.backup'), join(cwd, 'a.backup'));
  expect(await callInProcess(['restore', 'a.backup'], { cwd })).toMatchObject({
    status: 2,
    stderr: expect.stringContaining('This needs a confirmation: give --yes'),
  });
  const restored = await callInProcess(['restore', 'a.backup', '--yes', '--db-path', 'data.db'], { cwd });
  expect(restored).toMatchObject({ status: 0, stderr: '' });
  expect(restored.stdout).toMatch(/^restored \/.*\/data\.db as of \d{4}-[^;]+\n$/);
  writeFileSync(join(cwd, 'config.yaml'), 'storage: {db_path: data.db}\n');
  const again = await callInProcess(['restore', 'a.backup', '--yes', '--config', 'config.yaml'], { cwd });
  expect(again.stdout).toMatch(/; the database that was there is kept as .*data\.db\.replaced-/);
  const offline = await callInProcess(['backup', 'b.backup', '--config', 'config.yaml'], { cwd });
  expect(offline).toMatchObject({ status: 0, stderr: '' });
});

test('a damaged backup is refused with 7, a missing one with 1, and a user who is not a super_admin with 5', async () => {
  const cwd = folder();
  writeFileSync(join(cwd, 'bad.backup'), 'PMQBACKUP1 {"bytes":');
  for (const args of [['--check'], ['--yes']]) {
    expect(await callInProcess(['restore', 'bad.backup', ...args], { cwd })).toMatchObject({
      status: 7,
      stderr: expect.stringMatching(/bad\.backup cannot be restored: it is not a backup\n$/),
    });
  }
  expect((await callInProcess(['restore', 'none.backup', '--check'], { cwd })).status).toBe(1);
  const missing = { status: 1, stderr: 'pulsemq: file not found: none.backup\n' };
  expect(await callInProcess(['restore', 'none.backup'], { cwd })).toMatchObject(missing);
  const nowhere = { status: 1, stderr: 'pulsemq: folder not found: none\n' };
  expect(await callInProcess(['backup', 'none/a.backup', '--db-path', 'data.db'], { cwd })).toMatchObject(nowhere);
  expect(readdirSync(cwd).sort()).toEqual(['bad.backup', 'pulsemq.db.lock']);

  const broker = await RunningBroker.start();
  await broker.run(['user', 'create', 'boss', '--type', 'admin_only', '--save', 'boss.json']);
  const denied = await broker.run(['backup', 'b.backup', '--credentials', 'boss.json']);
  expect(denied).toMatchObject({ status: 5, stderr: 'pulsemq: only a super_admin may make a backup\n' });
  expect(readdirSync(broker.cwd).filter((name) => name.startsWith('b.backup'))).toEqual([]);
});

describe('admin reset-password', () => {
  const reset = ['admin', 'reset-password'];

  test('D6: writes a password into .pulsemq_admin, with which the other commands work', async () => {
    const cwd = await startedFolder();
    const done = await callInProcess(reset, { cwd });
    expect(done).toEqual({
      status: 0,
      stdout: 'admin has a new password; it is in .pulsemq_admin, and its admin log-ins have ended\n',
      stderr: '',
    });
    const { server } = await RunningServer.start({}, cwd);
    const url = `http://127.0.0.1:${server.addresses.adminPort}`;
    expect(await callInProcess(['user', 'list', '--admin-url', url], { cwd })).toMatchObject({ status: 0, stderr: '' });
    const refused = await callInProcess(reset, { cwd });
    expect(refused.status).toBe(2);
    expect(refused.stderr).toMatch(
      /is in use by a broker, process \d+; stop it first, or .*pulsemq user password admin\n$/,
    );
  });

  test('asks for the password, or reads it from standard input', async () => {
    const cwd = await startedFolder();
    const before = readFileSync(join(cwd, '.pulsemq_admin'), 'utf8');
    const done = await callInProcess([...reset, '--ask'], { cwd, input: 'a chosen password\n' });
    expect(done.stdout).toBe('admin has a new password, and its admin log-ins have ended\n');
    expect(readFileSync(join(cwd, '.pulsemq_admin'), 'utf8')).toBe(before);
    const server = new PulseMQServer({
      host: '127.0.0.1',
      pubPort: 0,
      adminPort: 0,
      workingDirectory: cwd,
      console: null,
    });
    onTestFinished(() => server.stop());
    const { adminPort } = await server.start();
    const env = {
      PULSEMQ_ADMIN_URL: `http://127.0.0.1:${adminPort}`,
      PULSEMQ_USERNAME: 'admin',
      PULSEMQ_PASSWORD: 'a chosen password',
    };
    expect((await callInProcess(['user', 'list'], { cwd, env })).status).toBe(0);
  });

  test('D6: is what demo --serve names where the file is lost, and then the demo runs', async () => {
    const cwd = await startedFolder();
    renameSync(join(cwd, '.pulsemq_admin'), join(cwd, 'lost'));
    const demo = [
      'demo',
      '--serve',
      '--pub-port',
      String(await lastingPorts()),
      '--admin-port',
      '0',
      '--rate',
      '5',
      '--readers',
      '0',
      '--for',
      '1s',
    ];
    expect(await callInProcess(demo, { cwd })).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(
        /\.pulsemq_admin is missing .*run here: pulsemq admin reset-password --new-token\n$/,
      ),
    });
    const without = await callInProcess(reset, { cwd });
    expect(without.stderr).toContain(
      '.pulsemq_admin has no token, because the broker stores only its hash; --new-token',
    );
    expect(await callInProcess([...reset, '--new-token'], { cwd })).toMatchObject({ status: 0, stderr: '' });
    expect((await callInProcess(demo, { cwd })).stdout).toMatch(/published \d+ messages/);
  });
});

test('log-level shows and changes the level of a running broker, and leaves an audit row', async () => {
  const broker = await RunningBroker.start();
  expect((await broker.run(['log-level'])).stdout).toBe('info\n');
  expect((await broker.run(['log-level', 'debug', '--json'])).stdout).toBe('{"level":"debug"}\n');
  const jwt = await broker.logIn();
  const settings = (await (await broker.call('GET', '/api/settings', undefined, jwt)).json()) as { key: string }[];
  expect(settings.find(({ key }) => key === 'logging.level')).toMatchObject({ value: 'debug', source: 'api' });
  const [row] = (await (
    await broker.call('GET', '/api/audit-logs?op_type=settings.log_level', undefined, jwt)
  ).json()) as {
    old_value: string;
    new_value: string;
  }[];
  expect([row?.old_value, row?.new_value]).toEqual(['{"level":"info"}', '{"level":"debug"}']);
  expect(await broker.run(['log-level', 'loud'])).toMatchObject({
    status: 2,
    stderr: expect.stringContaining('debug, info, warn, error'),
  });
});
