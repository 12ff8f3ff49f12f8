import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
// The built one: its engine is a file that Node loads by itself.
import { PulseMQServer, type ServerOptions, StartupError } from '@pulsemq/broker';
import { describe, expect, onTestFinished, test } from 'vitest';
import { engineInWorker } from '../../dist/engine-link.js';
import type { EngineEvent, EngineLink } from '../../src/port.js';
import { lastingPorts } from '../engine/lasting-ports.js';
import { temporaryFolder } from './running-server.js';

/** A server on free ports of the loopback interface, not started yet, and its log lines. */
function server(options: ServerOptions = {}, folder = temporaryFolder()) {
  const log: string[] = [];
  const console = { write: (line: string) => log.push(line) };
  const { config } = options;
  const made = new PulseMQServer({
    workingDirectory: folder,
    console,
    ...options,
    config: { ...config, server: { host: '127.0.0.1', pub_port: 0, admin_port: 0, ...config?.server } },
  });
  onTestFinished(() => made.stop());
  return { server: made, log, folder };
}

/** The same on ports that the system gives to nothing else: another test cannot open one that this server has closed. */
async function serverOfLastingPorts(options: ServerOptions = {}) {
  const [pub_port, admin_port] = [await lastingPorts(), await lastingPorts()];
  const { config } = options;
  const ports = { pub_port, sub_port: pub_port + 1, admin_port };
  return server({ ...options, config: { ...config, server: { ...ports, ...config?.server } } });
}

/** True when something listens there. */
async function isOpen(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    // Refused: that is the answer.
    return false;
  } finally {
    socket.destroy();
  }
}

const portsOf = ({ pubPort, subPort, adminPort }: PulseMQServer['addresses']) => [pubPort, subPort, adminPort];
const areOpen = (ports: number[]) => Promise.all(ports.map(isOpen));

/** A port that is taken as long as the test runs. */
async function takenPort(): Promise<number> {
  const listener = createServer().listen(0, '127.0.0.1');
  await once(listener, 'listening');
  onTestFinished(() => {
    listener.close();
  });
  return (listener.address() as { port: number }).port;
}

describe('start and stop', () => {
  test('open three ports and close them, again and again', async () => {
    const { server: one, log } = await serverOfLastingPorts();
    expect(() => one.addresses).toThrow('the server has not been started');
    for (let round = 0; round < 2; round++) {
      const addresses = await one.start();
      expect(one.addresses).toEqual(addresses);
      expect(addresses).toEqual({
        host: '127.0.0.1',
        pubPort: expect.any(Number),
        subPort: addresses.pubPort + 1,
        adminPort: expect.any(Number),
      });
      expect(await areOpen(portsOf(addresses))).toEqual([true, true, true]);
      await one.stop();
      expect(await areOpen(portsOf(addresses))).toEqual([false, false, false]);
      expect(() => one.addresses).toThrow('the server has not been started');
    }
    expect(log.filter((line) => line.includes('is up on 127.0.0.1'))).toHaveLength(2);
    expect(log.filter((line) => line.endsWith('[pulsemq.broker] stopped\n'))).toHaveLength(2);
  });

  test('a second start is refused and the first goes on', async () => {
    const { server: one } = server();
    const first = one.start();
    await expect(one.start()).rejects.toThrow('the server has been started already');
    const ports = portsOf(await first);
    await expect(one.start()).rejects.toThrow('the server has been started already');
    expect(await areOpen(ports)).toEqual([true, true, true]);
  });

  test('stopping is safe at any time: before, during and after a start, and twice at once', async () => {
    const { server: one, log } = await serverOfLastingPorts();
    await one.stop();
    const started = one.start();
    await one.stop();
    expect(await areOpen(portsOf(await started))).toEqual([false, false, false]);
    const ports = portsOf(await one.start());
    await Promise.all([
      one.stop(),
      one.stop().then(async () => expect(await areOpen(ports)).toEqual(Array(3).fill(false))),
    ]);
    await one.stop();
    expect(log.filter((line) => line.includes(' stopped\n'))).toHaveLength(2);
  });

  test('two brokers live side by side in one process', async () => {
    const [{ server: first }, { server: second }] = [await serverOfLastingPorts(), await serverOfLastingPorts()];
    const ports = (await Promise.all([first.start(), second.start()])).flatMap(portsOf);
    expect(new Set(ports).size).toBe(6);
    await first.stop();
    expect(await areOpen(ports)).toEqual([false, false, false, true, true, true]);
  });

  test('paths are taken from the working directory, unless they are whole', async () => {
    const elsewhere = temporaryFolder();
    const inside = server({ config: { storage: { db_path: 'data/my.db' }, logging: { dir: 'my-logs' } } });
    await inside.server.start();
    for (const path of ['data/my.db', 'my-logs/pulsemq.log', '.pulsemq_admin']) {
      expect([path, existsSync(join(inside.folder, path))]).toEqual([path, true]);
    }
    const outside = server({
      config: { storage: { db_path: join(elsewhere, 'my.db') }, logging: { dir: join(elsewhere, 'logs') } },
    });
    await outside.server.start();
    expect(readdirSync(elsewhere)).toEqual(expect.arrayContaining(['logs', 'my.db']));
    expect(readdirSync(outside.folder)).toEqual(['.pulsemq_admin']);
    await outside.server.stop();
    expect(readFileSync(join(elsewhere, 'logs', 'pulsemq.log'), 'utf8')).toBe(outside.log.join(''));
  });
});

describe('a start that fails leaves nothing running', () => {
  test.each(['pub_port', 'sub_port', 'admin_port'] as const)('%s in use', async (key) => {
    const port = await takenPort();
    const failing = server({ config: { server: { [key]: port } } });
    const error = await failing.server.start().then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(StartupError);
    expect(error).toMatchObject({ exitCode: 2, message: expect.stringContaining(`address in use: 127.0.0.1:${port}`) });
    expect((error as Error).message).not.toContain('\n');
    expect(() => failing.server.addresses).toThrow('the server has not been started');
    // The same folder, database and all, is free for the next.
    const next = server({}, failing.folder);
    await next.server.start();
    expect(readdirSync(failing.folder).filter((name) => name.startsWith('.pulsemq_admin'))).toHaveLength(1);
  });

  test('an address this machine does not have', async () => {
    // From the block that is kept for documentation (RFC 5737).
    const { server: one } = server({ config: { server: { host: '203.0.113.1' } } });
    await expect(one.start()).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringMatching(/^server\.host: this machine has no address 203\.0\.113\.1/),
    });
  });

  test.each<[string, string, (folder: string) => void]>([
    ['a database of another program', 'is not a database', (folder) => writeFileSync(join(folder, 'pulsemq.db'), 'x')],
    ['a log folder that is a file', 'logging.dir', (folder) => writeFileSync(join(folder, 'logs'), 'x')],
    ['a folder in the place of the database', 'is not a file', (folder) => mkdirSync(join(folder, 'pulsemq.db'))],
  ])('%s', async (_, text, make) => {
    const { server: one, folder } = server();
    make(folder);
    await expect(one.start()).rejects.toMatchObject({ exitCode: 2, message: expect.stringContaining(text) });
    expect(existsSync(join(folder, '.pulsemq_admin'))).toBe(false);
  });
});

describe('sub_port', () => {
  const warning = /WARN {2}\[pulsemq\.broker\] server\.sub_port is (\d+), not pub_port \+ 1.* at (\d+)\n/;

  test('is the port after pub_port, without a word: unset, said, or both free', async () => {
    const first = server();
    const { pubPort, subPort } = await first.server.start();
    await first.server.stop();
    for (const ports of [
      { pub_port: pubPort },
      { pub_port: pubPort, sub_port: subPort },
      { pub_port: 0, sub_port: 0 },
    ]) {
      const { server: one, log } = server({ config: { server: ports } });
      const addresses = await one.start();
      expect(addresses.subPort).toBe(addresses.pubPort + 1);
      expect(log.join('')).not.toMatch(warning);
      await one.stop();
    }
  });

  test('anywhere else starts with a warning: a port that was given, and a free one', async () => {
    const first = server();
    const { pubPort, adminPort } = await first.server.start();
    await first.server.stop();
    for (const ports of [
      { pub_port: pubPort, sub_port: adminPort },
      { sub_port: adminPort },
      { pub_port: pubPort, sub_port: 0 },
    ]) {
      const { server: one, log } = server({ config: { server: ports } });
      const addresses = await one.start();
      expect(warning.exec(log.join(''))?.slice(1).map(Number)).toEqual([addresses.subPort, addresses.pubPort + 1]);
      await one.stop();
    }
  });
});

describe('an engine that dies', () => {
  /** The real engine, and a way to make it fail. */
  function fragileEngine() {
    let emit: (event: EngineEvent) => void = () => {};
    const engine = (): EngineLink => {
      const link = engineInWorker();
      return {
        ...link,
        onEvent: (listener) => {
          emit = listener;
          link.onEvent(listener);
        },
      };
    };
    const die = (): void =>
      emit({ kind: 'failed', code: 'ENGINE_CRASHED', message: 'Error: no luck\n    at engine.js:1' });
    return { engine, die };
  }

  test('is an error in the log, and the rest can be stopped', async () => {
    const { engine, die } = fragileEngine();
    const { server: one, log } = server({ engine });
    await one.start();
    die();
    expect(log.at(-1)).toMatch(/ERROR \[pulsemq\.broker\] the engine failed: Error: no luck\\n {4}at engine\.js:1\n$/);
    await one.stop();
  });

  test('ends run, which leaves no listener behind', async () => {
    const { engine, die } = fragileEngine();
    const { server: one, log } = await serverOfLastingPorts({ engine });
    const listenerCount = () => process.listenerCount('SIGINT') + process.listenerCount('SIGTERM');
    const before = listenerCount();
    const ran = one.run();
    const failed = expect(ran).rejects.toThrow('the engine failed: Error: no luck');
    while (!log.some((line) => line.includes(' is up on '))) await new Promise((resolve) => setImmediate(resolve));
    const ports = portsOf(one.addresses);
    die();
    await failed;
    expect(await areOpen(ports)).toEqual([false, false, false]);
    expect(listenerCount()).toBe(before);
  });
});
