import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { Agent, get, type IncomingMessage } from 'node:http';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { MessageType } from '@pulsemq/protocol';
import { expect, onTestFinished, test } from 'vitest';
import { until } from '../../broker/test/control/until.js';
import { folder, freePorts } from './called-command.js';
import { RunningCommand } from './running-broker.js';

/** What only a process of its own can show: its signals, its descriptors, its end. */

const killEngine = new URL('../../broker/test/trust/kill-engine.mjs', import.meta.url).href;

/** Resolves when the broker has logged the text. */
async function logged(running: RunningCommand, text: string): Promise<void> {
  await until(
    async () => running.stderr,
    (log) => log.includes(text),
  );
}

test('when the thread of the engine ends, the log says why and the process exits with 2', async () => {
  const running = await RunningCommand.start(freePorts, folder(), { NODE_OPTIONS: `--import=${killEngine}` });
  await running.wire();
  running.child.kill('SIGUSR2');
  expect(await running.ended).toBe(2);
  expect(running.stderr).toMatch(/ERROR \[pulsemq\.broker\] the engine failed: the engine thread ended with code 1\n/);
});

test('fault T23: SIGHUP opens the log again and applies the settings of the file that a running broker can take', async () => {
  const cwd = folder();
  const path = join(cwd, 'config.yaml');
  writeFileSync(path, 'logging: {level: info}\n');
  const running = await RunningCommand.start([...freePorts, '--config', path], cwd);
  const logPath = join(cwd, 'logs', 'pulsemq.log');
  expect(readdirSync(join(cwd, 'logs'))).toEqual(['pulsemq.log']);
  renameSync(logPath, join(cwd, 'moved.log'));
  writeFileSync(path, 'logging: {level: debug}\nbroker: {backlog_messages: 20000}\n');
  running.child.kill('SIGHUP');
  await logged(running, 'reloaded: changed logging.level');
  await logged(running, 'these settings change with the next start: broker.backlog_messages');
  expect(existsSync(logPath)).toBe(true);
  writeFileSync(path, 'logging: {level: loud}\n');
  running.child.kill('SIGHUP');
  await logged(running, 'the configuration was not reloaded: ');
  // It serves as before.
  await running.wire();
  running.child.kill('SIGTERM');
  expect(await running.ended).toBe(0);
});

test('fault T25: what the API lists as registered is there after SIGKILL, and nothing but the process must go', async () => {
  const cwd = folder();
  const first = await RunningCommand.start(freePorts, cwd);
  const wire = await first.wire();
  const count = 900;
  for (let index = 0; index < count; index++) {
    wire.send({ type: MessageType.pub, namespace: 'market', topic: `t${index}`, payload: Buffer.from('x') });
  }
  for (let index = 0; index < count; index++) expect((await wire.reply()).type).toBe(MessageType.ack);
  const listed = async (running: RunningCommand, jwt: string): Promise<number> => {
    const answer = await running.call('GET', '/api/topics?limit=1', undefined, jwt);
    return Number(answer.headers.get('x-total-count'));
  };
  const jwt = await first.logIn();
  await until(
    () => listed(first, jwt),
    (total) => total === count,
  );
  first.child.kill('SIGKILL');
  expect(await first.ended).toBe('SIGKILL');
  const second = await RunningCommand.start(freePorts, cwd);
  expect(await listed(second, await second.logIn())).toBe(count);
});

/** A keep-alive connection to `/health`, open from the start: it needs no further descriptor. */
function healthOf({ ports }: RunningCommand): () => Promise<{ uptime_seconds: number }> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  onTestFinished(() => agent.destroy());
  return async () => {
    const call = get({ host: '127.0.0.1', port: ports.adminPort, path: '/health', agent });
    const [response] = (await once(call, 'response')) as [IncomingMessage];
    const chunks: Buffer[] = [];
    for await (const chunk of response) chunks.push(chunk as Buffer);
    return JSON.parse(Buffer.concat(chunks).toString());
  };
}

test.skipIf(process.platform !== 'linux')(
  'fault T1: without a descriptor left the broker goes on, says so in one line, and serves again',
  async () => {
    const running = await RunningCommand.start();
    const health = healthOf(running);
    const { uptime_seconds: before } = await health();
    const pid = String(running.child.pid);
    const usedCount = readdirSync(`/proc/${pid}/fd`).length;
    // Lowered while it runs: the limits that the broker has derived from it no longer hold the attack off.
    execFileSync('prlimit', ['--pid', pid, `--nofile=${usedCount + 5}:4096`]);
    const { pubPort, subPort, adminPort } = running.ports;
    const sockets: Socket[] = [];
    for (const port of [pubPort, subPort, adminPort]) {
      for (let count = 0; count < 30; count++) sockets.push(connect(port, '127.0.0.1').on('error', () => {}));
    }
    onTestFinished(() => {
      for (const socket of sockets) socket.destroy();
    });
    await logged(running, 'limit reached: no descriptors are left');
    // The figures of some seconds are taken meanwhile.
    await until(health, ({ uptime_seconds: now }) => now >= before + 3);
    execFileSync('prlimit', ['--pid', pid, '--nofile=4096:4096']);
    for (const socket of sockets) socket.destroy();
    await running.wire();
    const lines = (text: string): number => running.stderr.split(text).length - 1;
    expect(lines('no descriptors are left')).toBe(1);
    expect(lines('internal error')).toBe(0);
    running.child.kill('SIGTERM');
    expect(await running.ended).toBe(0);
  },
);
