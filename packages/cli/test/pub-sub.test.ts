import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { lastingPorts } from '../../broker/test/engine/lasting-ports.js';
import { type CalledCommand, call } from './called-command.js';
import { RunningBroker, RunningCommand } from './running-broker.js';

/** A subscriber that is live. */
async function subscriber(broker: RunningBroker | RunningCommand, args: readonly string[]): Promise<CalledCommand> {
  const command = broker.command(['sub', ...args]);
  await command.says('subscribed to');
  return command;
}

const json = (text: string): Record<string, unknown>[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));

describe('pub and sub', () => {
  test('an argument, and what people read', async () => {
    const broker = await RunningBroker.start();
    const sub = await subscriber(broker, ['market:>', '--count', '2']);
    expect(await broker.run(['pub', 'market:a.price', '10.55'])).toMatchObject({ status: 0, stderr: '' });
    const hostile = await broker.run(['pub', 'market:a.price', 'red \u001b[31m\nnext']);
    expect(hostile.stdout).toMatch(/^published 1 message in \d+\.\d\d s\n$/);
    const { status, stdout } = await sub.result();
    expect(status).toBe(0);
    expect(stdout).toMatch(/^\d\d:\d\d:\d\d\.\d{3} market:a\.price #1 10\.55\n/);
    // Nothing of a payload reaches the terminal as a control character, and a pipe gets no colours.
    expect(stdout.split('\n')[1]).toMatch(/#2 red \\u001b\[31m\\nnext$/);
  });

  test('lines of standard input as they come, in order, empty ones and CRLF too', async () => {
    const broker = await RunningBroker.start();
    const sub = await subscriber(broker, ['feed', '--json', '--count', '4']);
    const pub = broker.command(['pub', 'feed']);
    pub.child.stdin?.write('one\ntw');
    await sub.says('"one"', 'stdout');
    pub.child.stdin?.end('o\r\n\nüber');
    expect(await pub.result()).toMatchObject({ status: 0 });
    expect(
      json((await sub.result()).stdout).map(({ data, sequence, namespace }) => [namespace, sequence, data]),
    ).toEqual([
      ['default', 1, 'one'],
      ['default', 2, 'two'],
      ['default', 3, ''],
      ['default', 4, 'über'],
    ]);
  });

  test('10,000 lines: none lost, none twice, in order', async () => {
    const broker = await RunningBroker.start();
    const sub = await subscriber(broker, ['feed', '--raw', '--count', '10000']);
    const wanted = Array.from({ length: 10_000 }, (_, index) => `line ${index}`);
    const pub = await broker.run(['pub', 'feed', '--json'], { input: wanted.join('\n') });
    expect(JSON.parse(pub.stdout)).toMatchObject({ published: 10_000, acknowledged: true });
    expect((await sub.result()).stdout).toBe(wanted.join(''));
  });

  test('all formats and compressions, and bytes that are no text', async () => {
    const broker = await RunningBroker.start();
    const sub = await subscriber(broker, ['market:>', '--json', '--count', '5']);
    const rows = JSON.stringify(Array.from({ length: 200 }, (_, index) => ({ price: index + 0.5, size: index })));
    for (const args of [
      ['pub', 'market:a', rows, '--format', 'df_msgpack', '--compress', 'zlib'],
      ['pub', 'market:a', rows, '--format', 'df_pyarrow', '--compress', 'zstd'],
      ['pub', 'market:a', rows, '--format', 'string', '--compress', 'lz4'],
      ['pub', 'market:a', '{"price":1}', '--format', 'bytes'],
    ]) {
      expect((await broker.run(args)).status).toBe(0);
    }
    const bytes = Buffer.from([0xff, 0x00, 0x80]);
    expect((await broker.run(['pub', 'market:a', '--input', 'whole'], { input: bytes })).status).toBe(0);
    const got = json((await sub.result()).stdout);
    expect(got.map(({ format, compressed }) => [format, compressed])).toEqual([
      ['df_msgpack', 'zlib'],
      ['df_pyarrow', 'zstd'],
      ['string', 'lz4'],
      ['bytes', null],
      ['bytes', null],
    ]);
    expect(got[0]?.data).toEqual(JSON.parse(rows));
    expect(got[1]?.data).toEqual(JSON.parse(rows));
    expect(got[2]?.data).toBe(rows);
    expect(got[3]?.data).toBe('{"price":1}');
    expect(got[4]?.base64).toBe(bytes.toString('base64'));
  });

  test('JSON lines: topics by a field, and rows', async () => {
    const broker = await RunningBroker.start();
    const sub = await subscriber(broker, ['market:>', '--json', '--count', '2']);
    const input = '{"symbol":"a","price":1.5}\n[{"symbol":"b","price":2}]\n';
    const args = ['pub', 'market:{symbol}.price', '--input', 'jsonl', '--format', 'df_msgpack'];
    const failed = await broker.run(args, { input });
    expect(failed.status).toBe(2);
    expect(failed.stderr).toContain('line 2: the topic market:{symbol}.price needs "symbol", which is empty');
    expect(
      (await broker.run(['pub', 'market:table', ...args.slice(2)], { input: '[{"symbol":"b","price":2}]' })).status,
    ).toBe(0);
    expect(json((await sub.result()).stdout).map(({ topic, data }) => [topic, data])).toEqual([
      ['a.price', [{ symbol: 'a', price: 1.5 }]],
      ['table', [{ symbol: 'b', price: 2 }]],
    ]);
    const noJson = await broker.run(['pub', 'x', '--input', 'jsonl'], { input: '{"a":1}\nno\n' });
    expect(noJson).toMatchObject({ status: 2 });
    expect(noJson.stderr).toContain('line 2 is not JSON');
  });

  test('CSV to bars and back to CSV: codes stay text, times are times', async () => {
    const broker = await RunningBroker.start();
    const csv = [
      'date,symbol,close,volume,note',
      '2026-11-24,000651,40,1200,"a ""quoted"", one"',
      '2026-11-25,000651,40.55,9007199254740993,',
      '2026-11-25,600519,1450.1,3,x',
    ];
    const path = join(broker.cwd, 'bars.csv');
    writeFileSync(path, `\ufeff${csv.join('\r\n')}\r\n`);
    const asCsv = await subscriber(broker, ['market:>', '--csv', '--count', '3']);
    const asJson = await subscriber(broker, ['market:*.kline.1d', '--json', '--count', '3']);
    const args = ['pub', 'market:s{symbol}.kline.1d', '--file', path];
    // A column of codes holds one that looks like no number, and so all of them are text.
    expect(await broker.run(args)).toMatchObject({ status: 0, stderr: '' });
    const bars = json((await asJson.result()).stdout);
    expect(bars.map(({ topic, data }) => [topic, data])).toEqual([
      [
        's000651.kline.1d',
        [
          {
            ...{ date: '2026-11-24T00:00:00.000Z', symbol: '000651', close: 40 },
            ...{ volume: 1200, note: 'a "quoted", one' },
          },
        ],
      ],
      [
        's000651.kline.1d',
        [
          {
            ...{ date: '2026-11-25T00:00:00.000Z', symbol: '000651', close: 40.55 },
            ...{ volume: '9007199254740993', note: null },
          },
        ],
      ],
      [
        's600519.kline.1d',
        [{ date: '2026-11-25T00:00:00.000Z', symbol: '600519', close: 1450.1, volume: 3, note: 'x' }],
      ],
    ]);
    const lines = (await asCsv.result()).stdout.trimEnd().split('\n');
    expect(lines[0]).toBe('received_at,namespace,topic,sequence,date,symbol,close,volume,note');
    expect(lines.slice(1).map((line) => line.slice(line.indexOf(',') + 1))).toEqual([
      'market,s000651.kline.1d,1,2026-11-24T00:00:00.000Z,000651,40,1200,"a ""quoted"", one"',
      'market,s000651.kline.1d,2,2026-11-25T00:00:00.000Z,000651,40.55,9007199254740993,',
      'market,s600519.kline.1d,1,2026-11-25T00:00:00.000Z,600519,1450.1,3,x',
    ]);
  });

  test('CSV: many rows to a message, --text, and what is wrong with a file', async () => {
    const broker = await RunningBroker.start();
    const sub = await subscriber(broker, ['market:>', '--json', '--count', '2']);
    const input = 'code,price\n1,1.5\n2,2\n3,3\n';
    const args = ['pub', 'market:table', '--input', 'csv', '--rows', '2'];
    expect((await broker.run([...args, '--text', 'code', '--format', 'df_pyarrow'], { input })).status).toBe(0);
    expect(json((await sub.result()).stdout).map(({ data }) => data)).toEqual([
      [
        { code: '1', price: 1.5 },
        { code: '2', price: 2 },
      ],
      [{ code: '3', price: 3 }],
    ]);
    for (const [bad, text] of [
      ['', 'the CSV input is empty'],
      ['a,a\n1,2\n', 'two columns are called "a"'],
      ['a,b\n1\n', 'Invalid Record Length'],
      ['a\n"x\n', 'Quote Not Closed'],
      [`a\n${'1\n'.repeat(1_000)}x\n`, 'line 1002: column "a" is "x", while the rows before it are of type integer'],
    ] as const) {
      const { status, stderr } = await broker.run(args, { input: bad });
      expect([bad.slice(0, 9), status, stderr]).toEqual([bad.slice(0, 9), 2, expect.stringContaining(text)]);
    }
    const { stderr } = await broker.run([...args, '--text', 'x'], { input });
    expect(stderr).toContain('--text x: there is no such column; there are code, price');
  });

  test('several patterns of several namespaces: each message once', async () => {
    const broker = await RunningBroker.start();
    const sub = await subscriber(broker, ['market:>', 'market:a.*', 'news:>', '--json', '--count', '3']);
    for (const topic of ['market:a.b', 'news:x', 'market:c']) await broker.run(['pub', topic, topic]);
    expect(json((await sub.result()).stdout).map(({ data }) => data)).toEqual(['market:a.b', 'news:x', 'market:c']);
  });

  test('--count and --rate hold to the clock', async () => {
    const broker = await RunningBroker.start();
    const { stdout } = await broker.run(['pub', 'market:a', 'x', '--count', '21', '--rate', '20', '--json']);
    const { published, seconds } = JSON.parse(stdout);
    expect(published).toBe(21);
    expect(seconds).toBeGreaterThan(0.9);
    const taken = await broker.run(['pub', 'market:a', '--count', '2', '--no-ack', '--json'], { input: '1\n2\n3\n' });
    expect(JSON.parse(taken.stdout)).toMatchObject({ published: 2, acknowledged: false });
  });

  test('--stats tells rates and delays instead of messages', async () => {
    const broker = await RunningBroker.start();
    const sub = await subscriber(broker, ['market:>', '--stats', '--json', '--count', '500']);
    await broker.run(['pub', 'market:a', 'x', '--count', '500']);
    const rows = json((await sub.result()).stdout);
    expect(rows.at(-1)).toMatchObject({ total: 500, gaps: 0 });
    expect(rows.some(({ delay_p99_ms }) => typeof delay_p99_ms === 'number')).toBe(true);
  });
});

describe('what goes wrong has its exit code', () => {
  test('nobody listens: 3; nobody says who: 4; a wrong token: 4; a wrong name: 2; no such file: 1', async () => {
    const broker = await RunningBroker.start();
    const { username, token } = broker.admin;
    const env = { PULSEMQ_USERNAME: username, PULSEMQ_TOKEN: token };
    const unreachable = await call(['pub', 'a', 'x', '--host', '127.0.0.1', '--pub-port', '1'], { env });
    expect(unreachable).toMatchObject({ status: 3, stdout: '' });
    expect(unreachable.stderr).toMatch(/^pulsemq: no broker at 127\.0\.0\.1:1: .*ECONNREFUSED.*\n$/);
    const nobody = await call(['sub', 'a'], { env: { ...broker.environment } });
    expect(nobody).toMatchObject({ status: 4, stdout: '' });
    expect(nobody.stderr).toContain('no username: give --username');
    const wrong = await call(['sub', 'a'], { env: { ...broker.environment, ...env, PULSEMQ_TOKEN: 'wrong' } });
    expect(wrong).toMatchObject({ status: 4, stdout: '' });
    expect(wrong.stderr).toContain(`(${username}, from the environment)`);
    expect(wrong.stderr).not.toContain('    at ');
    for (const args of [
      ['pub', 'a b', 'x'],
      ['sub', 'a.>.b'],
      ['sub', 'a', '--count', '0'],
      ['pub', 'system:a', 'x'],
    ]) {
      expect([args, (await broker.run(args)).status]).toEqual([args, 2]);
    }
    expect(await broker.run(['pub', 'a', '--file', 'missing.csv'])).toMatchObject({
      status: 1,
      stderr: 'pulsemq: file not found: missing.csv\n',
    });
  });

  test('no right: 5; too large for its format: 6', async () => {
    const broker = await RunningBroker.start();
    const jwt = await broker.logIn();
    const { token } = (await (await broker.call('POST', '/api/users', { username: 'reader' }, jwt)).json()) as {
      token: string;
    };
    const env = { PULSEMQ_USERNAME: 'reader', PULSEMQ_TOKEN: token };
    for (const args of [
      ['pub', 'market:a', 'x'],
      ['sub', 'market:a'],
    ]) {
      const { status, stderr } = await broker.run(args, { env });
      expect([args, status, stderr.split('\n').length]).toEqual([args, 5, 2]);
    }
    const { status, stderr } = await broker.run(['pub', 'market:a', 'x'.repeat(8_193)]);
    expect([status, stderr]).toEqual([6, expect.stringContaining('8192')]);
  });

  test('no message in time: 3', async () => {
    const broker = await RunningBroker.start();
    const { status, stderr } = await broker.run(['sub', 'market:a', '--count', '1', '--timeout', '200ms']);
    expect([status, stderr]).toEqual([3, expect.stringContaining('no message for 200 ms')]);
  });
});

describe('how they end', () => {
  test.each([
    [['sub', 'market:>'], 'SIGINT', 0],
    [['sub', 'market:>'], 'SIGTERM', 0],
    [['sub', 'market:>', '--count', '9'], 'SIGINT', 130],
    [['sub', 'market:>', '--count', '9'], 'SIGTERM', 143],
  ] as const)('%j, %s: %i in under a second', async (args, signal, code) => {
    const broker = await RunningBroker.start();
    const sub = broker.command(args);
    await sub.says('subscribed to');
    const toldMs = performance.now();
    sub.child.kill(signal);
    expect(await sub.ended).toBe(code);
    expect(performance.now() - toldMs).toBeLessThan(1_000);
  });

  test('pub that reads standard input: 130', async () => {
    const broker = await RunningBroker.start();
    const sub = await subscriber(broker, ['market:a', '--raw']);
    const pub = broker.command(['pub', 'market:a']);
    pub.child.stdin?.write('first\n');
    await sub.says('first', 'stdout');
    const toldMs = performance.now();
    pub.child.kill('SIGINT');
    expect(await pub.ended).toBe(130);
    expect(performance.now() - toldMs).toBeLessThan(1_000);
  });

  test('a reader that has seen enough ends it quietly', async () => {
    const broker = await RunningBroker.start();
    const sub = await subscriber(broker, ['market:>']);
    sub.child.stdout?.destroy();
    const pub = broker.command(['pub', 'market:a', 'x', '--count', '100000', '--rate', '100']);
    const { status, stderr } = await sub.result();
    expect([status, stderr.split('\n').length]).toEqual([0, 2]);
    pub.child.kill('SIGKILL');
  });

  test('a reader that stops reading stops nobody else, and Ctrl-C still ends it', async () => {
    const broker = await RunningBroker.start();
    const sub = await subscriber(broker, ['market:>', '--raw']);
    sub.child.stdout?.pause();
    const bytes = Buffer.alloc(1_000_000, 'x');
    for (let round = 0; round < 5; round++) {
      const pub = await broker.run(['pub', 'market:a', '--input', 'whole', '-q'], { input: bytes });
      expect(pub).toEqual({ status: 0, stdout: '', stderr: '' });
    }
    const toldMs = performance.now();
    sub.child.kill('SIGINT');
    // Not `ended`, which waits for the end of an output that is not read.
    expect(await once(sub.child, 'exit')).toEqual([0, null]);
    expect(performance.now() - toldMs).toBeLessThan(2_000);
  });

  test('a broker that goes and comes back: both are told, and the gap', async () => {
    const ports = ['--pub-port', String(await lastingPorts()), '--admin-port', '0', '--host', '127.0.0.1'];
    const broker = await RunningCommand.start(ports);
    const sub = await subscriber(broker, ['market:>', '--raw']);
    await broker.run(['pub', 'market:a', 'before']);
    await sub.says('before', 'stdout');
    broker.child.kill('SIGKILL');
    await broker.ended;
    await sub.says('lost');
    const again = await RunningCommand.start(ports, broker.cwd);
    await sub.says('again');
    await again.run(['pub', 'market:a', 'after']);
    await sub.says('after', 'stdout');
    expect(sub.stderr).toContain('gap in market:a: the broker counts from 1 again');
  });
});
