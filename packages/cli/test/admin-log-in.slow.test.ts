import { readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { folder } from './called-command.js';
import { callInProcess } from './in-process-command.js';
import { RunningBroker } from './running-broker.js';

describe('logging in', () => {
  test('uses .pulsemq_admin, saves the log-in in a file of mode 600, and logging out ends it', async () => {
    const broker = await RunningBroker.start();
    const { status, stdout, stderr } = await broker.run(['login']);
    expect([status, stdout]).toEqual([
      0,
      expect.stringMatching(/^logged in to http:\/\/127\.0\.0\.1:\d+ as admin \(super_admin\), until /),
    ]);
    expect(stderr).toContain('this password was generated');
    const saved = join(broker.cwd, 'config', 'logins.json');
    expect(statSync(saved).mode & 0o777).toBe(0o600);
    expect(readFileSync(saved, 'utf8')).not.toContain(broker.admin.password);
    const { token } = Object.values(JSON.parse(readFileSync(saved, 'utf8')))[0] as { token: string };
    const elsewhere = { cwd: folder(), env: { PULSEMQ_CONFIG_DIR: join(broker.cwd, 'config') } };
    expect((await broker.run(['user', 'list'], elsewhere)).status).toBe(0);
    expect(await broker.run(['logout'], elsewhere)).toMatchObject({ status: 0, stderr: '' });
    expect((await broker.call('GET', '/api/me', undefined, token)).status).toBe(401);
    const after = await broker.run(['user', 'list'], elsewhere);
    expect([after.status, after.stderr]).toEqual([4, expect.stringContaining('not logged in at http://127.0.0.1')]);
  });

  test('asks for the password on a terminal without showing it; a wrong password ends with 4', async () => {
    const broker = await RunningBroker.start();
    const elsewhere = { cwd: folder(), terminal: true };
    const asked = broker.spawned(['login', 'admin'], elsewhere);
    await asked.says('Password of admin at http://127.0.0.1', 'stdout');
    asked.child.stdin?.write(`${broker.admin.password}x\u007f\r`);
    await asked.says('logged in', 'stdout');
    expect(await asked.ended).toBe(0);
    expect(asked.stdout).not.toContain(broker.admin.password);
    const wrong = await broker.run(['login', 'admin', '--password-stdin'], { cwd: folder(), input: 'wrong\n' });
    expect(wrong).toMatchObject({ status: 4, stdout: '', stderr: 'pulsemq: unknown username or wrong password\n' });
  });

  test('Ctrl-C at the question ends with 130', async () => {
    const broker = await RunningBroker.start();
    const asked = broker.spawned(['login', 'admin'], { cwd: folder(), terminal: true });
    await asked.says('Password of admin', 'stdout');
    asked.child.stdin?.write('\u0003');
    expect(await asked.ended).toBe(130);
  });

  test('a log-in is sent only to the address that issued it, not along a redirect', async () => {
    const broker = await RunningBroker.start();
    await broker.run(['login']);
    const seen: (string | undefined)[] = [];
    const other = createServer((request, response) => {
      seen.push(request.headers.authorization);
      response.writeHead(302, { location: 'http://127.0.0.1:9/' }).end();
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    onTestFinished(() => {
      other.close();
    });
    const { port } = other.address() as { port: number };
    const options = { cwd: folder(), env: { PULSEMQ_CONFIG_DIR: join(broker.cwd, 'config') } };
    expect((await broker.run(['user', 'list', '--admin-url', `http://127.0.0.1:${port}`], options)).status).toBe(4);
    const env = { ...options.env, PULSEMQ_USERNAME: 'a', PULSEMQ_PASSWORD: 'b' };
    expect(
      (await broker.run(['user', 'list', '--admin-url', `http://127.0.0.1:${port}`], { ...options, env })).status,
    ).toBe(3);
    expect(seen).toEqual([undefined]);
  });

  test('unreachable address: 3; another program at the address: 6; invalid address: 2', async () => {
    const env = { PULSEMQ_USERNAME: 'a', PULSEMQ_PASSWORD: 'b' };
    const unreachable = await callInProcess(['ns', 'list', '--admin-url', 'http://127.0.0.1:1'], { env });
    expect([unreachable.status, unreachable.stderr]).toEqual([
      3,
      expect.stringContaining('cannot reach the HTTP API at http://127.0.0.1:1: '),
    ]);
    const other = createServer((_, response) => response.writeHead(418).end('teapot')).listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    onTestFinished(() => {
      other.close();
    });
    const { port } = other.address() as { port: number };
    const wrong = await callInProcess(['ns', 'list', '--admin-url', `http://127.0.0.1:${port}`], { env });
    expect([wrong.status, wrong.stderr]).toEqual([
      6,
      expect.stringContaining('answered 418 and is not a PulseMQ broker; check the address'),
    ]);
    expect((await callInProcess(['ns', 'list', '--admin-url', 'nonsense'], { env })).status).toBe(2);
  });
});
