import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { type DataFrame, PreciseDate, PulseMQClient } from '@pulsemq/client';
import { ErrorCode, NotConnectedError, PermissionDeniedError } from '@pulsemq/protocol';
import { columnFromArray, int64, list, tableFromColumns, tableToIPC } from '@uwdata/flechette';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { utf8Input } from '../src/input/utf8-input.js';
import { PublishWindow } from '../src/wire/publish-window.js';
import { freePorts } from './called-command.js';
import { callInProcess, InProcessCommand, type InProcessOptions } from './in-process-command.js';
import { RunningCommand } from './running-broker.js';

/** Data that the command carries comes out as it went in, or is refused by line and column. */

const cwd = mkdtempSync(join(tmpdir(), 'pulsemq-fidelity-'));
let broker: RunningCommand;
beforeAll(async () => {
  broker = await RunningCommand.open(freePorts, cwd);
});
afterAll(() => {
  broker?.kill();
  rmSync(cwd, { recursive: true, force: true });
});

const options = (): InProcessOptions => ({ cwd: broker.cwd, env: broker.environment });
const pub = (args: readonly string[], input = '') => callInProcess(['pub', ...args], { ...options(), input });

async function client(): Promise<PulseMQClient> {
  const { username, token } = broker.admin;
  const one = new PulseMQClient({ host: '127.0.0.1', pubPort: broker.ports.pubPort, username, token });
  onTestFinished(() => one.close());
  await one.connect();
  return one;
}

/** A `sub` that ends after some messages. Resolves when it is subscribed. */
async function sub(pattern: string, count: number, ...args: string[]): Promise<InProcessCommand> {
  const command = new InProcessCommand(['sub', pattern, '--count', String(count), ...args], options());
  await command.says('subscribed to');
  return command;
}

async function receivedBy(topic: string, publish: () => Promise<unknown>): Promise<DataFrame> {
  const receiver = await client();
  const subscription = await receiver.subscribe('market', topic);
  await publish();
  return (await subscription.receive())!.data as DataFrame;
}

describe('fault F2 and F3: integers', () => {
  test('of JSON lines past 2^53 are exact, also in a topic', async () => {
    const line = '{"id":9007199254740993,"big":18446744073709551615}\n';
    const args = ['market:t.{id}', '--input', 'jsonl', '--format', 'df_msgpack'];
    const frame = await receivedBy('t.9007199254740993', async () =>
      expect(await pub(args, line)).toMatchObject({ status: 0 }),
    );
    expect(frame.rows()).toEqual([{ id: 9007199254740993n, big: 18446744073709551615n }]);
  });

  test('of an argument past 2^53 are exact', async () => {
    const args = ['market:arg', '[{"id":9007199254740993}]', '--format', 'df_pyarrow'];
    const frame = await receivedBy('arg', () => pub(args));
    expect(frame.rows()).toEqual([{ id: 9007199254740993n }]);
  });

  test.each<[string, readonly string[], string, string]>([
    [
      'CSV, past 64 bits',
      ['market:a', '--input', 'csv'],
      'id,v\n1,2\n18446744073709551616,3\n',
      'line 3: column "id" is 18446744073709551616, which is past 64 bits; to read the column as text, use --text <column>',
    ],
    [
      'CSV, an integer that a column of fractions cannot hold',
      ['market:a', '--input', 'csv'],
      'v\n0.5\n9007199254740993\n',
      'line 3: column "v" is 9007199254740993, which a column with fractions cannot hold exactly',
    ],
    [
      'JSON lines, past 64 bits',
      ['market:a', '--input', 'jsonl', '--format', 'df_pyarrow'],
      '{"id":1}\n{"id":18446744073709551616}\n',
      'line 2: column "id", row 0 is 18446744073709551616n, expected -9223372036854775808 to 18446744073709551615',
    ],
    [
      'JSON lines, one name twice',
      ['market:a', '--input', 'jsonl', '--format', 'df_pyarrow'],
      '{"id":1,"id":2}\n',
      "line 1 is not JSON: Duplicate key 'id'",
    ],
  ])('%s: refused by line and column', async (_, args, input, text) => {
    const { status, stderr } = await pub(args, input);
    expect([status, stderr]).toEqual([2, expect.stringContaining(text)]);
  });
});

test('fault F4: lists and lists of 64-bit integers are arrays in --json and --csv', async () => {
  const table = tableFromColumns({
    bids: columnFromArray([[10.5, 10.25], []]),
    ids: columnFromArray([[2n ** 60n], null], list(int64()), { useBigInt: true }),
  });
  const [json, csv] = [await sub('market:f4', 1, '--json'), await sub('market:f4', 1, '--csv')];
  await (await client()).publish('market', 'f4', tableToIPC(table, { format: 'stream' }), { format: 'df_pyarrow' });
  expect(JSON.parse((await json.result()).stdout).data).toEqual([
    { bids: [10.5, 10.25], ids: ['1152921504606846976'] },
    { bids: [], ids: null },
  ]);
  const lines = (await csv.result()).stdout.trimEnd().split('\n');
  expect(lines.slice(1).map((line) => line.replace(/^([^,]*,){4}/, ''))).toEqual([
    '"[10.5,10.25]","[""1152921504606846976""]"',
    '[],',
  ]);
});

test('fault F5: two columns of one name stay two in --csv, and are refused in --json', async () => {
  const table = tableFromColumns([
    ['a', columnFromArray(Int32Array.of(1))],
    ['a', columnFromArray(Int32Array.of(2))],
  ]);
  const [json, csv] = [await sub('market:f5', 1, '--json'), await sub('market:f5', 1, '--csv')];
  await (await client()).publish('market', 'f5', tableToIPC(table, { format: 'stream' }), { format: 'df_pyarrow' });
  const { unreadable, base64 } = JSON.parse((await json.result()).stdout);
  expect(unreadable).toBe('two columns have the name "a", of which rows would lose one: use columns');
  expect(Buffer.from(base64, 'base64').length).toBeGreaterThan(100);
  expect((await csv.result()).stdout.trimEnd()).toMatch(/,a,a\n.*,1,2$/);
});

describe('fault F6: times', () => {
  test('keep all digits from CSV to --json and --csv', async () => {
    const input = 'at,v\n2024-01-02 09:30:00.123456,1\n2024-01-02T09:30:00.123456789+08:00,2\n';
    const [json, csv] = [await sub('market:f6', 1, '--json'), await sub('market:f6', 1, '--csv')];
    expect(await pub(['market:f6', '--input', 'csv', '--rows', '2'], input)).toMatchObject({ status: 0 });
    const texts = ['2024-01-02T09:30:00.123456Z', '2024-01-02T01:30:00.123456789Z'];
    expect(JSON.parse((await json.result()).stdout).data).toEqual(texts.map((at, index) => ({ at, v: index + 1 })));
    const { stdout } = await csv.result();
    for (const text of texts) expect(stdout).toContain(`,${text},`);
  });

  test.each([
    ['2024-02-30', '"2024-02-30" is not a day that exists'],
    ['2024-13-45', '"2024-13-45" is not a day that exists'],
    ['2024-01-02 25:00:00', '"25:00:00" is not a time of day that exists'],
    ['2024-01-02 09:30:00.1234567891', '"09:30:00.1234567891" is not a time of day such as'],
  ])('%s in CSV is refused by line and column', async (text, problem) => {
    const { status, stderr } = await pub(['market:a', '--input', 'csv'], `day,v\n2024-01-01,1\n${text},2\n`);
    expect([status, stderr]).toEqual([2, expect.stringContaining(`line 3: column "day": ${problem}`)]);
    expect(stderr.split('\n')).toHaveLength(3);
    expect(stderr).toContain('1 of 1 message was acknowledged by the broker\n');
  });

  test('a frame of times arrives with its nanoseconds', async () => {
    const frame = await receivedBy('f6b', () =>
      pub(['market:f6b', '--input', 'csv'], 'at\n2024-01-02 09:30:00.000000001\n'),
    );
    expect(frame.rows()).toEqual([{ at: PreciseDate.from('2024-01-02T09:30:00.000000001Z') }]);
    expect(frame.columns[0]!.dtype).toBe('datetime64[ns]');
  });
});

test('texts of --csv: a missing one is empty, an empty one is "", formulas get an apostrophe, and a warning says so', async () => {
  const guarded = await sub('market:texts', 1, '--csv');
  const exact = await sub('market:texts', 1, '--csv', '--no-formula-guard');
  await (await client()).publish('market', 'texts', { v: ['=1+1', '', null] }, { format: 'df_pyarrow' });
  const cells = ({ stdout }: { stdout: string }) =>
    stdout
      .trimEnd()
      .split('\n')
      .slice(1)
      .map((line) => line.replace(/^([^,]*,){4}/, ''));
  const result = await guarded.result();
  expect(cells(result)).toEqual(["'=1+1", '""', '']);
  expect(result.stderr).toContain(
    '"=1+1" begins like a formula of a spreadsheet, so such texts get an apostrophe in front',
  );
  const unchanged = await exact.result();
  expect(cells(unchanged)).toEqual(['=1+1', '""', '']);
  expect(unchanged.stderr).not.toContain('formula');
});

describe('fault F9: pub does not wait for input after an error', () => {
  test('a line that is too large', async () => {
    const command = new InProcessCommand(['pub', 'market:a'], options());
    command.stdin.write(`${'x'.repeat(8_193)}\n`);
    const { status, stderr } = await command.result();
    expect([status, stderr]).toEqual([6, expect.stringContaining('8193 bytes, the limit is 8192')]);
  });

  test('no right to publish', async () => {
    const jwt = await broker.logIn();
    const reply = await broker.call('POST', '/api/users', { username: 'f9_reader' }, jwt);
    const { token } = (await reply.json()) as { token: string };
    const env = { ...broker.environment, PULSEMQ_USERNAME: 'f9_reader', PULSEMQ_TOKEN: token };
    const command = new InProcessCommand(['pub', 'market:a'], { ...options(), env });
    command.stdin.write('first\n');
    expect((await command.result()).status).toBe(5);
  });

  test('the broker ends the connection while pub waits for a line', async () => {
    const reader = await sub('market:f9', 1);
    const command = new InProcessCommand(['pub', 'market:f9'], options());
    command.stdin.write('first\n');
    expect((await reader.result()).status).toBe(0);
    expect((await callInProcess(['user', 'disconnect', 'admin'], options())).status).toBe(0);
    const { status, stderr } = await command.result();
    expect([status, stderr]).toEqual([3, expect.stringContaining('the connection to 127.0.0.1')]);
  });
});

describe('pub counts what was acknowledged before an error', () => {
  test.each([
    ['csv', 'id\n1\n2\n3\n', '18446744073709551616\n'],
    ['jsonl', '{"id":1}\n{"id":2}\n{"id":3}\n', '{"id":18446744073709551616}\n'],
  ])('%s: three messages arrive, then the input is invalid', async (kind, good, bad) => {
    const receiver = await client();
    const subscription = await receiver.subscribe('market', `counted_${kind}`);
    const args = [`market:counted_${kind}`, '--input', kind, '--format', 'df_pyarrow'];
    const { status, stderr } = await pub(args, good + bad);
    expect([status, stderr]).toEqual([2, expect.stringContaining('3 of 3 messages were acknowledged by the broker\n')]);
    for (const id of [1, 2, 3]) expect(((await subscription.receive())!.data as DataFrame).rows()).toEqual([{ id }]);
  });

  test('without acknowledgements, the messages that were sent', async () => {
    const { stderr } = await pub(['market:counted', '--input', 'jsonl', '--no-ack'], '{"id":1}\n{"id":\n');
    expect(stderr).toContain('1 of 1 message was sent without acknowledgement\n');
  });

  test('a publish without an answer may have arrived', async () => {
    const window = new PublishWindow();
    window.add(Promise.resolve());
    window.add(Promise.reject(new NotConnectedError('the connection was lost')));
    window.add(Promise.reject(new PermissionDeniedError(ErrorCode.permissionDenied, 'no right')));
    await window.ended();
    expect([window.sentCount, window.doneCount, window.unknownCount]).toEqual([3, 1, 1]);
  });
});

describe('CSV that is not UTF-8 is refused, and nothing is published', () => {
  test.each([
    ['Latin-1', Buffer.from('a,b\ncaf\xe9,1\n', 'latin1'), 'line 2 is not UTF-8; convert the input'],
    ['half a character at the end', Buffer.from('a\nx\ny\xe4\xb8', 'latin1'), 'line 3 is not UTF-8'],
    ['UTF-16, little-endian', Buffer.from('\ufeffa\n1\n', 'utf16le'), 'the byte order mark of UTF-16, expected UTF-8'],
    ['UTF-16, big-endian', Buffer.from('\ufeffa\n1\n', 'utf16le').swap16(), 'the byte order mark of UTF-16'],
  ])('%s', async (_, input, text) => {
    const args = ['pub', 'market:a', '--input', 'csv', '--format', 'df_pyarrow'];
    const { status, stdout, stderr } = await callInProcess(args, { ...options(), input });
    expect([status, stdout, stderr]).toEqual([2, '', expect.stringContaining(text)]);
  });

  test('characters that are cut between chunks are whole', async () => {
    const bytes = Buffer.from('\ufeffé,中\n€,😀\n');
    for (let cut = 1; cut < bytes.length; cut++) {
      const chunks = [bytes.subarray(0, cut), bytes.subarray(cut)];
      expect(await Readable.from(utf8Input(Readable.from(chunks))).toArray()).toEqual(chunks);
    }
  });
});

test('fault F13: the help of --password-stdin says how many lines it reads, and a missing one is named', async () => {
  const { stdout } = await callInProcess(['user', 'password', '--help'], options());
  expect(stdout.replace(/\s+/g, ' ')).toContain(
    'the new password as one line; for your own, your current password as a line before it',
  );
  await callInProcess(['login'], options());
  const own = await callInProcess(['user', 'password', '--password-stdin'], { ...options(), input: 'only one line\n' });
  expect([own.status, own.stderr]).toEqual([
    2,
    'pulsemq: New password is empty: type it at the prompt, or give standard input two lines: your current password, then the new one\n',
  ]);
  const jwt = await broker.logIn();
  await broker.call('POST', '/api/users', { username: 'f13' }, jwt);
  const input = 'one password for f13\n';
  const other = await callInProcess(['user', 'password', 'f13', '--password-stdin'], { ...options(), input });
  expect(other).toMatchObject({ status: 0, stdout: 'changed the password of f13\n' });
});
