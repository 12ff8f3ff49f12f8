import { expect, test } from 'vitest';
import { RunningBroker } from './running-broker.js';

/** A broker with the namespace `market`, which keeps history and has these messages of `a`. */
async function brokerWith(...texts: string[]): Promise<RunningBroker> {
  const broker = await RunningBroker.start();
  const { status } = await broker.call(
    'POST',
    '/api/namespaces',
    { name: 'market', history: true },
    await broker.logIn(),
  );
  expect(status).toBe(201);
  for (const text of texts) await broker.run(['pub', 'market:a', text]);
  return broker;
}

const datasIn = (stdout: string): string[] =>
  stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))
    .map(({ replayed = false, sequence, data }) => `${replayed ? '~' : ''}${sequence} ${data}`);

test('--from prints stored messages and ends; with --follow new ones come behind them', async () => {
  const broker = await brokerWith('one', 'two', 'three');
  const past = await broker.run(['sub', 'market:>', '--from', 'start', '--json']);
  expect(past).toMatchObject({ status: 0, stderr: expect.stringContaining('replays market:> at 127.0.0.1') });
  expect(datasIn(past.stdout)).toEqual(['~1 one', '~2 two', '~3 three']);
  const line = await broker.run(['sub', 'market:a', '--from-sequence', '2', '--to-sequence', '2', '--quiet']);
  expect(line).toMatchObject({ status: 0, stderr: '' });
  expect(line.stdout).toMatch(/^\d\d:\d\d:\d\d\.\d{3} market:a #2 replayed two\n$/);
  expect((await broker.run(['sub', 'market:a', '--from', '2h', '--to', '1h', '-q'])).stdout).toBe('');
  const following = broker.command(['sub', 'market:>', '--from', '1h', '--follow', '--count', '4', '--json']);
  await following.says('three', 'stdout');
  await broker.run(['pub', 'market:a', 'four']);
  const seen = datasIn((await following.result()).stdout);
  expect(seen.slice(0, 3)).toEqual(['~1 one', '~2 two', '~3 three']);
  // It is new, or the replay had not reached the present when it came.
  expect(seen[3]).toMatch(/^~?4 four$/);
});

test('options that do not go together, and wrong times, are refused', async () => {
  const broker = await brokerWith();
  for (const [args, text] of [
    [['--to', '1h'], '--to needs --from or --from-sequence: it is about stored messages'],
    [['--follow'], '--follow needs --from or --from-sequence: it is about stored messages'],
    [['--from', 'start', '--last'], '--last does not go with --from and --from-sequence: it is about new messages'],
    [
      ['--from', 'start', '--follow', '--to', '1h'],
      '--follow goes on without an end: leave out --to and --to-sequence',
    ],
    [['--from', 'start', 'market:b'], '--from and --from-sequence take one pattern: give one, such as market:>'],
    [
      ['--from', 'yesterday'],
      'Expected a time such as 2026-11-30T09:30 or 2026-11-30, or how long ago, such as 30m or 2h.',
    ],
    [['--from', '2026-13-01'], 'Expected a time such as 2026-11-30T09:30'],
  ] as const) {
    const { status, stderr } = await broker.run(['sub', 'market:a', ...args]);
    expect(status).toBe(2);
    expect(stderr).toContain(text);
  }
  const { status, stderr } = await broker.run(['sub', 'other:a', '--from', 'start']);
  expect([status, stderr]).toEqual([
    6,
    expect.stringContaining('replay needs history, which namespace "other" does not keep'),
  ]);
});
