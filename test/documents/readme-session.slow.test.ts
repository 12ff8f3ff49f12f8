import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { lastingPorts } from '../../packages/broker/test/engine/lasting-ports.js';
import { masked, sessionOf } from '../session/readme-session.mjs';

/** Types the session of the READMEs as printed, on a fresh broker and on one where `demo` ran. */

const root = resolve(import.meta.dirname, '../..');
const command = join(root, 'packages/cli/bin/pulsemq.js');

/** A folder as a user has one, and what its commands need to find the broker there. */
class Folder {
  readonly path = mkdtempSync(join(tmpdir(), 'pulsemq-session-'));
  env: NodeJS.ProcessEnv = { ...process.env, PULSEMQ_CONFIG_DIR: join(this.path, 'config') };

  constructor() {
    onTestFinished(() => rmSync(this.path, { recursive: true, force: true }));
  }

  async startBroker(): Promise<void> {
    const ports = ['--host', '127.0.0.1', '--pub-port', '0', '--admin-port', '0'];
    const broker: ChildProcess = spawn(process.execPath, [command, 'serve', ...ports], {
      cwd: this.path,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    onTestFinished(async () => {
      broker.kill('SIGKILL');
      if (broker.exitCode === null && broker.signalCode === null) await once(broker, 'exit');
    });
    let banner = '';
    for await (const chunk of broker.stdout!) {
      banner += chunk;
      if (banner.includes('Health')) break;
    }
    const portOf = (name: string): string => new RegExp(`${name} +: \\w+://[^:]+:(\\d+)`).exec(banner)![1]!;
    this.env = {
      ...this.env,
      PULSEMQ_HOST: '127.0.0.1',
      PULSEMQ_PUB_PORT: portOf('PUB\\(XSUB\\)'),
      PULSEMQ_SUB_PORT: portOf('SUB\\(XPUB\\)'),
      PULSEMQ_ADMIN_URL: `http://127.0.0.1:${portOf('Admin')}`,
    };
  }

  async run(...words: string[]): Promise<string> {
    const call = promisify(execFile)(process.execPath, [command, ...words], { cwd: this.path, env: this.env });
    return (await call).stdout;
  }

  async typeSession(readme: string): Promise<void> {
    const steps = sessionOf(join(root, readme));
    expect(steps.length).toBeGreaterThan(4);
    for (const { typed, answer } of steps) {
      const [first, ...words] = typed.replace(/^npx /, '').match(/'[^']*'|\S+/g)!;
      expect(first).toBe('pulsemq');
      const plain = words.map((word) => word.replace(/^'|'$/g, ''));
      expect(masked(await this.run(...plain))).toBe(masked(answer));
    }
  }
}

test.each(['README.md', 'README.zh-CN.md'])(
  'D4: the session of %s answers as printed on a new broker',
  async (name) => {
    const folder = new Folder();
    await folder.startBroker();
    await folder.typeSession(name);
  },
);

test('D4: the same session answers as printed where "demo" ran before', async () => {
  const folder = new Folder();
  await folder.startBroker();
  await folder.run('demo', '--for', '1s', '--rate', '100');
  await folder.typeSession('README.md');
});

test('D4: the same session answers as printed in a folder where "demo --serve" ran before', async () => {
  const folder = new Folder();
  const ports = ['--pub-port', String(await lastingPorts()), '--admin-port', '0'];
  await folder.run('demo', '--serve', ...ports, '--for', '1s', '--rate', '100');
  await folder.startBroker();
  await folder.typeSession('README.md');
});
