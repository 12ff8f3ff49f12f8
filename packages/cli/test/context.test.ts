import { readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { folder } from './called-command.js';
import { callInProcess } from './in-process-command.js';
import { RunningBroker } from './running-broker.js';

describe('contexts', () => {
  test('are saved, listed, used and removed, without showing the token', async () => {
    const broker = await RunningBroker.start();
    const cwd = folder();
    const { username, token } = broker.admin;
    const { PULSEMQ_PUB_PORT: pubPort = '' } = broker.environment;
    const args = [
      'context',
      'save',
      'here',
      '--host',
      '127.0.0.1',
      '--pub-port',
      pubPort,
      '--username',
      username,
      '--token-stdin',
    ];
    expect(
      await callInProcess([...args, '--namespace', 'market', '--select'], { cwd, input: `${token}\n` }),
    ).toMatchObject({
      status: 0,
      stderr: '',
    });
    const path = join(cwd, 'config', 'contexts', 'here.json');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readdirSync(join(cwd, 'config', 'contexts'))).toEqual(['here.json']);
    expect((await callInProcess(['pub', 'a', 'x'], { cwd })).status).toBe(0);
    for (const show of [['list'], ['show'], ['list', '--json'], ['show', 'here', '--json']]) {
      const { stdout } = await callInProcess(['context', ...show], { cwd });
      expect([show, stdout.includes('here'), stdout.includes(token)]).toEqual([show, true, false]);
    }
    expect((await callInProcess(['context', 'show', '--show-secrets'], { cwd })).stdout).toContain(token);
    expect(await callInProcess(['pub', 'a', 'x', '--context', 'nowhere'], { cwd })).toMatchObject({
      status: 1,
      stderr: 'pulsemq: there is no context "nowhere"; the contexts are here\n',
    });
    // The environment overrides the selected context; --context overrides both.
    const env = { PULSEMQ_PUB_PORT: '1' };
    expect((await callInProcess(['pub', 'a', 'x'], { cwd, env })).status).toBe(3);
    expect((await callInProcess(['pub', 'a', 'x', '--context', 'here'], { cwd, env })).status).toBe(0);
    expect((await callInProcess(['context', 'remove', 'here'], { cwd })).status).toBe(0);
    expect((await callInProcess(['pub', 'a', 'x'], { cwd })).status).toBe(4);
    expect((await callInProcess(['context', 'save', '../x', '--host', 'a'], { cwd })).status).toBe(2);
  });

  test('a damaged context does not hide the others, and can be removed', async () => {
    const cwd = folder();
    for (const name of ['a', 'b', 'c']) {
      expect((await callInProcess(['context', 'save', name, '--host', `host-of-${name}`], { cwd })).status).toBe(0);
    }
    const path = join(cwd, 'config', 'contexts', 'b.json');
    writeFileSync(path, '{"host": "half');
    const listed = await callInProcess(['context', 'list', '--json'], { cwd });
    const names = (JSON.parse(listed.stdout) as { name: string }[]).map(({ name }) => name);
    expect([names, listed.status]).toEqual([['a', 'c'], 2]);
    expect(listed.stderr).toMatch(/^pulsemq: .*b\.json is not a JSON object\n$/);
    expect((await callInProcess(['context', 'remove', 'b'], { cwd })).status).toBe(0);
    expect((await callInProcess(['context', 'list'], { cwd })).status).toBe(0);
  });

  test('a token is not sent with the name of another user; a file that others can read gets a notice', async () => {
    const broker = await RunningBroker.start();
    const other = await broker.run(['sub', 'a', '--username', 'somebody']);
    expect([other.status, other.stderr]).toEqual([4, expect.stringContaining('no token for somebody')]);
    const cwd = folder();
    writeFileSync(join(cwd, 'open.json'), JSON.stringify(broker.admin), { mode: 0o644 });
    const { status, stderr } = await broker.run(['pub', 'a', 'x', '--credentials', 'open.json'], { cwd });
    expect([status, stderr]).toEqual([0, 'pulsemq: open.json can be read by other users; run: chmod 600 open.json\n']);
  });
});
