import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { RunningBroker } from './running-broker.js';
import { subscriber } from './subscriber.js';

const json = (text: string): Record<string, unknown>[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));

describe('pub and sub', () => {
  test('an argument is published, and printed as one line', async () => {
    const broker = await RunningBroker.start();
    const sub = await subscriber(broker, ['market:>', '--count', '2']);
    expect(await broker.run(['pub', 'market:a.price', '10.55'])).toMatchObject({ status: 0, stderr: '' });
    const hostile = await broker.run(['pub', 'market:a.price', 'red \u001b[31m\nnext']);
    expect(hostile.stdout).toMatch(/^published 1 message in \d+\.\d\d s\n$/);
    const { status, stdout } = await sub.result();
    expect(status).toBe(0);
    expect(stdout).toMatch(/^\d\d:\d\d:\d\d\.\d{3} market:a\.price #1 10\.55\n/);
    // Control characters of a payload are escaped, and a pipe gets no colours.
    expect(stdout.split('\n')[1]).toMatch(/#2 red \\u001b\[31m\\nnext$/);
  });

  test('lines of standard input are published as they arrive, in order, with empty lines and CRLF', async () => {
    const broker = await RunningBroker.start();
    const sub = await subscriber(broker, ['feed', '--json', '--count', '4']);
    const pub = broker.command(['pub', 'feed']);
    pub.stdin.write('one\ntw');
    await sub.says('"one"', 'stdout');
    pub.stdin.end('o\r\n\nüber');
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

  test('10,000 lines arrive once each and in order', async () => {
    const broker = await RunningBroker.start();
    const sub = await subscriber(broker, ['feed', '--raw', '--count', '10000']);
    const wanted = Array.from({ length: 10_000 }, (_, index) => `line ${index}`);
    const pub = await broker.run(['pub', 'feed', '--json'], { input: wanted.join('\n') });
    expect(JSON.parse(pub.stdout)).toMatchObject({ published: 10_000, acknowledged: true });
    expect((await sub.result()).stdout).toBe(wanted.join(''));
  });

  test('all formats and compressions, and bytes that are not UTF-8', async () => {
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
    expect(failed.stderr).toContain('line 2: the topic market:{symbol}.price needs a value for "symbol"');
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
    // 000651 is not written as a number, so the whole column is text.
    expect(await broker.run(args)).toMatchObject({ status: 0, stderr: '' });
    const bars = json((await asJson.result()).stdout);
    expect(bars.map(({ topic, data }) => [topic, data])).toEqual([
      [
        's000651.kline.1d',
        [
          {
            date: '2026-11-24T00:00:00.000Z',
            symbol: '000651',
            close: 40,
            volume: 1200,
            note: 'a "quoted", one',
          },
        ],
      ],
      [
        's000651.kline.1d',
        [
          {
            date: '2026-11-25T00:00:00.000Z',
            symbol: '000651',
            close: 40.55,
            volume: '9007199254740993',
            note: null,
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

  test('CSV: many rows per message, --text, and the errors of an invalid file', async () => {
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
      ['a,a\n1,2\n', 'two columns are named "a"'],
      ['a,b\n1\n', 'Invalid Record Length'],
      ['a\n"x\n', 'Quote Not Closed'],
      [`a\n${'1\n'.repeat(1_000)}x\n`, 'line 1002: column "a" is "x", but earlier rows have the type integer'],
    ] as const) {
      const { status, stderr } = await broker.run(args, { input: bad });
      expect([bad.slice(0, 9), status, stderr]).toEqual([bad.slice(0, 9), 2, expect.stringContaining(text)]);
    }
    const { stderr } = await broker.run([...args, '--text', 'x'], { input });
    expect(stderr).toContain('--text x: there is no such column; the columns are code, price');
  });

  test('several patterns in several namespaces: each message is printed once', async () => {
    const broker = await RunningBroker.start();
    const sub = await subscriber(broker, ['market:>', 'market:a.*', 'news:>', '--json', '--count', '3']);
    for (const topic of ['market:a.b', 'news:x', 'market:c']) await broker.run(['pub', topic, topic]);
    expect(json((await sub.result()).stdout).map(({ data }) => data)).toEqual(['market:a.b', 'news:x', 'market:c']);
  });

  test('--count and --rate limit the messages', async () => {
    const broker = await RunningBroker.start();
    const { stdout } = await broker.run(['pub', 'market:a', 'x', '--count', '21', '--rate', '20', '--json']);
    const { published, seconds } = JSON.parse(stdout);
    expect(published).toBe(21);
    expect(seconds).toBeGreaterThan(0.9);
    const taken = await broker.run(['pub', 'market:a', '--count', '2', '--no-ack', '--json'], { input: '1\n2\n3\n' });
    expect(JSON.parse(taken.stdout)).toMatchObject({ published: 2, acknowledged: false });
  });

  test('--stats prints rates and delays instead of messages', async () => {
    const broker = await RunningBroker.start();
    const sub = await subscriber(broker, ['market:>', '--stats', '--json', '--count', '500']);
    await broker.run(['pub', 'market:a', 'x', '--count', '500']);
    const rows = json((await sub.result()).stdout);
    expect(rows.at(-1)).toMatchObject({ total: 500, gaps: 0 });
    expect(rows.some(({ delay_p99_ms }) => typeof delay_p99_ms === 'number')).toBe(true);
  });
});
