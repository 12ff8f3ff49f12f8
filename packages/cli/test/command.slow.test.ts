import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { lastingPorts } from '../../broker/test/engine/lasting-ports.js';
import { folder, freePorts, repository, run } from './called-command.js';
import { callInProcess } from './in-process-command.js';
import { RunningCommand } from './running-broker.js';

const { version } = JSON.parse(readFileSync(join(repository, 'packages', 'cli', 'package.json'), 'utf8'));
const flags = ['--config', '--host', '--pub-port', '--sub-port', '--admin-port', '--db-path', '--log-level'];

describe('printing', () => {
  test('--version, -V, and through npx', () => {
    for (const flag of ['--version', '-V']) expect(run([flag])).toMatchObject({ status: 0, stdout: `${version}\n` });
    const npx = spawnSync('npx', ['--no-install', 'pulsemq', '--version'], { cwd: repository, encoding: 'utf8' });
    expect([npx.status, npx.stdout]).toEqual([0, `${version}\n`]);
  });

  test('--help of pulsemq and of serve', async () => {
    for (const args of [['--help'], ['-h'], ['serve', '--help']]) {
      const { status, stdout, stderr } = await callInProcess(args);
      expect([args, status, stderr]).toEqual([args, 0, '']);
      for (const flag of flags) expect(stdout).toContain(flag);
    }
    expect((await callInProcess(['serve', '--help'])).stdout).toContain('Exit codes:');
    const cwd = folder();
    await callInProcess(['--help'], { cwd });
    expect(readdirSync(cwd)).toEqual([]);
  });
});

describe('help', () => {
  test('"help <command>" prints the help of that command', async () => {
    const { status, stdout, stderr } = await callInProcess(['help', 'grant', 'set']);
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toBe((await callInProcess(['grant', 'set', '--help'])).stdout);
    expect((await callInProcess(['help'])).stdout).toBe((await callInProcess(['--help'])).stdout);
    expect((await callInProcess(['help', 'nonsense'])).status).toBe(2);
  });

  test('ends with 0 when its reader leaves at once', () => {
    // The sleep lets the reader end before the first write.
    const script = `(sleep 0.2; '${process.execPath}' packages/cli/bin/pulsemq.js pub --help; echo "ended $?" >&2) | true`;
    const { stderr } = spawnSync('bash', ['-c', script], { cwd: repository, encoding: 'utf8' });
    expect(stderr).toBe('ended 0\n');
  });

  test('shows defaults in the form the user would type', async () => {
    expect((await callInProcess(['bench', '--help'])).stdout).toContain('duration of each measurement (default: 2s)');
  });
});

describe('a broker that cannot start ends with one line', () => {
  const other = 'something else, longer than a header'.repeat(10);
  test.each<[args: string[], status: number, text: string, make?: (cwd: string) => void]>([
    [['--config', 'missing.yaml'], 1, 'pulsemq: configuration file not found: missing.yaml'],
    [['serve', '--config', 'missing.yaml'], 1, 'pulsemq: configuration file not found: missing.yaml'],
    [['--config', 'a'], 2, 'pulsemq: configuration file a cannot be read', (cwd) => mkdirSync(join(cwd, 'a'))],
    [['--config', 'a'], 2, 'pulsemq: configuration file a is not YAML', (cwd) => writeFileSync(join(cwd, 'a'), 'a: [')],
    [
      ['--config', 'a', '--pub-port', '0'],
      2,
      'pulsemq: configuration: server must be a section',
      (cwd) => writeFileSync(join(cwd, 'a'), 'server: 5'),
    ],
    [
      ['--config', 'a'],
      2,
      'pulsemq: configuration: unknown key "server.pub_prt"',
      (cwd) => writeFileSync(join(cwd, 'a'), 'server:\n  pub_prt: 1\n'),
    ],
    [['--pub-port', '70000'], 2, 'pulsemq: configuration: server.pub_port is 70000; allowed: 0 to 65535'],
    [['--pub-port', '-1'], 2, 'pulsemq: configuration: server.pub_port is "-1"; allowed: 0 to 65535'],
    [['--sub-port', 'x'], 2, 'pulsemq: configuration: server.sub_port is "x"; allowed: 0 to 65535'],
    [['--admin-port', '1.5'], 2, 'pulsemq: configuration: server.admin_port is "1.5"; allowed: 0 to 65535'],
    [['--host', ''], 2, 'pulsemq: configuration: server.host is ""'],
    [['--log-level', 'loud'], 2, 'pulsemq: configuration: logging.level is "loud"; allowed: debug, info, warn, error'],
    [[...freePorts, '--db-path', 'a'], 2, 'is not a database', (cwd) => writeFileSync(join(cwd, 'a'), other)],
    [[...freePorts, '--db-path', 'a'], 2, 'is not a file', (cwd) => mkdirSync(join(cwd, 'a'))],
  ])('%j: %i, %s', async (args, status, text, make) => {
    const cwd = folder();
    make?.(cwd);
    const result = await callInProcess(args, { cwd });
    expect([result.status, result.stdout]).toEqual([status, '']);
    expect(result.stderr).toContain(text);
    expect(result.stderr.split('\n').filter((line) => line.startsWith('pulsemq: '))).toHaveLength(1);
    expect(result.stderr).not.toContain('    at ');
    expect(existsSync(join(cwd, '.pulsemq_admin'))).toBe(false);
  });

  test.each([
    [['--unknown'], "error: unknown option '--unknown'"],
    [['serve', '--unknown'], "error: unknown option '--unknown'"],
    [['nonsense'], 'error: '],
    [['--pub-port'], "error: option '--pub-port <port>' argument missing"],
  ])('%j: 2, and a hint at --help', async (args, text) => {
    const { status, stdout, stderr } = await callInProcess(args);
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toContain(text);
    expect(stderr).not.toContain('    at ');
    expect(stderr).toContain('--help');
  });

  test.each(['--pub-port', '--sub-port', '--admin-port'])('a port in use for %s: 2, and the address', async (flag) => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    onTestFinished(() => {
      taken.close();
    });
    const { port } = taken.address() as { port: number };
    const { status, stdout, stderr } = await callInProcess([...freePorts, flag, String(port)]);
    expect([status, stdout]).toEqual([2, '']);
    const lines = stderr.trimEnd().split('\n');
    expect(lines.at(-1)).toBe(
      `pulsemq: address in use: 127.0.0.1:${port}; another program listens there, give another port`,
    );
    expect(lines.filter((line) => line.includes('address in use'))).toHaveLength(1);
  });
});

describe('the broker', () => {
  test.each([[[]], [['serve']]])('starts with %j: banner, files, three ports', async (words) => {
    const running = await RunningCommand.start([...words, ...freePorts]);
    const { pubPort: pub, subPort: sub, adminPort: admin } = running.ports;
    expect(running.stdout).toBe(
      [
        '',
        '='.repeat(50),
        `  PulseMQ Broker v${version}`,
        `  PUB(XSUB) : tcp://127.0.0.1:${pub}`,
        `  SUB(XPUB) : tcp://127.0.0.1:${sub}`,
        `  Admin     : http://127.0.0.1:${admin}`,
        `  Health    : http://127.0.0.1:${admin}/health`,
        '  Encrypted : none: log-ins and messages go in clear text',
        '='.repeat(50),
        '',
        '',
      ].join('\n'),
    );
    expect(sub).toBe(pub + 1);
    expect(readdirSync(running.cwd)).toEqual(expect.arrayContaining(['.pulsemq_admin', 'logs', 'pulsemq.db']));
    expect(await (await running.call('GET', '/health')).json()).toMatchObject({ status: 'ok', version });
    const wire = await running.wire();
    await running.bound(wire);
    expect(readFileSync(join(running.cwd, 'logs', 'pulsemq.log'), 'utf8')).toBe(running.stderr);
  });

  test('the file overrides the defaults, options override the file', async () => {
    const cwd = folder();
    writeFileSync(
      join(cwd, 'config.yaml'),
      [
        'server:\n  host: 127.0.0.1\n  pub_port: 0\n  admin_port: 70000\n',
        'storage:\n  db_path: of-file.db\n',
        'logging:\n  level: debug\n  dir: of-file\n',
      ].join(''),
    );
    const args = ['--config', 'config.yaml', '--admin-port', '0', '--db-path', 'of-flag.db', '--log-level', 'error'];
    const running = await RunningCommand.start(args, cwd);
    expect(running.stdout).toContain('tcp://127.0.0.1:');
    const names = readdirSync(cwd);
    expect(names).toEqual(expect.arrayContaining(['of-file', 'of-flag.db']));
    expect(names).not.toContain('of-file.db');
    expect(running.stderr).toBe('');
  });

  test('warns about a sub_port that the Python package will not use', async () => {
    const running = await RunningCommand.start([...freePorts, '--sub-port', String(await lastingPorts())]);
    expect(running.stderr).toMatch(/WARN .*server\.sub_port is \d+, not pub_port \+ 1/);
  });
});
