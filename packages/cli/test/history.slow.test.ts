import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DataFrame } from '@pulsemq/codecs';
import { describe, expect, test } from 'vitest';
import { folder } from './called-command.js';
import { brokerWithTrades as keeping } from './history-broker.js';

const cells = (table: string): string[][] =>
  table
    .trimEnd()
    .split('\n')
    .map((line) => line.split(/ {2,}/));

describe('history', () => {
  test('prints rows as a table, with columns, limits and bars', async () => {
    const broker = await keeping();
    const all = await broker.run(['history', 'market:>', '--columns', 'price,tags,note']);
    expect([all.status, all.stderr]).toEqual([0, '']);
    expect(cells(all.stdout).map((row) => row.filter((_, index) => index !== 2).map((cell) => cell.trim()))).toEqual([
      ['_topic', '_sequence', 'price', 'tags', 'note'],
      ['a.trade', '1', '10.5', '["x"]', '-'],
      ['a.trade', '2', '11', '-', '-'],
      ['b.trade', '1', '20', '-', 'red \\u001b[31m'],
      ['c.text', '1', '-', '-', '-'],
    ]);
    const one = await broker.run(['history', 'a.trade', '-n', 'market', '--limit', '1']);
    expect(cells(one.stdout)).toHaveLength(2);
    expect(one.stderr).toContain('there are more than 1 rows; raise --limit, at most 1000000');
    const bars = await broker.run(['history', 'market:b.trade', '--every', '1d', '--zone', 'Asia/Shanghai']);
    expect(cells(bars.stdout)[0]).toEqual(['_topic', '_start', 'open', 'high', 'low', 'close', 'count']);
    expect(cells(bars.stdout)[1]!.slice(2).map(Number)).toEqual([20, 20, 20, 20, 1]);
  });

  test('writes a file in the format of its name, and replaces none without --force', async () => {
    const broker = await keeping();
    const save = (file: string, ...more: string[]) => broker.run(['history', 'market:*.trade', '-o', file, ...more]);
    const arrow = await save('day.arrow');
    expect([arrow.status, arrow.stdout]).toEqual([0, expect.stringMatching(/^day\.arrow: 3 rows, [\d.]+ KiB\n$/)]);
    const frame = DataFrame.fromArrow(readFileSync(join(broker.cwd, 'day.arrow')));
    expect(frame.rows().map(({ price }) => price)).toEqual([10.5, 11, 20]);
    await save('day.csv');
    expect(readFileSync(join(broker.cwd, 'day.csv'), 'utf8').split('\r\n')).toHaveLength(5);
    expect(await save('day.csv')).toMatchObject({
      status: 2,
      stderr: 'pulsemq: day.csv exists already; give another name, or --force to replace it\n',
    });
    await save('day.csv', '--format', 'json', '--force');
    expect(JSON.parse(readFileSync(join(broker.cwd, 'day.csv'), 'utf8'))).toHaveLength(3);
    expect(await save('day')).toMatchObject({ status: 2, stderr: expect.stringContaining('does not say the format') });
    expect(await save('none/day.csv')).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('cannot be written'),
    });
    expect(existsSync(join(broker.cwd, 'day.csv.part'))).toBe(false);
  });

  test('prints JSON and CSV to standard output, and says there when nothing was found', async () => {
    const broker = await keeping();
    const json = await broker.run(['history', 'market:c.text', '--format', 'json']);
    expect(JSON.parse(json.stdout)).toMatchObject([{ _topic: 'c.text', value: 'hello' }]);
    const csv = await broker.run(['history', 'market:c.text', '--format', 'csv', '--to', '2020-01-01']);
    expect(csv).toEqual({
      status: 0,
      stdout: '_topic,_sequence,_received_at\r\n',
      stderr: 'pulsemq: the history of market:c.text has no rows in the range from the oldest to 2020-01-01\n',
    });
    expect(await broker.run(['history', 'market:none'])).toEqual({
      status: 0,
      stdout: '',
      stderr: 'pulsemq: the history of market:none has no rows\n',
    });
  });

  test('says why a question is refused', async () => {
    const broker = await keeping();
    expect(await broker.run(['history', 'plain:a'])).toMatchObject({
      status: 6,
      stderr:
        'pulsemq: namespace plain keeps no history; an administrator can turn it on with "pulsemq ns update plain --history"\n',
    });
    expect(await broker.run(['history', 'market:a', '--from', 'yesterday'])).toMatchObject({
      status: 2,
      stderr: 'pulsemq: from: must be a time such as 2026-11-25T09:30:00.000001Z, or a date\n',
    });
    expect(await broker.run(['history', 'market:a', '--from', '2026-11-26', '--to', '2026-11-24'])).toMatchObject({
      status: 2,
      stderr:
        'pulsemq: from: is 2026-11-26T00:00:00.000000Z, after the end of to, 2026-11-25T00:00:00.000000Z; give a from before to, or exchange the two\n',
    });
    expect(await broker.run(['history', 'market:a.trade', '--every', '1m', '--price', 'last'])).toMatchObject({
      status: 2,
      stderr: expect.stringContaining(
        'no message has the column last: topic a.trade, sequence 1, has price, size, tags',
      ),
    });
  });

  test('reads with the token of a user who may subscribe, else with a log-in, else says what is missing', async () => {
    const broker = await keeping();
    const made = await broker.call('POST', '/api/users', { username: 'quant' }, await broker.logIn());
    const { token } = (await made.json()) as { token: string };
    const cwd = folder();
    writeFileSync(join(cwd, 'token'), `${token}\n`, { mode: 0o600 });
    const asQuant = () =>
      broker.run(['history', 'market:c.text', '--format', 'json', '-u', 'quant', '--token-file', 'token'], { cwd });
    expect(await asQuant()).toMatchObject({ status: 5, stderr: expect.stringContaining('an administrator can grant') });
    expect((await broker.run(['grant', 'set', 'quant', 'market', 'sub'])).status).toBe(0);
    expect((await asQuant()).status).toBe(0);
    const missing = await broker.run(['history', 'market:c.text'], { cwd });
    expect(missing).toMatchObject({ status: 4, stderr: expect.stringContaining('not logged in') });
    await broker.run(['login']);
    const env = { PULSEMQ_CONFIG_DIR: join(broker.cwd, 'config') };
    expect(await broker.run(['history', 'market:c.text'], { cwd, env })).toMatchObject({ status: 0, stderr: '' });
  });
});
