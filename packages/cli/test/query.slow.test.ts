import { readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadDuckDb } from '../src/query/duckdb.js';
import { folder } from './called-command.js';
import { brokerWithTrades } from './history-broker.js';

/** An optional package: `npm ci` of this repository installs it, but a platform may have no binary of it. */
const hasDuckDb = await loadDuckDb().then(
  () => true,
  () => false,
);
const testWithDuckDb = test.skipIf(!hasDuckDb);

testWithDuckDb('runs SQL over past messages, and prints a table, JSON or CSV', async () => {
  const broker = await brokerWithTrades();
  const sql = 'select _topic, count(*) n, sum(price) p from history where price is not null group by 1 order by 1';
  const query = (...args: string[]) => broker.run(['query', 'market:>', ...args]);
  const table = await query(sql);
  expect([table.status, table.stderr]).toEqual([0, '']);
  expect(
    table.stdout
      .trimEnd()
      .split('\n')
      .map((line) => line.trim().split(/ {2,}/)),
  ).toEqual([
    ['_topic', 'n', 'p'],
    ['a.trade', '2', '21.5'],
    ['b.trade', '1', '20'],
  ]);
  const json = await query(sql, '--format', 'json');
  expect(JSON.parse(json.stdout)).toEqual([
    { _topic: 'a.trade', n: 2, p: 21.5 },
    { _topic: 'b.trade', n: 1, p: 20 },
  ]);
  const exact = 'select 9007199254740993::bigint big, -3::bigint small, 1.50::decimal(4,2) d, null n, 1 x, 2 x';
  const csv = await query(exact, '--format', 'csv');
  expect(csv.stdout).toBe('big,small,d,n,x,x:1\r\n9007199254740993,-3,1.50,,1,2\r\n');
  const zone = await query(
    'select (_received_at::text)[-3:] z from history limit 1',
    '--zone',
    'Asia/Shanghai',
    '--format',
    'csv',
  );
  expect(zone.stdout).toBe('z\r\n+08\r\n');
});

testWithDuckDb('says when the table is cut or empty, and leaves no file', async () => {
  const broker = await brokerWithTrades();
  const files = (): string[] => readdirSync(tmpdir()).filter((name) => name.startsWith('pulsemq-query-'));
  const before = files();
  const cut = await broker.run([
    'query',
    'market:>',
    'select count(*) n from history',
    '--limit',
    '2',
    '--format',
    'csv',
  ]);
  expect(cut.stdout).toBe('n\r\n2\r\n');
  expect(cut.stderr).toContain('the table has the oldest 2 rows only');
  const none = await broker.run(['query', 'market:none', 'select count(*) n from history', '--format', 'csv']);
  expect([none.status, none.stdout, none.stderr]).toEqual([
    0,
    'n\r\n0\r\n',
    'pulsemq: the history of market:none has no rows\n',
  ]);
  expect(files()).toEqual(before);
});

testWithDuckDb('a query that is wrong or reaches outside fails', async () => {
  const broker = await brokerWithTrades();
  const wrong = [
    ["select * from read_csv('/etc/hosts')", 'file system operations are disabled'],
    ["copy history to 'out.csv'", 'file system operations are disabled'],
    ["attach 'out.db'", 'file system operations are disabled'],
    ['set enable_external_access = true', 'the query failed: '],
    ['selec', 'syntax error at or near "selec"'],
  ] as const;
  for (const [sql, text] of wrong) {
    const { status, stdout, stderr } = await broker.run(['query', 'market:>', sql]);
    expect([sql, status, stdout]).toEqual([sql, 2, '']);
    expect(stderr).toContain(text);
  }
});

testWithDuckDb('needs the rights of a subscriber, and a namespace that keeps history', async () => {
  const broker = await brokerWithTrades();
  const plain = await broker.run(['query', 'plain:a', 'select 1']);
  expect(plain).toMatchObject({ status: 6, stderr: expect.stringContaining('namespace plain keeps no history') });
  const made = await broker.call('POST', '/api/users', { username: 'quant' }, await broker.logIn());
  const { token } = (await made.json()) as { token: string };
  const cwd = folder();
  writeFileSync(join(cwd, 'token'), `${token}\n`, { mode: 0o600 });
  const refused = await broker.run(['query', 'market:>', 'select 1', '-u', 'quant', '--token-file', 'token'], { cwd });
  expect(refused).toMatchObject({ status: 5, stderr: expect.stringContaining('an administrator can grant') });
});
