import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { MessageType } from '@pulsemq/protocol';
import { describe, expect, onTestFinished, test } from 'vitest';
import { folder, freePorts, repository } from './called-command.js';
import { RunningCommand } from './running-broker.js';

const limitMs = 5_000;

/** Sends the signals; resolves with the exit code and how long it took. */
async function end(running: RunningCommand, ...signals: NodeJS.Signals[]): Promise<[number | string, number]> {
  const startedMs = performance.now();
  for (const signal of signals) running.child.kill(signal);
  return [await running.ended, performance.now() - startedMs];
}

/** Resolves when nobody listens there any more. */
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

/** A reset is an end too. */
const closeOf = (socket: Socket): Promise<void> => new Promise((resolve) => socket.once('close', () => resolve()));

test.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
  '%s ends an idle broker with 0 within five seconds',
  async (signal) => {
    const running = await RunningCommand.start();
    const [code, tookMs] = await end(running, signal);
    expect(code).toBe(0);
    expect(tookMs).toBeLessThan(limitMs);
    expect(running.stderr).toMatch(/INFO {2}\[pulsemq\.broker\] stopped\n$/);
  },
);

// The signals differ in nothing but their names.
describe('the end', () => {
  const signal = 'SIGTERM';

  test('closes what is open: sessions, subscribers, half a handshake, half a request', async () => {
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
    const [code, tookMs] = await end(running, signal);
    expect(code).toBe(0);
    expect(tookMs).toBeLessThan(limitMs);
    await gone;
  });

  test('writes what is queued for a subscriber that reads again', async () => {
    const running = await RunningCommand.start();
    const wire = await running.wire();
    const subscriber = await running.bound(wire);
    await wire.request({ type: MessageType.sub, namespace: 'market', topic: '>' });
    subscriber.socket.pause();
    // More than the kernel keeps for a connection, so that the broker itself holds the rest.
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

  test('does not wait for ever for one that never reads', async () => {
    const running = await RunningCommand.start();
    const wire = await running.wire();
    const subscriber = await running.bound(wire);
    await wire.request({ type: MessageType.sub, namespace: 'market', topic: '>' });
    subscriber.socket.pause();
    const payload = Buffer.alloc(1_000_000, 'x');
    for (let index = 0; index < 20; index++) {
      await wire.request({ type: MessageType.pub, namespace: 'market', topic: 't', payload });
    }
    const [code, tookMs] = await end(running, signal);
    expect(code).toBe(0);
    expect(tookMs).toBeLessThan(limitMs);
  });
});

test('topics that were just published to are stored before the end', async () => {
  const cwd = folder();
  const first = await RunningCommand.start(freePorts, cwd);
  const wire = await first.wire();
  for (let index = 0; index < 2_000; index++) {
    wire.send({ type: MessageType.pub, namespace: 'market', topic: `t${index}` });
  }
  for (let index = 0; index < 2_000; index++) expect((await wire.reply()).type).toBe(MessageType.ack);
  expect((await end(first, 'SIGTERM'))[0]).toBe(0);
  const second = await RunningCommand.start(freePorts, cwd);
  const { body } = await (await second.wire()).request({
    ...{ type: MessageType.query, format: 1, payload: Buffer.from('{"type":"topics","namespace":"market"}') },
  });
  expect(body.data).toHaveLength(2_000);
});

test('a signal that comes again, or another, changes nothing', async () => {
  for (const signals of [
    ['SIGINT', 'SIGINT'],
    ['SIGINT', 'SIGTERM', 'SIGINT'],
  ] as const) {
    const running = await RunningCommand.start();
    expect((await end(running, ...signals))[0]).toBe(0);
    expect(running.stderr).toContain('stopped\n');
  }
});

test('a signal while the broker starts ends it as soon as it is up', async () => {
  const cwd = folder();
  const child = spawn(process.execPath, [join(repository, 'packages/cli/bin/pulsemq.js'), ...freePorts], {
    ...{ cwd, stdio: ['ignore', 'pipe', 'pipe'] },
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  // Its first line: it has begun, and has not yet opened a port.
  const [line] = (await once(child.stderr!, 'data')) as [Buffer];
  expect(line.toString()).toContain('first admin created');
  child.kill('SIGTERM');
  expect(await once(child, 'exit')).toEqual([0, null]);
});

test('a terminal that goes away does not take the broker along', async () => {
  const running = await RunningCommand.start();
  running.child.stdout?.destroy();
  running.child.stderr?.destroy();
  // Each is a line in the log.
  for (let count = 0; count < 3; count++) {
    const socket = connect(running.ports.pubPort, '127.0.0.1');
    socket.on('error', () => {}).resume();
    socket.write('GET / HTTP/1.1\r\n\r\n'.repeat(10));
    await once(socket, 'close');
  }
  expect((await running.call('GET', '/health')).status).toBe(200);
  expect((await end(running, 'SIGTERM'))[0]).toBe(0);
});
