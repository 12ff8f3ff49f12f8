import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { closestName } from '../src/names/closest-name.js';
import { commandFile, folder } from './called-command.js';
import { callInProcess } from './in-process-command.js';
import { RunningBroker } from './running-broker.js';

describe('the name that was probably meant', () => {
  test.each([
    ['markt', ['market', 'default'], 'market'],
    ['MARKET', ['market'], 'market'],
    ['amrket', ['market'], 'market'],
    ['mraekx', ['market'], undefined],
    ['us', ['fx', 'eu'], undefined],
    ['pbu', ['sub', 'pub'], 'pub'],
    ['x', [], undefined],
  ])('%s among %j: %s', (typed, names, found) => {
    expect(closestName(typed, names)).toBe(found);
  });

  test('commands, options, namespaces, users and topics', async () => {
    const broker = await RunningBroker.start();
    await broker.run(['ns', 'create', 'market']);
    await broker.run(['pub', 'market:a.price', '1']);
    for (const [args, status, text] of [
      [['usr', 'list'], 2, `unknown command 'usr'; did you mean "user"?`],
      [['user', 'lst'], 2, 'Did you mean list?'],
      [['sub', 'a', '--jsn'], 2, 'Did you mean --json?'],
      [['ns', 'show', 'markt'], 6, 'there is no namespace "markt"; did you mean "market"?'],
      [['user', 'show', 'amdin'], 6, 'there is no user "amdin"; did you mean "admin"?'],
      [['topic', 'list', 'markt:>'], 6, 'there is no namespace "markt"; did you mean "market"?'],
      [['topic', 'show', 'market:a.prise'], 6, 'there is no topic "market:a.prise"; did you mean "market:a.price"?'],
      [['ns', 'show', 'elsewhere'], 6, 'there is no namespace "elsewhere"; the command "pulsemq ns list" shows them'],
    ] as const) {
      const result = await broker.run(args);
      expect([args, result.status, result.stdout]).toEqual([args, status, '']);
      expect(result.stderr).toContain(text);
    }
  });
});

describe('a namespace that pub would create', () => {
  test('is refused when its name is close to one that exists, unless it is meant', async () => {
    const broker = await RunningBroker.start();
    await broker.run(['pub', 'market:a', '1']);
    const text =
      'pulsemq: there is no namespace "markt"; did you mean "market"? Give --new-namespace to create "markt"\n';
    expect(await broker.run(['pub', 'markt:a', '1'])).toEqual({ status: 6, stdout: '', stderr: text });
    const rows = await broker.run(['pub', '{space}:a', '--input', 'csv'], { input: 'space,x\nmarket,1\nmarkt,2\n' });
    expect([rows.status, rows.stderr]).toEqual([6, expect.stringContaining('did you mean "market"?')]);
    expect((await broker.run(['ns', 'show', 'markt'])).status).toBe(6);
    expect((await broker.run(['pub', 'news:a', '1'])).status).toBe(0);
    expect((await broker.run(['pub', 'markt:a', '1', '--new-namespace'])).status).toBe(0);
    expect((await broker.run(['pub', 'markt:b', '1'])).status).toBe(0);
  });

  test('is a question on a terminal', async () => {
    const broker = await RunningBroker.start();
    await broker.run(['ns', 'create', 'market']);
    for (const [answer, status] of [
      ['n\r', 130],
      ['y\r', 0],
    ] as const) {
      const asked = broker.spawned(['pub', 'markt:a', '1'], { terminal: true });
      await asked.says('did you mean "market"? Create "markt"? [y/N]', 'stdout');
      asked.child.stdin?.write(answer);
      expect([answer, await asked.ended]).toEqual([answer, status]);
    }
  });

  test('is no question for a user who needs grants: the broker refuses it', async () => {
    const broker = await RunningBroker.start();
    await broker.run(['ns', 'create', 'market']);
    await broker.run(['user', 'create', 'feed_1', '--save', 'feed_1.json']);
    await broker.run(['grant', 'set', 'feed_1', 'market', 'pub']);
    const refused = await broker.run(['pub', 'markt:a', '1', '--credentials', 'feed_1.json']);
    expect([refused.status, refused.stderr]).toEqual([5, expect.stringContaining('markt')]);
  });
});

/** Repeats a completion that finds nothing: the broker of a busy machine may not answer within the second that completion waits. */
async function untilOffered<Result extends { readonly stdout: string }>(
  nameCount: number,
  complete: () => Promise<Result>,
): Promise<Result> {
  for (;;) {
    const result = await complete();
    if (nameCount === 0 || result.stdout !== '') return result;
  }
}

/** Published topics are listed when the store has them. */
async function untilListed(broker: RunningBroker, names: readonly string[]): Promise<void> {
  for (;;) {
    const { stdout } = await broker.run(['topic', 'list', 'market:>']);
    if (names.every((name) => stdout.includes(name))) return;
  }
}

describe('completion of names', () => {
  test('topics, namespaces, users and connections come from the broker', async () => {
    const broker = await RunningBroker.start();
    for (const name of ['market', 'macro']) await broker.run(['ns', 'create', name]);
    for (const topic of ['a.price', 'a.size', 'b']) await broker.run(['pub', `market:${topic}`, '1']);
    await untilListed(broker, ['market:a.price', 'market:a.size', 'market:b']);
    for (const [words, names] of [
      [
        ['sub', 'ma'],
        ['macro:', 'market:'],
      ],
      [
        ['sub', 'mark'],
        ['market:a.price', 'market:a.size', 'market:b'],
      ],
      [
        ['sub', 'market:a.'],
        ['market:a.price', 'market:a.size'],
      ],
      [['sub', 'x', 'market:b'], ['market:b']],
      [['sub', '--last', '--count', '5', 'mac'], ['macro:']],
      [['pub', 'market:b', ''], []],
      [['ns', 'show', 'mac'], ['macro']],
      [['ns', 'create', 'mac'], []],
      [['grant', 'set', 'a'], ['admin']],
      [
        ['grant', 'set', 'admin', ''],
        ['macro', 'market'],
      ],
      [['grant', 'set', 'admin', 'market', ''], []],
      [['grant', 'list', '--user', ''], ['admin']],
      [
        ['last', '--namespace', 'ma'],
        ['macro', 'market'],
      ],
      [['topic', 'show', '--json', 'market:a.p'], ['market:a.price']],
      [['sub', '--js'], []],
    ] as const) {
      const { status, stdout, stderr } = await untilOffered(names.length, () =>
        broker.run(['complete-names', '--', ...words]),
      );
      expect([words, status, stderr]).toEqual([words, 0, '']);
      expect([words, stdout.split('\n').slice(0, -1).sort()]).toEqual([words, [...names].sort()]);
    }
  });

  test('without a broker or a log-in it prints nothing and ends with 0', async () => {
    const env = { PULSEMQ_ADMIN_URL: 'http://127.0.0.1:1', PULSEMQ_USERNAME: 'a', PULSEMQ_PASSWORD: 'b' };
    for (const one of [{ env }, {}]) {
      const result = await callInProcess(['complete-names', '--', 'sub', 'm'], one);
      expect(result).toEqual({ status: 0, stdout: '', stderr: '' });
    }
    expect((await callInProcess(['--help'])).stdout).not.toContain('complete-names');
  });

  test('in bash, also after a colon, at which bash splits words', async () => {
    const broker = await RunningBroker.start();
    await broker.run(['ns', 'create', 'market']);
    for (const topic of ['a.price', 'a.size']) await broker.run(['pub', `market:${topic}`, '1']);
    await untilListed(broker, ['market:a.price', 'market:a.size']);
    const script = (await callInProcess(['completion', 'bash'])).stdout;
    const offered = async (line: string): Promise<string[]> => {
      const call = `pulsemq() { '${process.execPath}' '${commandFile}' "$@"; }
${script}
COMP_LINE='${line}'; COMP_POINT=\${#COMP_LINE}; _pulsemq && printf '%s\\n' "\${COMPREPLY[@]}"`;
      const env = { ...process.env, ...broker.environment, PULSEMQ_CONFIG_DIR: `${broker.cwd}/config` };
      const { stdout, stderr } = await untilOffered(1, async () => {
        const done = await promisify(execFile)('bash', ['--norc', '-c', call], { cwd: folder(), env });
        return { ...done, stdout: done.stdout.trim() };
      });
      expect([line, stderr]).toEqual([line, '']);
      return stdout.split('\n').filter((word) => word !== '');
    };
    expect(await offered('pulsemq sub mar')).toEqual(['market:a.price', 'market:a.size']);
    expect(await offered('pulsemq sub market:a.s')).toEqual(['a.size']);
    expect(await offered('pulsemq grant list --ns m')).toEqual(['market']);
    expect(await offered('pulsemq grant set admin market p')).toEqual(['pub']);
  });
});
