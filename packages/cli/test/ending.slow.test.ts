import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { MessageType } from '@pulsemq/protocol';
import { describe, expect, onTestFinished, test } from 'vitest';
import { folder, freePorts, repository } from './called-command.js';
import { RunningCommand } from './running-broker.js';

/** Sends the signals. Resolves with the exit code, which is 2 where the broker does not end within five seconds by itself. */
async function end(running: RunningCommand, ...signals: NodeJS.Signals[]): Promise<number | string> {
  for (const signal of signals) running.child.kill(signal);
  return running.ended;
}

/** Resolves when the port refuses connections. */
async function closedPort(port: number): Promise<void> {
  for (;;) {
    const socket = connect(port, '127.0.0.1');
    const isOpen = await once(socket, 'connect').then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (!isOpen) return;
  }
}

/** Resolves when the connection is closed, also by a reset. */
const closeOf = (socket: Socket): Promise<void> => new Promise((resolve) => socket.once('close', () => resolve()));

test.each(['SIGTERM', 'SIGINT'] as const)('%s ends an idle broker with 0', async (signal) => {
  const running = await RunningCommand.start();
  expect(await end(running, signal)).toBe(0);
  expect(running.stderr).toMatch(/INFO {2}\[pulsemq\.broker\] stopped\n$/);
});

describe('a signal', () => {
  // Which one makes no difference.
  const signal = 'SIGTERM';

  test('closes all connections: sessions, subscribers, unfinished handshakes and requests', async () => {
    const running = await RunningCommand.start();
    const wire = await running.wire();
    const subscriber = await running.bound(wire);
    const silent = [running.ports.pubPort, running.ports.subPort].map((port) => connect(port, '127.0.0.1'));
    const half = connect(running.ports.adminPort, '127.0.0.1');
    half.write('POST /login HTTP/1.1\r\nhost: x\r\ncontent-length: 99\r\n\r\n{');
    const sockets = [...silent, half];
    for (const socket of sockets) socket.on('error', () => {}).resume();
    await Promise.all(sockets.map((socket) => once(socket, 'connect')));
    const gone = Promise.all([wire.closed, subscriber.closed, ...sockets.map(closeOf)]);
    expect(await end(running, signal)).toBe(0);
    await gone;
  });

  test('delivers queued messages to a subscriber that resumes reading', async () => {
    const running = await RunningCommand.start();
    const wire = await running.wire();
    const subscriber = await running.bound(wire);
    await wire.request({ type: MessageType.sub, namespace: 'market', topic: '>' });
    subscriber.socket.pause();
    // More than the kernel buffers for a connection, so that the broker must queue the rest.
    const count = 200;
    const payload = Buffer.alloc(100_000, 'x');
    for (let index = 0; index < count; index++) {
      wire.send({ type: MessageType.pub, namespace: 'market', topic: `t${index}`, payload });
      expect((await wire.reply()).type).toBe(MessageType.ack);
    }
    running.child.kill(signal);
    await closedPort(running.ports.subPort);
    subscriber.socket.resume();
    const topics: string[] = [];
    while (topics.length < count) topics.push((await subscriber.delivery()).topic);
    expect(topics).toEqual(Array.from({ length: count }, (_, index) => `t${index}`));
    expect(await running.ended).toBe(0);
  });

  test('does not wait forever for a subscriber that never reads', async () => {
    const running = await RunningCommand.start();
    const wire = await running.wire();
    const subscriber = await running.bound(wire);
    await wire.request({ type: MessageType.sub, namespace: 'market', topic: '>' });
    subscriber.socket.pause();
    const payload = Buffer.alloc(1_000_000, 'x');
    for (let index = 0; index < 20; index++) {
      await wire.request({ type: MessageType.pub, namespace: 'market', topic: 't', payload });
    }
    expect(await end(running, signal)).toBe(0);
  });
});

test('new topics are stored before the broker ends', async () => {
  const cwd = folder();
  const first = await RunningCommand.start(freePorts, cwd);
  const wire = await first.wire();
  for (let index = 0; index < 2_000; index++) {
    wire.send({ type: MessageType.pub, namespace: 'market', topic: `t${index}` });
  }
  for (let index = 0; index < 2_000; index++) expect((await wire.reply()).type).toBe(MessageType.ack);
  expect(await end(first, 'SIGTERM')).toBe(0);
  const second = await RunningCommand.start(freePorts, cwd);
  const { body } = await (await second.wire()).request({
    type: MessageType.query,
    format: 1,
    payload: Buffer.from('{"type":"topics","namespace":"market"}'),
  });
  expect(body.data).toHaveLength(2_000);
});

test('further signals change nothing', async () => {
  for (const signals of [
    ['SIGINT', 'SIGINT'],
    ['SIGINT', 'SIGTERM', 'SIGINT'],
  ] as const) {
    const running = await RunningCommand.start();
    expect(await end(running, ...signals)).toBe(0);
    expect(running.stderr).toContain('stopped\n');
  }
});

test('a signal during the start ends the broker once it is up', async () => {
  const cwd = folder();
  const child = spawn(process.execPath, [join(repository, 'packages/cli/bin/pulsemq.js'), ...freePorts], {
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  // The first log line: the broker is starting, and has not opened a port yet.
  const [line] = (await once(child.stderr!, 'data')) as [Buffer];
  expect(line.toString()).toContain('first admin created');
  child.kill('SIGTERM');
  expect(await once(child, 'exit')).toEqual([0, null]);
});

test('the broker goes on when its terminal is closed', async () => {
  const running = await RunningCommand.start();
  running.child.stdout?.destroy();
  running.child.stderr?.destroy();
  // Each connection writes a line to the log.
  for (let count = 0; count < 3; count++) {
    const socket = connect(running.ports.pubPort, '127.0.0.1');
    socket.on('error', () => {}).resume();
    socket.write('GET / HTTP/1.1\r\n\r\n'.repeat(10));
    await once(socket, 'close');
  }
  expect((await running.call('GET', '/health')).status).toBe(200);
  expect(await end(running, 'SIGTERM')).toBe(0);
});
