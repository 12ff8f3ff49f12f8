import { readFileSync, rmSync } from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import { lastingPorts } from '../../broker/test/engine/lasting-ports.js';
import { CalledCommand, folder } from './called-command.js';
import { callInProcess } from './in-process-command.js';

/** `demo --serve` shows something on each page of the console: users, rights, slow and stale ones, an alert. */

/** Starts a demo in a folder. `call` runs a command there. */
async function startDemo(cwd: string, more: readonly string[] = []) {
  const port = await lastingPorts();
  const demo = new CalledCommand(['demo', '--serve', '--pub-port', String(port), '--admin-port', '0', ...more], {
    cwd,
  });
  onTestFinished(() => {
    demo.child.kill('SIGKILL');
  });
  await demo.says('publishing');
  const adminUrl = /console on (\S+),/.exec(demo.stdout)![1]!;
  const env = { PULSEMQ_HOST: '127.0.0.1', PULSEMQ_PUB_PORT: String(port), PULSEMQ_ADMIN_URL: adminUrl };
  const call = (args: string[], input = '') => callInProcess(args, { cwd, env, input });
  return { demo, port, adminUrl, call };
}

test('has users with grants, a desk, a screen that conflates, a feed that becomes stale, and an alert', async () => {
  const { demo, call } = await startDemo(folder());
  const grants = JSON.parse((await call(['grant', 'list', '--json'])).stdout) as {
    username: string;
    namespace: string;
    role: string;
  }[];
  expect(grants.map(({ username, namespace, role }) => `${username} ${namespace} ${role}`).sort()).toEqual([
    'demo_desk demo sub',
    'demo_desk desk pub',
    'demo_feed demo pub',
    'demo_fx demo pub',
    'demo_screen demo sub',
  ]);
  expect((await call(['sub', 'desk:market.turnover', '--count', '1'])).status).toBe(0);
  const shown = (await call(['freshness', 'show', 'demo'])).stdout;
  expect(shown).toMatch(/\*\.fx +3000 +always_open/);
  expect(shown).toContain('calendar shanghai: mon tue wed thu fri 09:30-11:30, 13:00-15:00 Asia/Shanghai');
  // The feed is silent from its 20th to its 30th second.
  const stale = await call(['sub', 'demo:*.fx', '--status', '--for', '32s', '--quiet']);
  expect(stale.stderr).toContain('demo:EUR/USD.fx is stale: no message for 3000 ms');
  const alerts = (await call(['alerts', 'list', '--all'])).stdout;
  expect(alerts).toContain('The FX feed of the demo is silent');
  const rows = JSON.parse((await call(['connection', 'list', '--text', 'demo_screen', '--json'])).stdout);
  expect(rows[0].conflated_total).toBeGreaterThan(0);
  demo.child.kill('SIGINT');
  expect(await demo.ended).toBe(0);
}, 90_000);

test('asks for no new password; says what to type where a broker runs; can be started again', async () => {
  const cwd = folder();
  const { demo, port, adminUrl, call } = await startDemo(cwd);
  const login = await call(['login', '--json']);
  expect(JSON.parse(login.stdout)).toMatchObject({ must_change_password: false });
  const adminPort = new URL(adminUrl).port;
  const second = ['demo', '--serve', '--pub-port', String(port), '--admin-port', adminPort];
  const refused = await callInProcess(second, { cwd });
  expect([refused.status, refused.stderr]).toEqual([
    2,
    expect.stringMatching(/a PulseMQ broker \(.*\) already runs here, .*: pulsemq demo --pub-port \d+\. /),
  ]);
  const beside = await call(['demo', '--for', '1s', '--readers', '0']);
  expect([beside.status, beside.stdout]).toEqual([0, expect.stringMatching(/^published \d+ messages\n$/)]);
  demo.child.kill('SIGINT');
  expect(await demo.ended).toBe(0);
  const again = await startDemo(cwd, ['--for', '1s']);
  expect(await again.demo.ended).toBe(0);
}, 60_000);

test('where the password of .pulsemq_admin was changed it says what to do', async () => {
  const cwd = folder();
  const { demo, call } = await startDemo(cwd);
  const { password } = JSON.parse(readFileSync(`${cwd}/.pulsemq_admin`, 'utf8'));
  const input = `${password}\nanother password\n`;
  expect((await call(['user', 'password'], input)).status).toBe(0);
  demo.child.kill('SIGINT');
  expect(await demo.ended).toBe(0);
  rmSync(`${cwd}/config`, { recursive: true });
  const port = String(await lastingPorts());
  const refused = await callInProcess(['demo', '--serve', '--pub-port', port, '--admin-port', '0'], { cwd });
  expect([refused.status, refused.stderr]).toEqual([
    4,
    expect.stringMatching(/run here: pulsemq admin reset-password\n$/),
  ]);
}, 60_000);
