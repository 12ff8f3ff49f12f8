import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';

const command = fileURLToPath(new URL('../bin/pulsemq.js', import.meta.url));

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'pulsemq-cli-'));
  onTestFinished(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

const run = (args: string[], cwd = folder()) =>
  spawnSync(process.execPath, [command, ...args], { cwd, encoding: 'utf8', timeout: 15_000 });

/** Starts the broker and resolves with its banner. */
async function start(args: string[]) {
  const child = spawn(process.execPath, [command, ...args], { cwd: folder(), stdio: ['ignore', 'pipe', 'pipe'] });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  let banner = '';
  for await (const chunk of child.stdout) {
    banner += chunk;
    if (banner.includes('Health')) break;
  }
  return { child, banner, pubPort: Number(/PUB\(XSUB\) : tcp:\/\/[^:]+:(\d+)/.exec(banner)?.[1]) };
}

const free = ['--host', '127.0.0.1', '--pub-port', '0', '--admin-port', '0'];

test('--version and --help', () => {
  expect(run(['--version'])).toMatchObject({ status: 0, stdout: '0.1.0\n' });
  const { status, stdout } = run(['--help']);
  expect(status).toBe(0);
  for (const flag of ['--config', '--host', '--pub-port', '--sub-port', '--admin-port', '--db-path', '--log-level']) {
    expect(stdout).toContain(flag);
  }
  expect(run(['serve', '--help']).stdout).toContain('Exit codes:');
});

test.each([
  [['--config', 'missing.yaml'], 1, 'pulsemq: configuration file not found: missing.yaml'],
  [['--pub-port', '70000'], 2, 'pulsemq: configuration: server.pub_port is 70000; allowed: 0 to 65535'],
  [['--pub-port', 'x'], 2, 'pulsemq: configuration: server.pub_port is "x"; allowed: 0 to 65535'],
  [['--log-level', 'loud'], 2, 'logging.level is "loud"'],
  [['--unknown'], 1, "unknown option '--unknown'"],
])('%j ends with %i and one line', (args, status, text) => {
  const result = run(args);
  expect(result.status).toBe(status);
  expect(result.stderr).toContain(text);
  expect(result.stderr).not.toContain('    at ');
});

test('a file is read, and flags win over it', async () => {
  const cwd = folder();
  writeFileSync(join(cwd, 'config.yaml'), 'server:\n  pub_port: 70000\n');
  expect(run(['--config', 'config.yaml'], cwd).stderr).toContain('server.pub_port is 70000');
  writeFileSync(join(cwd, 'config.yaml'), 'server:\n  pub_prt: 1\n');
  expect(run(['--config', 'config.yaml'], cwd)).toMatchObject({ status: 2 });
});

describe.each(['SIGTERM', 'SIGINT'] as const)('%s', (signal) => {
  test('ends the broker with 0 within five seconds', async () => {
    const { child, banner } = await start(free);
    expect(banner).toMatch(/={50}\n {2}PulseMQ Broker v0\.1\.0\n/);
    const startedMs = performance.now();
    child.kill(signal);
    const [code] = await once(child, 'exit');
    expect(code).toBe(0);
    expect(performance.now() - startedMs).toBeLessThan(5_000);
  });
});

test('plain pulsemq and serve are the same, and port 0 takes two adjacent ports', async () => {
  const { banner, pubPort } = await start(['serve', ...free]);
  expect(banner).toContain(`SUB(XPUB) : tcp://127.0.0.1:${pubPort + 1}`);
});

test.each(['--pub-port', '--sub-port', '--admin-port'])(
  'a port in use for %s is one line and exit code 2',
  async (flag) => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => {
      server.close();
    });
    const port = String((server.address() as { port: number }).port);
    const result = run([...free, flag, port]);
    expect(result.status).toBe(2);
    expect(result.stderr).toContain(`address in use: 127.0.0.1:${port}`);
    expect(result.stderr).not.toContain('    at ');
  },
);

test('a database of another program ends with exit code 2', () => {
  const cwd = folder();
  writeFileSync(join(cwd, 'other.db'), 'something else, longer than a header'.repeat(10));
  const result = run([...free, '--db-path', 'other.db'], cwd);
  expect(result.status).toBe(2);
  expect(result.stderr).toContain('is not a database; it was not touched');
});
