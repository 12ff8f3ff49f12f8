import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';

/** Runs the examples of the TypeScript client, as a reader runs them, against a broker. */

const root = resolve(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'pulsemq-examples-'));
let broker: ChildProcess;
let env: NodeJS.ProcessEnv;

beforeAll(async () => {
  const ports = ['--host', '127.0.0.1', '--pub-port', '0', '--admin-port', '0'];
  const command = join(root, 'packages/cli/bin/pulsemq.js');
  broker = spawn(process.execPath, [command, 'serve', ...ports], { cwd: folder, stdio: ['ignore', 'pipe', 'ignore'] });
  let banner = '';
  for await (const chunk of broker.stdout!) {
    banner += chunk;
    if (banner.includes('Health')) break;
  }
  const { username, token } = JSON.parse(readFileSync(join(folder, '.pulsemq_admin'), 'utf8'));
  env = {
    ...process.env,
    PULSEMQ_HOST: '127.0.0.1',
    PULSEMQ_PUB_PORT: /PUB\(XSUB\) : tcp:\/\/[^:]+:(\d+)/.exec(banner)![1],
    PULSEMQ_USERNAME: username,
    PULSEMQ_TOKEN: token,
  };
});

afterAll(() => {
  broker?.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

/** What each example must print. */
const expected: Readonly<Record<string, RegExp>> = {
  'publish-and-iterate.mjs': /sz000651\.trade \d+ \{"price":10\.55\}/,
  'callback.mjs': /received 10000 messages/,
  'data-frames.mjs': /2 rows of time, open, close, volume\n2026-01-05T01:30:00\.000Z 10\.6 9007199254740993n/,
  'reconnect.mjs': /connected to pulsemq\//,
  'slow-reader.mjs': /fast\.> is slow, [\s\S]*\d+ kept \+ [1-9]\d* lost = 1001 sent/,
  'cancel.mjs': /ended: PMQ_ABORTED/,
  'fire-and-forget.mjs': /the broker has handled all 1,000 messages/,
  'forward.mjs': /forward\.bars: zstd, 200 rows/,
  'query.mjs': /permissions[\s\S]*super_admin[\s\S]*subscriptions[\s\S]*sz000651\.\*/,
};

test('every example has a test', () => {
  const apart = ['board', 'connection.mjs', 'sp500-demo.mjs'];
  const files = readdirSync(join(root, 'examples')).filter((name) => !apart.includes(name));
  expect(files.sort()).toEqual(Object.keys(expected).sort());
});

test.each(Object.entries(expected))('examples/%s', async (name, text) => {
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [join(root, 'examples', name)], { env });
  expect(stderr).toBe('');
  expect(stdout).toMatch(text);
});
