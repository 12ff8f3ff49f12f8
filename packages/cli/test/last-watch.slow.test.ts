import { describe, expect, test } from 'vitest';
import type { InProcessCommand } from './in-process-command.js';
import { RunningBroker } from './running-broker.js';
import { subscriber } from './subscriber.js';

/** A broker with the namespace `market`, which keeps last values. */
async function keeping(): Promise<RunningBroker> {
  const broker = await RunningBroker.start();
  const made = await broker.call(
    'POST',
    '/api/namespaces',
    { name: 'market', keep_last_value: true },
    await broker.logIn(),
  );
  expect(made.status).toBe(201);
  return broker;
}

const publish = async (broker: RunningBroker, topic: string, value: object | string): Promise<void> => {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  expect(await broker.run(['pub', `market:${topic}`, text])).toMatchObject({ status: 0, stderr: '' });
};

const json = (text: string): Record<string, unknown>[] =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));

describe('last', () => {
  test('prints the last values of a topic or a pattern as a table, JSON or CSV', async () => {
    const broker = await keeping();
    await publish(broker, 'b.quote', { price: 1 });
    await publish(broker, 'a.quote', 'first');
    await publish(broker, 'a.quote', 'red \u001b[31m');
    const bars = '[{"close":1.5,"volume":7},{"close":2.5,"volume":8}]';
    await broker.run(['pub', 'market:c', bars, '--format', 'df_msgpack']);
    const table = await broker.run(['last', 'market:*.quote']);
    expect([table.status, table.stderr]).toEqual([0, '']);
    expect(table.stdout.replaceAll(/\d+ s/g, 'N s').replaceAll(/ +/g, ' ').split('\n')).toEqual([
      'TOPIC NUMBER AGE PUBLISHER VALUE',
      'market:a.quote 2 N s admin red \\u001b[31m',
      'market:b.quote 1 N s admin {"price":1}',
      '',
    ]);
    const one = await broker.run(['last', 'b.quote', '-n', 'market', '--json']);
    expect(json(one.stdout)).toMatchObject([{ topic: 'b.quote', sequence: 1, snapshot: true, data: '{"price":1}' }]);
    const csv = await broker.run(['last', 'market:c', '--csv']);
    expect(csv.stdout.split('\n').map((line) => line.slice(line.indexOf(',') + 1))).toEqual([
      'namespace,topic,sequence,close,volume',
      'market,c,1,1.5,7',
      'market,c,1,2.5,8',
      '',
    ]);
  });

  test('says on standard error that there is none, and refuses what is no pattern', async () => {
    const broker = await keeping();
    expect(await broker.run(['last', 'market:none'])).toEqual({
      status: 0,
      stdout: '',
      stderr:
        'pulsemq: no last value for market:none: nothing was published, or the namespace does not keep last values\n',
    });
    expect((await broker.run(['last', 'market:a..b'])).status).toBe(2);
    expect((await broker.run(['last'])).status).toBe(2);
    expect((await broker.run(['last', 'market:a', '--json', '--csv'])).status).toBe(2);
  });
});

describe('sub', () => {
  test('D1: --last prints the last values first, then what is live', async () => {
    const broker = await keeping();
    await publish(broker, 'a', 'old');
    const sub = await subscriber(broker, ['market:>', 'market:a', '--last', '--json', '--count', '2']);
    await sub.says('"old"', 'stdout');
    await publish(broker, 'a', 'new');
    expect(json((await sub.result()).stdout)).toMatchObject([
      { data: 'old', snapshot: true },
      { data: 'new', sequence: 2 },
    ]);
  });

  test('D1: --max-rate and --on-slow reach the broker; conflated messages have their count', async () => {
    const broker = await keeping();
    const sub = await subscriber(broker, ['market:>', '--max-rate', '2', '--on-slow', 'conflate', '--json']);
    const lines = await subscriber(broker, ['market:>', '--max-rate', '2']);
    await broker.run(['pub', 'market:a', 'x', '--count', '100']);
    await sub.says('"conflated_count":', 'stdout');
    await lines.says(' conflated(', 'stdout');
    const rows = json(sub.stdout);
    const counts = rows.map(({ conflated_count }) => Number(conflated_count ?? 1));
    expect(counts.reduce((sum, count) => sum + count)).toBe(rows.at(-1)?.sequence);
    for (const [args, text] of [
      [['--max-rate', '0'], 'Expected a number from 0.01 to 1000.'],
      [['--on-slow', 'wait'], 'Allowed choices are dropOldest, dropNewest, conflate, disconnect.'],
    ] as const) {
      const { status, stderr } = await broker.run(['sub', 'market:>', ...args]);
      expect([status, stderr]).toEqual([2, expect.stringContaining(text)]);
    }
    const { status, stderr } = await broker.run(['sub', 'other:>', '--on-slow', 'conflate']);
    expect([status, stderr]).toEqual([6, expect.stringContaining('needs last values')]);
  });

  test('--status reports on standard error, and with --json as a line', async () => {
    const broker = await keeping();
    const lines = await subscriber(broker, ['market:>', '--status']);
    const rows = await subscriber(broker, ['market:>', '--status', '--json']);
    // The publisher leaves at once.
    await publish(broker, 'a', 'x');
    await lines.says('market:a is live, but its publisher has left\n');
    await rows.says('"publisher":"gone"', 'stdout');
    expect(json(rows.stdout).at(-1)).toEqual({
      namespace: 'market',
      topic: 'a',
      status: { state: 'live', publisher: 'gone', since: expect.any(String), reason: null, max_age_ms: null },
    });
  });
});

describe('watch', () => {
  /** Ends by a signal with 0, as every command that runs until it is stopped. */
  async function stopped(command: InProcessCommand): Promise<string> {
    command.signal('SIGINT');
    const { status, stdout, stderr } = await command.result();
    expect([status, stderr]).toEqual([0, '']);
    return stdout;
  }

  test('shows a payload that is one number as the last price', async () => {
    const broker = await keeping();
    await publish(broker, 'a.quote', '10.55');
    const watch = broker.command(['watch', 'market:*.quote']);
    await watch.says('a last 10.55 ', 'stdout');
    await stopped(watch);
  });

  test('prints a line for each update where the output is not a terminal, with columns found by name', async () => {
    const broker = await keeping();
    await publish(broker, 'a.quote', { last_price: 10.5, prev_close: 10, bid: 10.4, ask: 10.6, vol: 12_000 });
    await publish(broker, 'b.quote', { 最新价: '3', 买一价: 2.9 });
    const watch = broker.command(['watch', 'market:*.quote']);
    await watch.says(' b ', 'stdout');
    await publish(broker, 'b.quote', { 最新价: '3.5', 买一价: 2.9 });
    await watch.says('3.50', 'stdout');
    const lines = (await stopped(watch)).trimEnd().split('\n');
    const quotes = lines.map((line) => line.replace(/^\d\d:\d\d:\d\d /, '').replace(/ gone$/, ''));
    expect([...new Set(quotes)]).toEqual([
      'a last 10.50 change +0.50 +5.00% bid 10.40 ask 10.60 volume 12,000',
      'b last 3.00 change 0.00 0.00% bid 2.90 ask - volume -',
      'b last 3.50 change +0.50 +16.67% bid 2.90 ask - volume -',
    ]);
  });

  test('--json prints objects, and a lost publisher is marked', async () => {
    const broker = await keeping();
    await publish(broker, 'a', { symbol: 'AAA', close: 1.25 });
    const watch = broker.command(['watch', 'market:>', '--json']);
    await watch.says('"mark":"gone"', 'stdout');
    expect(json(await stopped(watch)).at(-1)).toEqual({
      symbol: 'AAA',
      topic: 'a',
      last: 1.25,
      change: 0,
      change_percent: 0,
      bid: null,
      ask: null,
      volume: null,
      age_ms: expect.any(Number),
      mark: 'gone',
    });
  });

  test('draws a board within 80 by 24 on a terminal; q restores it', async () => {
    const broker = await keeping();
    for (let index = 0; index < 30; index++) {
      await publish(broker, `s${String(index).padStart(2, '0')}.quote`, {
        price: index + 0.5,
        bid: index,
        ask: index + 1,
      });
    }
    const watch = broker.spawned(['watch', 'market:*.quote'], { terminal: true });
    await watch.says('s20 ', 'stdout');
    expect(watch.stdout).toContain('\u001b[?1049h');
    expect(watch.stdout).toMatch(/SYMBOL +LAST +CHANGE +BID +ASK +AGE/);
    expect(watch.stdout).not.toContain('s29 ');
    watch.child.stdin?.write('\u001b[6~');
    await watch.says('s29 ', 'stdout');
    await publish(broker, 's29.quote', { price: 30.75, bid: 1, ask: 2 });
    await watch.says('+1.25 +4.24%', 'stdout');
    watch.child.stdin?.write('q');
    expect(await watch.ended).toBe(0);
    const frames = watch.stdout.split('\u001b[H').slice(1);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken away
    const lines = frames.flatMap((frame) => frame.replace(/\u001b\[[0-9;?]*[A-Za-z]/g, '').split(/\r+\n/));
    expect(frames.every((frame) => frame.split('\r\n').length <= 24)).toBe(true);
    expect(lines.filter((line) => line.length > 80)).toEqual([]);
    expect(watch.stdout.trimEnd().endsWith('\u001b[?25h\u001b[?1049l')).toBe(true);
  });

  test('a namespace without last values is refused with what to do', async () => {
    const broker = await RunningBroker.start();
    const { status, stderr } = await broker.run(['watch', 'other:>']);
    expect([status, stderr]).toEqual([6, expect.stringContaining('keep_last_value')]);
  });
});
