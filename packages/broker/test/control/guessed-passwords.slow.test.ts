import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { describe, expect, onTestFinished, test } from 'vitest';
import { codeOf, start, storeOf } from './log-in-scene.js';
import { type Answer, RunningServer } from './running-server.js';

/** A hash that costs the thread of the passwords days: a log-in that waits for it gets no answer. */
const endlessHash = `$2b$31$${'a'.repeat(53)}`;

describe('guessing is slowed down', () => {
  const attempt = (running: RunningServer, username: string, password = 'wrong') =>
    running.call('POST', '/login', { username, password }, null);

  /** A log-in from another address of this machine. */
  function attemptFrom(running: RunningServer, address: string, body: object): Promise<number> {
    const { adminPort: port } = running.server.addresses;
    const headers = { 'content-type': 'application/json' };
    const call = request({ host: '127.0.0.1', port, path: '/login', method: 'POST', localAddress: address, headers });
    return new Promise((resolve, reject) => {
      call.on('error', reject).on('response', (response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      });
      call.end(JSON.stringify(body));
    });
  }

  test('fault T13: wrong passwords lock no user out: not from elsewhere, and not from the same address', async () => {
    const running = await start();
    const { username, password } = running.admin;
    for (let count = 0; count < 12; count++) {
      expect(await attemptFrom(running, '127.0.0.2', { username, password: 'wrong' })).toBe(401);
    }
    expect(await attemptFrom(running, '127.0.0.2', { username, password })).toBe(200);
    for (let count = 0; count < 12; count++) expect((await attempt(running, username)).status).toBe(401);
    expect((await attempt(running, username, password)).status).toBe(200);
  });

  test('fault T13: the lanes of strangers are full, and an address that has logged in keeps its way in, also after a restart', async () => {
    const running = await start();
    const { username, password } = running.admin;
    const flood = async (of: RunningServer) => {
      const answers = Array.from({ length: 120 }, (_, index) => attempt(of, `invented${index}`));
      // While they wait.
      const good = await attempt(of, username, password);
      return { good: good.status, statuses: (await Promise.all(answers)).map(({ status }) => status) };
    };
    const first = await flood(running);
    expect(first.good).toBe(200);
    expect(new Set(first.statuses)).toEqual(new Set([401, 429]));
    await running.server.stop();
    const again = await RunningServer.start({}, running.folder);
    expect((await flood(again)).good).toBe(200);
  });

  test('fault T13: behind a trusted proxy the address is the one that it forwards; any other sender is not believed', async () => {
    const running = await start({ server: { trusted_proxies: ['127.0.0.2'] } });
    const { adminPort } = running.server.addresses;
    const forwarded = async (localAddress: string): Promise<void> => {
      const headers = { 'content-type': 'application/json', 'x-forwarded-for': '198.51.100.9, 203.0.113.7' };
      const options = { host: '127.0.0.1', port: adminPort, path: '/login', method: 'POST', localAddress, headers };
      const call = request(options).end(JSON.stringify({ username: 'nobody', password: 'wrong' }));
      const [response] = (await once(call, 'response')) as [IncomingMessage];
      response.resume();
    };
    await forwarded('127.0.0.2');
    await forwarded('127.0.0.3');
    const rows = await running.ok<{ address: string }[]>('GET', '/api/audit-logs?operator=nobody');
    // The last hop that is not a proxy of ours.
    expect(rows.map(({ address }) => address)).toEqual(['127.0.0.3', '203.0.113.7']);
  });

  test('fault T21: a flood of invented names leaves a few rows and one with the counts', async () => {
    const running = await start();
    const names = Array.from({ length: 150 }, (_, index) => `invented${index}`);
    const statuses = await Promise.all(names.map(async (name) => (await attempt(running, name)).status));
    await running.server.stop();
    const again = await RunningServer.start({}, running.folder);
    const rows = await again.ok<{ result: string; new_value: string }[]>('GET', '/api/audit-logs?op_type=login');
    const failed = rows.filter(({ result }) => result !== 'ok');
    expect(failed.length).toBe(11);
    const summary = JSON.parse(failed.find(({ result }) => result === 'FLOOD')!.new_value);
    const uncheckedCount = statuses.filter((status) => status === 429).length;
    expect(summary).toMatchObject({ refused_count: 140, account_count: 140, address_count: 1 });
    expect(summary.unchecked_count).toBeGreaterThan(0);
    expect(summary.unchecked_count).toBeLessThanOrEqual(uncheckedCount);
    expect(running.log.filter((line) => line.includes('140 more log-ins were refused'))).toHaveLength(1);
  });

  test('at once: more log-ins than may wait are refused, with the time to come back', async () => {
    const running = await start();
    await (await storeOf(running)).users.update(1, { passwordHash: endlessHash });
    const { username, password } = running.admin;
    const logIn = () => running.call('POST', '/login', { username, password }, null);
    let isOver = false;
    const busy: Answer[] = [];
    const isBusy = new Promise<void>((resolve, reject) => {
      // Four are checked at one time, and sixty may wait.
      for (let count = 0; count < 80; count++) {
        logIn().then(
          (answer) => busy.push(answer) === 16 && resolve(),
          // The broker stops at the end of the test, and those that wait for a password then hear nothing any more.
          (error) => isOver || reject(error),
        );
      }
    });
    onTestFinished(() => {
      isOver = true;
    });
    await isBusy;
    busy.push(await logIn());
    for (const answer of busy) {
      expect([...codeOf(answer), answer.headers.get('retry-after')]).toEqual([429, 'TOO_MANY_LOGINS', '1']);
    }
  });
});
