import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';

/** Types the session of the READMEs as printed, each on a fresh broker and on one that has been used. */

const root = resolve(import.meta.dirname, '../..');
const command = join(root, 'packages/cli/bin/pulsemq.js');
const folder = mkdtempSync(join(tmpdir(), 'pulsemq-session-'));
let broker: ChildProcess;
let env: NodeJS.ProcessEnv;

beforeAll(async () => {
  const ports = ['--host', '127.0.0.1', '--pub-port', '0', '--admin-port', '0'];
  broker = spawn(process.execPath, [command, 'serve', ...ports], { cwd: folder, stdio: ['ignore', 'pipe', 'ignore'] });
  let banner = '';
  for await (const chunk of broker.stdout!) {
    banner += chunk;
    if (banner.includes('Health')) break;
  }
  const portOf = (name: string): string => new RegExp(`${name} +: \\w+://[^:]+:(\\d+)`).exec(banner)![1]!;
  env = {
    ...process.env,
    PULSEMQ_HOST: '127.0.0.1',
    PULSEMQ_PUB_PORT: portOf('PUB\\(XSUB\\)'),
    PULSEMQ_SUB_PORT: portOf('SUB\\(XPUB\\)'),
    PULSEMQ_ADMIN_URL: `http://127.0.0.1:${portOf('Admin')}`,
    PULSEMQ_CONFIG_DIR: join(folder, 'config'),
  };
});

afterAll(() => {
  broker?.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

interface Step {
  readonly typed: string;
  readonly answer: string;
}

function sessionOf(name: string): Step[] {
  const [, block] = /```console\n([\s\S]*?)```/.exec(readFileSync(join(root, name), 'utf8'))!;
  return block!
    .split(/^\$ /m)
    .filter((text) => text !== '')
    .map((text) => ({ typed: text.split('\n')[0]!, answer: text.split('\n').slice(1).join('\n') }));
}

/** Times and durations are never the same twice. */
const masked = (text: string): string =>
  text.replace(/\d\d:\d\d:\d\d\.\d{3}/g, 'TIME').replace(/\d+\.\d\d s/g, 'DURATION');

test.each(['README.md', 'README.zh-CN.md'])('the session of %s answers as printed', async (name) => {
  // The second README finds a broker that has been used: the names of the first must not be there any more.
  const steps = sessionOf(name);
  expect(steps.length).toBeGreaterThan(4);
  for (const { typed, answer } of steps) {
    const [first, ...words] = typed.replace(/^npx /, '').match(/'[^']*'|\S+/g)!;
    expect(first).toBe('pulsemq');
    const plain = words.map((word) => word.replace(/^'|'$/g, ''));
    const { stdout } = await promisify(execFile)(process.execPath, [command, ...plain], { cwd: folder, env });
    expect(masked(stdout)).toBe(masked(answer));
  }
  await forget(['ns', 'delete', 'market', '--yes'], ['user', 'delete', 'feed_1', '--yes']);
  rmSync(join(folder, 'feed_1.json'));
});

async function forget(...commands: string[][]): Promise<void> {
  for (const words of commands) await promisify(execFile)(process.execPath, [command, ...words], { cwd: folder, env });
}
