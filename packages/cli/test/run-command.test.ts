import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PulseMQServer } from '@pulsemq/broker';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { folder } from './called-command.js';
import { callInProcess, InProcessCommand } from './in-process-command.js';

/** Starts a broker in this process. Returns its folder, and the environment variables that lead a command to it. */
async function broker(): Promise<{ cwd: string; env: Record<string, string> }> {
  const cwd = folder();
  const server = new PulseMQServer({
    host: '127.0.0.1',
    pubPort: 0,
    adminPort: 0,
    workingDirectory: cwd,
    console: null,
  });
  const { pubPort, subPort, adminPort } = await server.start();
  onTestFinished(() => server.stop());
  const env = {
    PULSEMQ_HOST: '127.0.0.1',
    PULSEMQ_PUB_PORT: String(pubPort),
    PULSEMQ_SUB_PORT: String(subPort),
    PULSEMQ_ADMIN_URL: `http://127.0.0.1:${adminPort}`,
  };
  return { cwd, env };
}

describe('runCommand uses only what it is given', () => {
  const listenerCounts = (): number[] =>
    ['SIGINT', 'SIGTERM', 'SIGHUP', 'exit'].map((name) => process.listenerCount(name));
  let before: number[];

  beforeEach(() => {
    before = listenerCounts();
    return () => expect([listenerCounts(), process.exitCode]).toEqual([before, undefined]);
  });

  test('uses the streams, the environment and the working directory', async () => {
    const at = await broker();
    const sub = new InProcessCommand(['sub', 'market:>', '--raw', '--count', '2'], at);
    await sub.says('subscribed to market:>');
    const pub = await callInProcess(['pub', 'market:a'], { ...at, input: 'one\ntwo\n' });
    expect([pub.status, pub.stderr]).toEqual([0, '']);
    expect(await sub.result()).toMatchObject({ status: 0, stdout: 'onetwo' });
    const unknown = await callInProcess(['user', 'show', 'nobody'], at);
    expect([unknown.status, unknown.stdout]).toEqual([6, '']);
    expect(unknown.stderr).toContain('"nobody"');
  });

  test('prints help and mistakes on the given streams', async () => {
    const help = await callInProcess(['help', 'pub']);
    expect([help.status, help.stderr]).toEqual([0, '']);
    expect(help.stdout).toMatch(/^Usage: pulsemq pub /);
    const mistake = await callInProcess(['pub', '--nonsense']);
    expect([mistake.status, mistake.stdout]).toEqual([2, '']);
    expect(mistake.stderr).toContain("unknown option '--nonsense'");
  });

  test('two calls at the same time use their own working directories', async () => {
    const folders = [folder(), folder()];
    for (const [index, cwd] of folders.entries()) {
      writeFileSync(join(cwd, 'config.yaml'), `server:\n  pub_port: ${7000 + index}\n`);
    }
    const checks = folders.map((cwd) => callInProcess(['check', 'config.yaml', '--effective', '--json'], { cwd }));
    const ports = (await Promise.all(checks)).map(({ stdout }) => {
      const settings = JSON.parse(stdout) as { key: string; value: unknown }[];
      return settings.find(({ key }) => key === 'server.pub_port')?.value;
    });
    expect(ports.map(String)).toEqual(['7000', '7001']);
    const contexts = folders.map((cwd, index) =>
      callInProcess(['context', 'save', `c${index}`, '--host', 'a'], { cwd }),
    );
    expect((await Promise.all(contexts)).map(({ status }) => status)).toEqual([0, 0]);
    expect((await callInProcess(['context', 'list', '--json'], { cwd: folders[1]! })).stdout).toContain('"c1"');
    mkdirSync(join(folders[0]!, 'a.yaml'));
    expect((await callInProcess(['check', 'a.yaml'], { cwd: folders[0]! })).status).toBe(2);
  });

  test.each([
    [['sub', 'market:>'], 'SIGINT', 0],
    [['sub', 'market:>', '--count', '1'], 'SIGTERM', 143],
  ] as const)('%j obeys %s with %i', async (args, name, status) => {
    const sub = new InProcessCommand(args, await broker());
    await sub.says('subscribed to');
    expect(sub.signal(name)).toBe(true);
    expect(await sub.ended).toBe(status);
    expect([sub.forcedEnds, sub.signal(name)]).toEqual([[], false]);
  });

  test('a signal ends a pub that waits for standard input', async () => {
    const at = await broker();
    const sub = new InProcessCommand(['sub', 'market:a', '--raw'], at);
    await sub.says('subscribed to');
    const pub = new InProcessCommand(['pub', 'market:a'], at);
    pub.stdin.write('first\n');
    await sub.says('first', 'stdout');
    pub.signal('SIGINT');
    expect([await pub.ended, pub.forcedEnds]).toEqual([130, []]);
  });

  test('ends with 0 when its reader leaves', async () => {
    const at = await broker();
    const sub = new InProcessCommand(['sub', 'market:>'], at);
    await sub.says('subscribed to');
    sub.closeReader();
    expect([await sub.ended, sub.forcedEnds]).toEqual([0, [0]]);
  });

  test('serve prints its banner and log lines, writes its files, and obeys a signal', async () => {
    const cwd = folder();
    const args = ['--host', '127.0.0.1', '--pub-port', '0', '--admin-port', '0'];
    const serve = new InProcessCommand(args, { cwd });
    await serve.says('/health', 'stdout');
    await serve.says('is up on 127.0.0.1');
    serve.signal('SIGTERM');
    expect(await serve.ended).toBe(0);
    expect(serve.stderr).toContain('stopped\n');
    expect(JSON.parse(readFileSync(join(cwd, '.pulsemq_admin'), 'utf8'))).toMatchObject({ username: 'admin' });
  });
});
