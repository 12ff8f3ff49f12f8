import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { folder } from './called-command.js';
import { RunningBroker } from './running-broker.js';

const rowsOf = (text: string): string[][] =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => line.split(/ {2,}/));

describe('users, namespaces, grants, tokens', () => {
  test('from a new user to a message and back', async () => {
    const broker = await RunningBroker.start();
    expect(
      await broker.run(['ns', 'create', 'market', '--description', 'A shares', '--keep-last-value']),
    ).toMatchObject({
      status: 0,
      stdout: 'created market\n',
      stderr: '',
    });
    const created = await broker.run(['user', 'create', 'feed_1', '--save', 'feed_1.json']);
    expect([created.status, created.stdout]).toEqual([
      0,
      'created feed_1 (mq_normal)\nsaved its secrets in feed_1.json\n',
    ]);
    const path = join(broker.cwd, 'feed_1.json');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const { token } = JSON.parse(readFileSync(path, 'utf8'));
    expect((await broker.run(['grant', 'set', 'feed_1', 'market', 'pub'])).stdout).toBe(
      'feed_1 has the role pub in market\n',
    );
    const pub = ['pub', 'market:a', 'x', '--credentials', 'feed_1.json'];
    expect((await broker.run(pub)).status).toBe(0);
    const check = await broker.run(['token', 'check', '--credentials', 'feed_1.json']);
    expect(check.stdout).toMatch(
      /^127\.0\.0\.1:\d+ accepts feed_1 \(mq_normal\), from feed_1\.json\n {2}market: pub\n$/,
    );
    expect(rowsOf((await broker.run(['user', 'list'])).stdout).map((row) => row[1])).toEqual([
      'USERNAME',
      'admin',
      'feed_1',
    ]);
    expect(rowsOf((await broker.run(['grant', 'list', '--ns', 'market'])).stdout)[1]?.slice(0, 3)).toEqual([
      'feed_1',
      'market',
      'pub',
    ]);
    const may = await broker.run(['grant', 'check', 'feed_1', 'market', 'a']);
    expect(may.stdout).toMatch(/^publish: {3}yes, .*\nsubscribe: yes, /);

    const reset = await broker.run(['token', 'reset', 'feed_1', '--show', '--yes']);
    const fresh = /token: {4}(\S+)/.exec(reset.stdout)?.[1];
    expect(fresh).toBeDefined();
    expect(fresh).not.toBe(token);
    expect((await broker.run(pub)).status).toBe(4);
    expect(
      (await broker.run(pub.slice(0, 3), { env: { PULSEMQ_USERNAME: 'feed_1', PULSEMQ_TOKEN: fresh } })).status,
    ).toBe(0);
    expect((await broker.run(['user', 'update', 'feed_1', '--inactive'])).status).toBe(0);
    expect((await broker.run(['grant', 'remove', 'feed_1', 'market'])).status).toBe(0);
    expect((await broker.run(['user', 'delete', 'feed_1', '--yes'])).stdout).toBe('deleted feed_1\n');
    const audit = JSON.parse((await broker.run(['audit', '--json', '--limit', '3'])).stdout) as { op_type: string }[];
    expect(audit.map((row) => row.op_type)).toEqual(['user.delete', 'revoke', 'user.update']);
    const csv = await broker.run(['audit', '--csv', '--type', 'user.create']);
    expect(csv.stdout.split('\n')[0]).toBe(
      'id,created_at,op_type,target_type,operator,address,target,namespace,old_value,new_value,result,request_id',
    );
    expect(csv.stdout).toContain('"{""username"":""feed_1""');
    expect(csv.stdout).not.toContain(token);
  });

  test('alerts are listed, acknowledged and muted, and their rules are listed', async () => {
    const broker = await RunningBroker.start();
    expect((await broker.run(['alerts', 'list'])).stdout).toBe('no alerts\n');
    const rule = { name: 'big', kind: 'memory', threshold: 1 };
    await broker.call('POST', '/api/alert-rules', rule, await broker.logIn());
    expect(rowsOf((await broker.run(['alerts', 'rules'])).stdout)[1]).toEqual([
      ' 1',
      'big',
      'memory',
      '-',
      '-',
      '1',
      '0',
      'yes',
    ]);
    let listed = await broker.run(['alerts', 'list']);
    while (listed.stdout === 'no alerts\n') listed = await broker.run(['alerts', 'list']);
    expect(listed.stdout).toMatch(/1 +firing +big .*the broker uses \d+ MiB of memory/);
    const muted = await broker.run(['alerts', 'mute', '1', '--minutes', '5']);
    expect(muted.stdout).toMatch(/^big is muted until 20.*Z\n$/);
    expect((await broker.run(['alerts', 'mute', '1', '--minutes', '0'])).stdout).toBe('big is no longer muted\n');
    expect((await broker.run(['alerts', 'ack', '1'])).stdout).toMatch(/^acknowledged big: the broker uses/);
    const again = await broker.run(['alerts', 'ack', '1']);
    expect([again.status === 0, again.stderr]).toEqual([false, expect.stringContaining('alert 1 is acknowledged')]);
    const all = JSON.parse((await broker.run(['alerts', 'list', '--all', '--json'])).stdout) as { state: string }[];
    expect(all.map(({ state }) => state)).toEqual(['acknowledged']);
  });

  test('secrets are printed or saved only on request', async () => {
    const broker = await RunningBroker.start();
    const { status, stderr } = await broker.run(['user', 'create', 'reader']);
    expect([status, stderr]).toEqual([2, expect.stringContaining('give --show to print it, or --save <file>')]);
    // The user was not created.
    expect((await broker.run(['user', 'show', 'reader'])).status).toBe(6);
    writeFileSync(join(broker.cwd, 'taken.json'), 'mine');
    expect((await broker.run(['user', 'create', 'reader', '--save', 'taken.json'])).status).toBe(2);
    expect(readFileSync(join(broker.cwd, 'taken.json'), 'utf8')).toBe('mine');
    const shown = await broker.run(['user', 'create', 'reader', '--json']);
    expect(JSON.parse(shown.stdout).token).toHaveLength(32);
    const generated = await broker.run(['user', 'password', 'reader', '--generate', '--show']);
    expect(generated.stdout).toMatch(/^changed the password of reader\npassword: \S+\n$/);
  });

  test('a deletion needs a confirmation: an answer on a terminal, or --yes', async () => {
    const broker = await RunningBroker.start();
    await broker.run(['ns', 'create', 'market']);
    const script = await broker.run(['ns', 'delete', 'market']);
    expect([script.status, script.stderr]).toEqual([2, expect.stringContaining('give --yes')]);
    for (const [answer, status] of [
      ['n\r', 130],
      ['\u0004', 130],
      ['y\r', 0],
    ] as const) {
      const asked = broker.spawned(['ns', 'delete', 'market'], { terminal: true });
      await asked.says('[y/N]', 'stdout');
      asked.child.stdin?.write(answer);
      expect([answer, await asked.ended]).toEqual([answer, status]);
    }
    expect((await broker.run(['ns', 'show', 'market'])).status).toBe(6);
  });

  test('changing your own password ends your other log-ins, but not this one', async () => {
    const broker = await RunningBroker.start();
    await broker.run(['login']);
    const old = await broker.logIn();
    const input = `${broker.admin.password}\nanother password\n`;
    const changed = await broker.run(['user', 'password'], { input });
    expect(changed).toMatchObject({ status: 0, stderr: '' });
    expect((await broker.call('GET', '/api/me', undefined, old)).status).toBe(401);
    expect(
      (
        await broker.run(['user', 'show', 'admin'], {
          cwd: folder(),
          env: { PULSEMQ_CONFIG_DIR: join(broker.cwd, 'config') },
        })
      ).status,
    ).toBe(0);
  });

  test('where the password of .pulsemq_admin was changed, every command says so, and login asks on a terminal', async () => {
    const broker = await RunningBroker.start();
    await broker.run(['user', 'password'], { input: `${broker.admin.password}\nanother password\n` });
    await broker.run(['logout']);
    const refused = await broker.run(['user', 'list']);
    expect([refused.status, refused.stderr]).toEqual([
      4,
      expect.stringMatching(
        /^pulsemq: unknown username or wrong password: \.pulsemq_admin has the password of the first/,
      ),
    ]);
    const asked = broker.spawned(['login'], { terminal: true });
    await asked.says('was changed since', 'stdout');
    await asked.says('Password of admin', 'stdout');
    asked.child.stdin?.write('another password\r');
    expect(await asked.ended).toBe(0);
    expect((await broker.run(['user', 'list'])).status).toBe(0);
  });

  test('exit codes: unknown name 6, duplicate 6, invalid name 2, no permission 5', async () => {
    const broker = await RunningBroker.start();
    await broker.run(['ns', 'create', 'market']);
    for (const [args, status] of [
      [['ns', 'create', 'market'], 6],
      [['ns', 'create', 'a b'], 2],
      [['user', 'show', 'nobody'], 6],
      [['user', 'create', 'a b', '--show'], 2],
      [['grant', 'set', 'admin', 'nowhere'], 6],
      [['grant', 'set', 'admin', 'market', 'king'], 2],
      [['user', 'update', 'admin'], 2],
      [['user', 'delete', 'admin', '--yes'], 6],
      [['user'], 2],
      [['user', 'nonsense'], 2],
    ] as const) {
      const result = await broker.run(args);
      expect([args, result.status, result.stdout]).toEqual([args, status, '']);
      expect(result.stderr).not.toContain('    at ');
    }
    await broker.run(['user', 'create', 'chief', '--save', 'chief.json']);
    await broker.run(['grant', 'set', 'chief', 'market', 'admin']);
    await broker.run(['user', 'password', 'chief'], { input: 'a good password\n' });
    const env = { PULSEMQ_USERNAME: 'chief', PULSEMQ_PASSWORD: 'a good password' };
    const denied = await broker.run(['user', 'list'], { cwd: folder(), env });
    expect([denied.status, denied.stderr]).toEqual([5, 'pulsemq: only administrators may do this\n']);
    expect((await broker.run(['grant', 'list'], { cwd: folder(), env })).status).toBe(0);
    // The admin of a namespace may set and remove roles of users that it may not list.
    await broker.run(['user', 'create', 'reader_1', '--save', 'reader_1.json']);
    for (const args of [
      ['grant', 'set', 'reader_1', 'market', 'sub'],
      ['grant', 'remove', 'reader_1', 'market'],
    ]) {
      expect([args, (await broker.run(args, { cwd: folder(), env })).status]).toEqual([args, 0]);
    }
    const gone = await broker.run(['grant', 'remove', 'reader_1', 'market'], { cwd: folder(), env });
    expect([gone.status, gone.stderr]).toEqual([6, 'pulsemq: reader_1 has no role in market\n']);
  });

  test('tables have no colours in a pipe; FORCE_COLOR and NO_COLOR override that', async () => {
    const broker = await RunningBroker.start();
    const sequence = '\u001b[';
    expect((await broker.run(['ns', 'list'])).stdout).not.toContain(sequence);
    expect((await broker.run(['user', 'list'], { env: { FORCE_COLOR: '1' } })).stdout).toContain(sequence);
    for (const [env, isColoured] of [
      [{}, true],
      [{ NO_COLOR: '1' }, false],
      [{ NO_COLOR: '' }, true],
      [{ TERM: 'dumb' }, false],
      [{ NO_COLOR: '1', FORCE_COLOR: '1' }, true],
    ] as const) {
      const { stdout } = await broker
        .spawned(['user', 'list'], { terminal: true, env: { TERM: 'xterm', ...env } })
        .result();
      expect([env, stdout.includes(sequence)]).toEqual([env, isColoured]);
    }
  });
});
