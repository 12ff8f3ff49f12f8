import { once } from 'node:events';
import { describe, expect, test } from 'vitest';
import { lastingPorts } from '../../broker/test/engine/lasting-ports.js';
import { callInProcess } from './in-process-command.js';
import { RunningBroker, RunningCommand, type TestBroker } from './running-broker.js';
import { subscriber } from './subscriber.js';

describe('exit codes of errors', () => {
  test('no broker: 3; no username: 4; wrong token: 4; invalid name: 2; missing file: 1', async () => {
    const broker = await RunningBroker.start();
    const { username, token } = broker.admin;
    const env = { PULSEMQ_USERNAME: username, PULSEMQ_TOKEN: token };
    const unreachable = await callInProcess(['pub', 'a', 'x', '--host', '127.0.0.1', '--pub-port', '1'], { env });
    expect(unreachable).toMatchObject({ status: 3, stdout: '' });
    expect(unreachable.stderr).toBe(
      'pulsemq: cannot connect to 127.0.0.1:1: ECONNREFUSED; no broker listens there: "pulsemq" starts one\n',
    );
    const unwritten = await callInProcess(['sub', 'market:'], { env });
    expect(unwritten.stderr).toBe('pulsemq: "market:" has no pattern; "market:>" stands for all topics\n');
    const unnamed = await callInProcess(['sub', 'a'], { env: { ...broker.environment } });
    expect(unnamed).toMatchObject({ status: 4, stdout: '' });
    expect(unnamed.stderr).toContain('no username: give --username');
    const wrong = await callInProcess(['sub', 'a'], { env: { ...broker.environment, ...env, PULSEMQ_TOKEN: 'wrong' } });
    expect(wrong).toMatchObject({ status: 4, stdout: '' });
    expect(wrong.stderr).toContain(`(${username}, from the environment)`);
    expect(wrong.stderr).not.toContain('    at ');
    for (const args of [
      ['pub', 'a b', 'x'],
      ['sub', 'a.>.b'],
      ['sub', 'a', '--count', '0'],
      ['pub', 'system:a', 'x'],
    ]) {
      expect([args, (await broker.run(args)).status]).toEqual([args, 2]);
    }
    expect(await broker.run(['pub', 'a', '--file', 'missing.csv'])).toMatchObject({
      status: 1,
      stderr: 'pulsemq: file not found: missing.csv\n',
    });
  });

  test('no permission: 5; payload too large for its format: 6', async () => {
    const broker = await RunningBroker.start();
    const jwt = await broker.logIn();
    const { token } = (await (await broker.call('POST', '/api/users', { username: 'reader' }, jwt)).json()) as {
      token: string;
    };
    const env = { PULSEMQ_USERNAME: 'reader', PULSEMQ_TOKEN: token };
    for (const args of [
      ['pub', 'market:a', 'x'],
      ['sub', 'market:a'],
    ]) {
      const { status, stderr } = await broker.run(args, { env });
      expect([args, status, stderr.split('\n').length]).toEqual([args, 5, 2]);
    }
    const { status, stderr } = await broker.run(['pub', 'market:a', 'x'.repeat(8_193)]);
    expect([status, stderr]).toEqual([6, expect.stringContaining('8192')]);
  });

  test('no message within --timeout: 3', async () => {
    const broker = await RunningBroker.start();
    const { status, stderr } = await broker.run(['sub', 'market:a', '--count', '1', '--timeout', '200ms']);
    expect([status, stderr]).toEqual([3, expect.stringContaining('no message arrived for 200 ms')]);
  });
});

/** A `sub` in a process of its own whose subscriptions are active. */
async function spawnedSubscriber(broker: TestBroker, args: readonly string[]) {
  const command = broker.spawned(['sub', ...args]);
  await command.says('subscribed to');
  return command;
}

describe('stopping', () => {
  test.each([
    [['sub', 'market:>'], 'SIGINT', 0],
    [['sub', 'market:>'], 'SIGTERM', 0],
    [['sub', 'market:>', '--count', '9'], 'SIGINT', 130],
    [['sub', 'market:>', '--count', '9'], 'SIGTERM', 143],
  ] as const)('%j, %s: %i', async (args, signal, code) => {
    const broker = await RunningBroker.start();
    const sub = broker.spawned(args);
    await sub.says('subscribed to');
    sub.child.kill(signal);
    expect(await sub.ended).toBe(code);
  });

  test('pub that waits for standard input: 130', async () => {
    const broker = await RunningBroker.start();
    const sub = await subscriber(broker, ['market:a', '--raw']);
    const pub = broker.spawned(['pub', 'market:a']);
    pub.child.stdin?.write('first\n');
    await sub.says('first', 'stdout');
    pub.child.kill('SIGINT');
    expect(await pub.ended).toBe(130);
  });

  test('sub ends with 0 when its reader leaves', async () => {
    const broker = await RunningBroker.start();
    const sub = await spawnedSubscriber(broker, ['market:>']);
    sub.child.stdout?.destroy();
    broker.command(['pub', 'market:a', 'x', '--count', '100000', '--rate', '100']);
    const { status, stderr } = await sub.result();
    expect([status, stderr.split('\n').length]).toEqual([0, 2]);
  });

  test('a paused reader of sub blocks no other client, and Ctrl-C still ends sub', async () => {
    const broker = await RunningBroker.start();
    const sub = await spawnedSubscriber(broker, ['market:>', '--raw']);
    sub.child.stdout?.pause();
    const bytes = Buffer.alloc(1_000_000, 'x');
    for (let round = 0; round < 5; round++) {
      const pub = await broker.run(['pub', 'market:a', '--input', 'whole', '-q'], { input: bytes });
      expect(pub).toEqual({ status: 0, stdout: '', stderr: '' });
    }
    sub.child.kill('SIGINT');
    // Not `ended`, which waits for the end of an output that is not read.
    expect(await once(sub.child, 'exit')).toEqual([0, null]);
  });

  test('a restart of the broker is reported: the loss, the reconnection and the gap', async () => {
    const ports = ['--pub-port', String(await lastingPorts()), '--admin-port', '0', '--host', '127.0.0.1'];
    const broker = await RunningCommand.start(ports);
    const sub = await subscriber(broker, ['market:>', '--raw']);
    await broker.run(['pub', 'market:a', 'before']);
    await sub.says('before', 'stdout');
    broker.child.kill('SIGKILL');
    await broker.ended;
    await sub.says('lost');
    const again = await RunningCommand.start(ports, broker.cwd);
    await sub.says('reconnected');
    await again.run(['pub', 'market:a', 'after']);
    await sub.says('after', 'stdout');
    expect(sub.stderr).toContain('gap in market:a: the broker restarted its sequence at 1');
  });
});
